"""Listeners read the journal by position, in batches; what they do and how far they have read commit together."""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from binome.journal.models import Entry, Reader, Setback
from binome.journal.selectors import head, last_sealed
from binome.kit import clock

log = logging.getLogger(__name__)

Handler = Callable[[Sequence[Entry]], None]

STRIDE = 1_000
"""Facts of no interest after which a listener notes that it has passed them, so as not to look through them again."""

GLANCE = 16
"""Facts that are looked at to know whether there is something to do; that many are worth a closer look."""

_quiet: dict[str, str] = {}
"""Listener → the digest of the last fact when this process saw nothing for it: it looks again once another is sealed."""

_PASSING = ("08", "40", "53", "55", "57", "58")
"""Classes of PostgreSQL errors that say nothing against the fact: connection, deadlock, resources, locks, shutdown."""


@dataclass(frozen=True)
class Listener:
    """Who wants which facts; *studies* who takes long over them, while nobody waits.

    One of several *strands* hears its part of them: those whose *by* (the id of a conversation, say) falls to it.
    """

    name: str
    kinds: frozenset[str]
    handle: Handler
    studies: bool = False
    by: str = ""
    strands: int = 1
    strand: int = 0

    def concerns(self, entry: Entry) -> bool:
        """Whether a fact of these kinds is in its strand."""
        return self.strands == 1 or entry.about[self.by] % self.strands == self.strand


listeners: dict[str, Listener] = {}
"""By name, in the order of the layers: lower packages hear first."""


def listener(*kinds: str, studies: bool = False, by: str = "", strands: int = 1) -> Callable[[Handler], Handler]:
    """Have the function called with batches of facts of these kinds, in order, each exactly once.

    One that *studies* is called beside the others, so that no message waits for it. One with *strands* is called by as many
    workers at once: what is about the same *by* is in one strand and keeps its order.
    """

    def register(handle: Handler) -> Handler:
        name = f"{handle.__module__.removeprefix('binome.').removesuffix('.listeners')}.{handle.__name__}"
        for strand in range(strands):
            own = f"{name}.{strand}" if strand else name
            listeners[own] = Listener(own, frozenset(kinds), handle, studies, by, strands, strand)
        return handle

    return register


def read(reader: Listener, batch: int = 256) -> int:
    """Let one listener deal with its next facts; how many it met. 0 also when another process is at it.

    It looks before it locks: a row lock costs a disk flush, and most looks find nothing.
    """
    return _read(reader, batch) if _has_news(reader) else 0


def is_quiet(reader: Listener, digest: str) -> bool:
    """Whether this process has seen that nothing up to the sealed fact with this digest is for this listener."""
    return _quiet.get(reader.name) == digest


def retry(setback: Setback) -> None:
    """Let the listener try a fact again; raises what it raises."""
    with transaction.atomic():
        waiting = Setback.objects.select_for_update().filter(pk=setback.pk, settled_at=None).first()
        if waiting:
            listeners[waiting.reader].handle([waiting.entry])
            waiting.settled_at = clock.now()
            waiting.save()


def _has_news(reader: Listener) -> bool:
    position = Reader.objects.filter(name=reader.name).values_list("position", flat=True).first() or 0
    (last, digest), some = last_sealed(), list(_next(reader, position, GLANCE))
    if last - position >= STRIDE or len(some) == GLANCE or any(map(reader.concerns, some)):
        return True
    _quiet[reader.name] = digest
    return False


@transaction.atomic
def _read(reader: Listener, batch: int) -> int:
    place = _place(reader)
    if place is None:
        return 0
    last = head()  # asked first: what is sealed meanwhile lies beyond
    met = list(_next(reader, place.position, batch * reader.strands))
    entries = [entry for entry in met if reader.concerns(entry)]
    if entries:
        _handle(reader, entries)
    handled = [entry.position or 0 for entry in met]
    passed = handled if len(met) == batch * reader.strands else [*handled, last]
    place.position, place.read_at = max(place.position, *passed), clock.now()
    place.save()
    return len(met)


def _next(reader: Listener, position: int, batch: int) -> QuerySet[Entry]:
    return Entry.objects.filter(position__gt=position, kind__in=reader.kinds).order_by("position")[:batch]


def _place(reader: Listener) -> Reader | None:
    """How far it has read, locked for us; None when another process holds it."""
    free = Reader.objects.select_for_update(skip_locked=True).filter(name=reader.name)
    place = free.first()
    if place is None:
        Reader.objects.bulk_create([Reader(name=reader.name)], ignore_conflicts=True)
        place = free.first()
    return place


def _handle(reader: Listener, entries: Sequence[Entry]) -> None:
    """The whole batch; if it fails, one by one, so that one bad fact holds up nobody."""
    try:
        with transaction.atomic():
            reader.handle(entries)
    except Exception as error:  # the task runner's edge
        if _is_passing(error):
            raise  # the database itself is in trouble: the same batch comes again
        if len(entries) == 1:
            _set_back(reader, entries[0], error)
            return
        for entry in entries:
            _handle(reader, [entry])


def _is_passing(error: Exception) -> bool:
    """Whether the database is in trouble, rather than this fact (too long for an index, say), which it would be again."""
    state = getattr(error.__cause__, "sqlstate", None) or "08"
    return isinstance(error, OperationalError | InterfaceError) and state.startswith(_PASSING)


def _set_back(reader: Listener, entry: Entry, error: Exception) -> None:
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s in %s %s\n%s", reader.name, type(error).__name__, entry.kind, entry.pk, trace)
    Setback.objects.update_or_create(
        reader=reader.name,
        entry=entry,
        defaults={"error": f"{type(error).__name__} at {_where(error)}", "settled_at": None},
    )


def _where(error: Exception) -> str:
    """The innermost line of ours; never the error's text, which may quote a message."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "binome" in frame.filename]
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
