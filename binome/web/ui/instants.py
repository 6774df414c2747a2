"""Instants and names as one says them, quickly: a list says forty of each."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language

from binome.kit import clock


@dataclass(frozen=True)
class Instant:
    """An instant for machines, in full, and in short."""

    exact: str
    full: str
    short: str


def in_words(instant: datetime) -> Instant:
    """The three of them, where the reader lives."""
    local = timezone.localtime(instant)
    exact = local.isoformat(timespec="seconds")
    return Instant(exact, f"{_said(local.date(), 'DATE_FORMAT', _language())} {local:%H:%M}", short(instant))


def short(instant: datetime) -> str:
    """As one says it: 10:42 today, lun. 18:04 this week, 12 sept. this year, 12 sept. 2024 before."""
    local, now = timezone.localtime(instant), timezone.localtime(clock.now())
    days = (now.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if abs(days) < 7:
        weekday = _said(local.date(), "D", _language())
        return f"{weekday.lower() if is_french() else weekday} {local:%H:%M}"
    return on_day(local, "N" if local.year == now.year else "N Y")


def on_day(local: datetime, month: str) -> str:
    """The number of the day, then the month as Django's *month* format writes it: 1er décembre; 1 December."""
    number = "1er" if local.day == 1 and is_french() else str(local.day)
    return f"{number} {_said(local.date(), month, _language())}"


def initials(name: object) -> str:
    """At most two letters: *Inès Caron* → IC."""
    words = str(name).replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def is_french() -> bool:
    return _language().startswith("fr")


def _language() -> str:
    return get_language() or "fr"


@lru_cache(maxsize=4096)
def _said(day: date, how: str, _language: str) -> str:
    """The day in the language in force, which is part of the question only for the cache's sake."""
    return str(formats.date_format(day, how))
