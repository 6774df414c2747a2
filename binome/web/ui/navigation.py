"""The rail: one entry for each screen that exists, with what waits there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from binome.workspaces.models import Membership, Role, Workspace


@dataclass(frozen=True)
class Waiting:
    """How many things wait on a screen, and whether any of them harms if it waits."""

    number: int
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
    return [_place(request, membership, entry) for entry in seen]


def _place(request: HttpRequest, membership: Membership, entry: Entry) -> Place:
    url = reverse(entry.address, args=[membership.workspace.slug])
    waiting = entry.count(membership.workspace, membership) if entry.count else None
    here = getattr(request.resolver_match, "namespace", "") == entry.address.partition(":")[0]
    return Place(entry, url, here, waiting if waiting and waiting.number else None)
