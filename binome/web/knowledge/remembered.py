"""The reply memory as the screen shows it: what came of an answer, what contradicts what, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from binome.knowledge.memory.ageing import Age
from binome.knowledge.memory.claims import DAYS
from binome.knowledge.memory.disagreeing import Contradiction
from binome.knowledge.memory.models import Intake, Problem
from binome.knowledge.memory.selectors import Examined, Numbers
from binome.knowledge.memory.weighing import Solution, Use

MOST = 6
"""Solutions laid side by side; the others are one click away."""


@dataclass(frozen=True)
class Sign:
    """What speaks for or against an answer, in a few words."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Shown:
    """A solution: the best worded use of it, the signs, who gave it, where, when, why it is out of date."""

    solution: Solution
    signs: Sequence[Sign]
    ages: Sequence[str]
    others: Sequence[Use]


@dataclass(frozen=True)
class Seen:
    """A problem, whole."""

    solutions: Sequence[Shown]
    more: Sequence[Shown]
    contradictions: Sequence[Mapping[str, Any]]
    wordings: Sequence[Any]
    cases: int


def shown(examined: Examined) -> Seen:
    """A problem with its answers side by side."""
    every = [_shown(one, examined.ages) for one in examined.solutions]
    uses = {use.id: use for one in examined.solutions for use in one.uses}
    told = [_contradiction(one, uses) for one in examined.contradictions]
    return Seen(every[:MOST], every[MOST:], told, examined.wordings, examined.cases)


def disagreements(problem: Problem) -> list[str]:
    """What contradicts, in the list: "25 € / 30 €"."""
    return [
        f"{_value(one['kind'], one['older'])} / {_value(one['kind'], one['newer'])}" for one in problem.contradictions
    ]


def views(numbers: Numbers) -> list[tuple[str, str, int]]:
    """What the list may show: its name in the address, in words, how many."""
    return [
        ("", _("All problems"), numbers.problems),
        ("contradictions", _("Contradictions"), numbers.contradicting),
        ("out-of-date", _("Out of date"), numbers.out_of_date),
        ("approved", _("Approved"), numbers.approved),
        ("aside", pgettext("problems", "Set aside"), -1),
    ]


def exports() -> list[tuple[str, str]]:
    """Which exports are read, and which file to give."""
    return [
        ("JSON Lines, CSV", _(
            "one message a row: thread, at, by (member or team), text; if you have them, id, author, channel, language, "
            "closed, edited_from"
        )),
        ("Zendesk", _("the JSON export of tickets with their comments")),
        ("Intercom, Chatwoot", _("conversations as their interface gives them, in JSON")),
        ("Facebook, Instagram", _("the archive of messages, in JSON, as it is downloaded (.zip)")),
        ("Mastodon", _("the archive (.zip or .tar.gz): it holds your own posts, not what they answered")),
        (_("E-mail"), _("an mbox file")),
    ]  # fmt: skip


def held(intake: Intake) -> dict[str, Any]:
    """What a file holds, for its page."""
    counts = intake.counts
    first, last = (datetime.fromisoformat(counts[name]) if counts.get(name) else None for name in ("from", "to"))
    return {
        "counts": counts, "first": first, "last": last, "kind": _KINDS.get(intake.kind, intake.kind),
        "team": (counts.get("messages") or 0) - (counts.get("members") or 0), "new": counts.get("new", 0),
        "known": intake.taken - counts.get("new", 0),
    }  # fmt: skip


_KINDS = {
    "jsonl": "JSON Lines", "json": "JSON", "csv": "CSV", "mbox": "mbox", "meta": "Facebook, Instagram", "mastodon": "Mastodon",
    "zendesk": "Zendesk", "chatwoot": "Chatwoot", "intercom": "Intercom",
}  # fmt: skip


def _shown(solution: Solution, ages: Mapping[int, Sequence[Age]]) -> Shown:
    told = dict.fromkeys(_age(age) for use in solution.uses for age in ages.get(use.id, ()))
    return Shown(solution, [_sign(name, number) for name, number in solution.reasons], list(told), solution.uses[1:8])


def _sign(name: str, number: int) -> Sign:
    words = {
        "used": ngettext("given {n} time", "given {n} times", number),
        "thanked": ngettext("thanked {n} time", "thanked {n} times", number),
        "complained": ngettext("{n} complaint after it", "{n} complaints after it", number),
        "again": ngettext("asked again {n} time", "asked again {n} times", number),
        "reopened": ngettext("reopened {n} time", "reopened {n} times", number),
        "edited": ngettext("draft rewritten {n} time", "draft rewritten {n} times", number),
        "out_of_date": ngettext("{n} out of date", "{n} out of date", number),
    }
    tones = {"thanked": "ok", "complained": "alarm", "again": "warn", "reopened": "warn", "out_of_date": "warn"}
    return Sign(words[name].format(n=number), tones.get(name, ""))


def _age(age: Age) -> str:
    if age.kind == "date":
        return _("{date} has passed").format(date=formats.date_format(date.fromisoformat(age.what), "j F Y"))
    if age.kind == "changed":
        return _("{older} then, {newer} since").format(older=_plain(age.what), newer=_plain(age.now))
    if age.kind == "person":
        return _("{name} has left").format(name=age.what)
    return _("the page {address} is gone").format(address=age.what)


def _contradiction(one: Contradiction, uses: Mapping[int, Use]) -> dict[str, Any]:
    sides = []
    for value, ids in ((one.older, one.older_ids), (one.newer, one.newer_ids)):
        given = [uses[pk] for pk in ids if pk in uses]
        sides.append(
            {
                "value": _value(one.kind, value),
                "who": list(dict.fromkeys(use.author for use in given if use.author))[:4],
                "where": list(dict.fromkeys(use.channel for use in given if use.channel))[:4],
                "first": min((use.at for use in given), default=None),
                "last": max((use.at for use in given), default=None),
                "number": len(ids),
            }
        )
    return {"kind": _KIND_NAMES[one.kind](), "sides": sides, "between": [_BETWEEN[name]() for name in one.between]}


_KIND_NAMES: dict[str, Any] = {
    "reply": lambda: _("Yes or no"), "money": lambda: _("Amount"), "duration": lambda: _("Duration"), "share": lambda: _("Share"),
    "clock": lambda: _("Hours"), "date": lambda: pgettext("contradiction", "Date"), "day": lambda: _("Days"), "link": lambda: _("Page"),
}  # fmt: skip
_BETWEEN: dict[str, Any] = {
    "colleagues": lambda: _("between colleagues"), "channels": lambda: _("between channels"), "dates": lambda: _("changed over time"),
}  # fmt: skip


def _value(kind: str, value: str) -> str:
    if kind == "reply":
        return _("yes") if value == "yes" else _("no")
    if kind == "day":
        names = {str(number): name for name, number in reversed(DAYS.items())}
        return ", ".join(_day_name(one) for one in value.split(", ") if one in names)
    if kind == "date":
        return ", ".join(_month_day(one) for one in value.split(", "))
    return _plain(value)


def _day_name(number: str) -> str:
    return formats.date_format(date(2024, 1, int(number)), "l").lower()  # 1 January 2024 was a Monday


def _month_day(value: str) -> str:
    number, month = value.split("-")
    return formats.date_format(date(2024, int(month), min(int(number), 28)), "F").join([f"{int(number)} ", ""])


def _plain(value: str) -> str:
    """Amounts and durations as one writes them: "14 d" is 14 days."""
    return ", ".join(_unit(one) for one in value.split(", "))


def _unit(value: str) -> str:
    number, _space, unit = value.partition(" ")
    names = {
        "min": lambda n: ngettext("{n} minute", "{n} minutes", n), "h": lambda n: ngettext("{n} hour", "{n} hours", n),
        "d": lambda n: ngettext("{n} day", "{n} days", n), "m": lambda n: ngettext("{n} month", "{n} months", n),
        "y": lambda n: ngettext("{n} year", "{n} years", n),
    }  # fmt: skip
    if unit in names:
        return names[unit](2 if float(number) >= 2 else 1).format(n=number)
    return f"{formats.number_format(number)}\u00a0{unit}" if unit in ("€", "$", "£", "%") else value
