"""What an answer commits to, as far as it can be compared: amounts, shares, days, hours, durations, yes or no, pages.

Each claim is a kind and a value in one form whatever the language, so that « 30 euros » and "€30" are the same.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from binome.kit.text import fold

MONTHS = {
    name: number
    for number, names in enumerate(
        ("janvier january janv jan", "fevrier february fevr feb", "mars march mar", "avril april avr apr", "mai may",
         "juin june jun", "juillet july juil jul", "aout august aug", "septembre september sept sep",
         "octobre october oct", "novembre november nov", "decembre december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
DAYS = {
    name: number
    for number, names in enumerate(
        ("lundi monday", "mardi tuesday", "mercredi wednesday", "jeudi thursday", "vendredi friday", "samedi saturday",
         "dimanche sunday"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
UNITS = {
    "minute": "min", "min": "min", "mn": "min", "heure": "h", "hour": "h", "jour": "d", "day": "d", "semaine": "w", "week": "w",
    "mois": "m", "month": "m", "an": "y", "annee": "y", "year": "y",
}  # fmt: skip
_HOURS_IN = {"w": ("d", 7)}
NUMBERS = {
    "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4, "cinq": 5, "five": 5,
    "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "quinze": 15, "trente": 30,
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_MONEY = re.compile(
    rf"(?:(?P<before>[€$£])\s?(?P<a>{_NUMBER}))|"
    rf"(?:(?P<b>{_NUMBER})\s?(?P<after>€|euros?\b|eur\b|\$|dollars?\b|£|pounds?\b)(?P<cents>\d\d)?)"
)
_SHARE = re.compile(rf"({_NUMBER})\s?(?:%|pour ?cent|percent|per cent)")
_DURATION = re.compile(
    rf"\b({_NUMBER}|{'|'.join(NUMBERS)})[\s-]?({'|'.join(sorted(UNITS, key=len, reverse=True))})s?\b"
)
_HOURS_LONG = re.compile(
    r"\b(\d{1,3})\s?h(?:rs?)?\b(?=\s(?:avant|a l'avance|before|ahead|apres|after|plus tard|later|maxi?\b|max\b|ouvrees))|"
    r"(?<=\bsous )(\d{1,3})\s?h\b|(?<=\bwithin )(\d{1,3})\s?h(?:rs?)?\b|(?<=\bdans les )(\d{1,3})\s?h\b"
)
"""Hours that are a span of time, not one of the day: « 24 h avant », “within 48 h”."""
_CLOCK = re.compile(r"\b(1[0-2]|0?[1-9])(?::([0-5]\d))?\s?(am|pm)\b|\b([01]?\d|2[0-3])\s?(?:h|:)\s?([0-5]\d)?(?!\w)")
_DATE = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:er|st|nd|rd|th)?\s(?:of\s)?(?P<m>{'|'.join(MONTHS)})|(?P<m2>{'|'.join(MONTHS)})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)\b\.?(?:,?\s(?P<y>20\d\d))?"
)
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b|\b(\d{1,2})/(\d{1,2})/(20\d\d)\b")
_DAY = re.compile(rf"\b({'|'.join(DAYS)})s?\b")
_LINK = re.compile(r"https?://[^\s<>()\"»]+|\bwww\.[^\s<>()\"»]+")
_BEFORE = r"^(?:\W|bonjour|hello|hi|salut|\w+,)*"
_YES = re.compile(
    _BEFORE + r"(?:oui|yes|tout a fait|absolument|absolutely|bien sur|of course|sure|certainly|effectivement)\b"
)
_NO = re.compile(
    _BEFORE
    + r"(?:non|no|malheureusement|unfortunately|desole\w*|sorry|helas|i'm afraid|ce n'est pas possible|it is not possible|"
    r"nous ne |we (?:do not|don't|cannot|can't))\b"
)
_OPENING = re.compile(r"^(?:bonjour|bonsoir|salut|hello|hi|hey|coucou)\b[^,.!\n]{0,30}[,.!\n]\s*")


@lru_cache(maxsize=4_096)
def claims(text: str) -> Mapping[str, frozenset[str]]:
    """Kind → values of all that an answer commits to: money, share, duration, clock, date, day, reply, link."""
    links = {_page(link) for link in _LINK.findall(text)}
    said = _OPENING.sub("", fold(_LINK.sub(" ", text)))
    found: dict[str, set[str]] = defaultdict(set)
    found["link"] |= links
    for one in _MONEY.finditer(said):
        found["money"].add(_amount(one))
    found["share"] |= {f"{_number(value)} %" for value in _SHARE.findall(said)}
    found["duration"] |= {f"{int(next(filter(None, one)))} h" for one in _HOURS_LONG.findall(said)}
    said = _HOURS_LONG.sub(" ", said)
    found["duration"] |= {_duration(value, unit) for value, unit in _DURATION.findall(_without_clock(said))}
    found["clock"] |= {_clock(*one) for one in _CLOCK.findall(said)}
    found["date"] |= {f"{day:02}-{month:02}" for day, month, _year in days_named(said)}
    found["day"] |= {str(DAYS[name]) for name in _DAY.findall(said)}
    if _YES.match(said) or _NO.match(said):
        found["reply"].add("yes" if _YES.match(said) else "no")
    return MappingProxyType({kind: frozenset(values) for kind, values in found.items() if values})


@lru_cache(maxsize=4_096)
def days_named(text: str) -> Sequence[tuple[int, int, int | None]]:
    """The days that a text names: day, month, and the year if it says one."""
    said, found = fold(text), []
    for one in _DATE.finditer(said):
        day, month = one["d"] or one["d2"], one["m"] or one["m2"]
        found.append((int(day), MONTHS[month], int(one["y"]) if one["y"] else None))
    for year, month, day, day2, month2, year2 in _ISO.findall(said):
        found.append((int(day or day2), int(month or month2), int(year or year2)))
    return tuple(one for one in found if 1 <= one[0] <= 31 and 1 <= one[1] <= 12)


def as_dates(text: str, said_at: datetime) -> list[date]:
    """The same as dates: without a year, the first such day from a month before it was said."""
    found = []
    for day, month, year in days_named(text):
        try:
            given = date(year or said_at.year, month, day)
            if year is None and (said_at.date() - given).days > 31:
                given = given.replace(year=given.year + 1)
            found.append(given)
        except ValueError:
            continue
    return found


def links(text: str) -> list[str]:
    """The addresses of pages that a text gives, as it gives them."""
    return [link.rstrip(".,;:!?") for link in _LINK.findall(text)]


def _page(link: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", link.rstrip(".,;:!?/").lower())
    return bare.split("#")[0].split("?")[0].rstrip("/")


def _amount(one: "re.Match[str]") -> str:
    sign = one["before"] or one["after"]
    unit = "$" if sign.startswith(("$", "dollar")) else "£" if sign.startswith(("£", "pound")) else "€"
    cents = f".{one['cents']}" if one["cents"] and not re.search("[.,]", one["b"] or "") else ""
    return f"{_number((one['a'] or one['b']) + cents)} {unit}"


def _number(value: str) -> str:
    plain = re.sub(r"[ \u00a0\u202f]", "", value).replace(",", ".")
    return f"{float(plain):g}"


def _duration(value: str, unit: str) -> str:
    number = float(NUMBERS[value]) if value in NUMBERS else float(_number(value))
    kept, times = _HOURS_IN.get(UNITS[unit], (UNITS[unit], 1))
    return f"{number * times:g} {kept}"


def _without_clock(said: str) -> str:
    return re.sub(r"\b\d{1,2}\s?h\s?\d{0,2}\b", " ", said)


def _clock(hour12: str, minute12: str, half: str, hour: str, minute: str) -> str:
    if half:
        number = int(hour12) % 12 + (12 if half == "pm" else 0)
        return f"{number:02}:{minute12 or '00'}"
    return f"{int(hour):02}:{minute or '00'}"
