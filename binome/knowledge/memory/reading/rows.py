"""One message a row: our own form of JSON Lines, and tables whose columns go by the usual names."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _

from binome.knowledge.memory.said import MEMBER, TEAM, BadRow, Problem, Said, Unreadable, instant, words

ALIASES = {
    "id": ("id", "message_id", "identifiant"),
    "thread": ("thread", "thread_id", "conversation", "conversation_id", "ticket", "ticket_id", "fil"),
    "at": ("at", "date", "created_at", "timestamp", "sent_at", "time"),
    "by": ("by", "from", "role", "author_type", "direction", "type", "auteur_type"),
    "author": ("author", "name", "sender", "agent", "auteur", "author_name"),
    "text": ("text", "body", "content", "message", "texte"),
    "channel": ("channel", "source", "via", "canal"),
    "language": ("language", "lang", "langue"),
    "closed": ("closed", "resolved", "clos"),
    "edited_from": ("edited_from", "draft", "brouillon"),
}
"""Our field → the names that files give it; the first that is filled in wins."""

SIDES = dict.fromkeys(
    ("member", "customer", "user", "client", "visitor", "contact", "in", "incoming", "inbound", "membre", "lead"), MEMBER
) | dict.fromkeys(("team", "operator", "agent", "admin", "staff", "out", "outgoing", "outbound", "bot", "ai", "équipe"), TEAM)  # fmt: skip

_TRUE = {"1", "true", "yes", "oui", "closed", "resolved", "x"}


def is_ours(row: Any) -> bool:
    """Whether an object is a message in itself: it has a text, a time, a thread and a side."""
    if not isinstance(row, dict) or "messages" in row:
        return False
    return all(_first(_lower(row), name) for name in ("thread", "at", "by"))


def message(raw: Any, row: int) -> Iterator[Said]:
    """The message that a row holds; `BadRow` if it holds none."""
    if not isinstance(raw, Mapping):
        raise BadRow(_("it is not an object"))
    given = _lower(raw)
    side = SIDES.get(str(_first(given, "by")).strip().lower())
    if side is None:
        raise BadRow(_("it does not say whether a member or the team wrote it"))
    thread, text = words(_first(given, "thread"), 200), words(_first(given, "text"))
    if not thread:
        raise BadRow(_("it belongs to no thread"))
    if not text:
        raise BadRow(_("it has no text"))
    yield Said(
        thread=thread,
        id=words(_first(given, "id"), 200),
        at=instant(_first(given, "at")),
        by=side,
        author=words(_first(given, "author"), 200),
        text=text,
        channel=words(_first(given, "channel"), 60),
        language=words(_first(given, "language"), 5).lower()[:2],
        closed=str(_first(given, "closed")).strip().lower() in _TRUE,
        edited_from=words(_first(given, "edited_from")),
    )


def table(lines: IO[str]) -> Iterator[Said | Problem]:
    """The rows of a CSV file, whatever separates its cells."""
    names, mark = columns(lines)
    yield from read(_cells(csv.reader(lines, delimiter=mark), names))


def columns(lines: IO[str]) -> tuple[list[str], str]:
    """The names of a table's columns, and what separates its cells; `Unreadable` if one that is needed is missing."""
    head = lines.readline(100_000)
    mark = max(";,\t|", key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=mark), [])]
    missing = [field for field in ("thread", "at", "by", "text") if not set(ALIASES[field]) & set(names)]
    if missing:
        raise Unreadable(_("This table has no column for: {names}.").format(names=", ".join(missing)))
    return names, mark


def read(rows: Iterable[Any], reader: Any = message) -> Iterator[Said | Problem]:
    """What a reader makes of each row, numbered from 1; a row that it refuses is told, and the rest goes on."""
    for number, raw in enumerate(rows, start=1):
        if isinstance(raw, Problem):
            yield raw
            continue
        try:
            yield from list(reader(raw, number))
        except BadRow as bad:
            yield Problem(number, str(bad))
        except (KeyError, TypeError, AttributeError, ValueError):
            yield Problem(number, _("it does not have the form of this export"))


def _cells(rows: Iterator[list[str]], names: list[str]) -> Iterator[Mapping[str, str] | Problem]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield Problem(number, _("its cells cannot be told apart"))
            continue
        if len(cells) > len(names):
            yield Problem(number, _("it has more cells than there are columns"))
        elif any(cell.strip() for cell in cells):
            yield dict(zip(names, cells, strict=False))


def _lower(raw: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name).strip().lower(): value for name, value in raw.items()}


def _first(given: Mapping[str, Any], field: str) -> Any:
    for name in ALIASES[field]:
        value = given.get(name)
        if value not in (None, "") and not isinstance(value, dict | list):
            return value
    return ""
