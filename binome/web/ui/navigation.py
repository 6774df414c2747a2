"""The rail: one entry for each screen that exists, with what waits there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from binome.workspaces.models import Membership, Role, Workspace


@dataclass(frozen=True)
class Waiting:
    """What waits on a screen (rows to be counted with those of the others, or their number), and whether it harms."""

    number: "int | QuerySet[Any]"
    hot: bool = False


Count = Callable[[Workspace, Membership], Waiting]


@dataclass(frozen=True)
class Entry:
    """A screen's own declaration: where it stands in the rail, its name, its key after G, who sees it."""

    key: str
    title: StrOrPromise
    order: int
    address: str
    icon: str
    letter: str
    group: int = 1
    role: Role = Role.VIEWER
    count: Count | None = None
    short: StrOrPromise = ""
    """A name that fits in the bar of a phone, if the title does not."""


@dataclass(frozen=True)
class Place:
    """An entry as one person sees it now."""

    entry: Entry
    url: str
    here: bool
    waiting: Waiting | None


_entries: dict[str, Entry] = {}


def declare(entry: Entry) -> None:
    """Put a screen in the rail; a key or a letter serves once."""
    taken = [one for one in _entries.values() if one.letter == entry.letter and one.key != entry.key]
    if taken:
        raise ValueError(f"G {entry.letter} already goes to {taken[0].key}")
    _entries[entry.key] = entry


def places(request: HttpRequest, membership: Membership) -> Sequence[Place]:
    """The rail of this person, in order."""
    seen = sorted(
        (one for one in _entries.values() if membership.may(one.role)), key=lambda one: (one.group, one.order)
    )
    waiting = _counted({one.key: one.count(membership.workspace, membership) for one in seen if one.count})
    return [_place(request, membership, entry, waiting.get(entry.key)) for entry in seen]


def _counted(waiting: Mapping[str, Waiting]) -> dict[str, Waiting]:
    """The same with numbers, all asked in one query."""
    rows = {key: one.number for key, one in waiting.items() if isinstance(one.number, QuerySet)}
    numbers = dict(zip(rows, _numbers(list(rows.values())), strict=True)) if rows else {}
    return {key: replace(one, number=numbers.get(key, one.number)) for key, one in waiting.items()}


def _numbers(rows: "Sequence[QuerySet[Any]]") -> Sequence[int]:
    """How many each of these would find."""
    asked = [(one if one.query.values_select else one.values("pk")).order_by().query.sql_with_params() for one in rows]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS found)" for sql, _parameters in asked)  # noqa: S608 - Django's own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [one for _sql, parameters in asked for one in parameters])
        numbers: Sequence[int] = cursor.fetchone()
    return numbers


def _place(request: HttpRequest, membership: Membership, entry: Entry, waiting: Waiting | None) -> Place:
    url = reverse(entry.address, args=[membership.workspace.slug])
    here = getattr(request.resolver_match, "namespace", "") == entry.address.partition(":")[0]
    return Place(entry, url, here, waiting if waiting and waiting.number else None)
