"""Listeners read the journal by position, in batches; what they do and how far they have read commit together."""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction

from binome.journal.models import Entry, Reader, Setback
from binome.kit import clock

log = logging.getLogger(__name__)

Handler = Callable[[Sequence[Entry]], None]


@dataclass(frozen=True)
class Listener:
    """Who wants which facts."""

    name: str
    kinds: frozenset[str]
    handle: Handler


listeners: dict[str, Listener] = {}
"""By name, in the order of the layers: lower packages hear first."""


def listener(*kinds: str) -> Callable[[Handler], Handler]:
    """Have the function called with batches of facts of these kinds, in order, each exactly once."""

    def register(handle: Handler) -> Handler:
        name = f"{handle.__module__.removeprefix('binome.').removesuffix('.listeners')}.{handle.__name__}"
        listeners[name] = Listener(name, frozenset(kinds), handle)
        return handle

    return register


@transaction.atomic
def read(reader: Listener, batch: int = 256) -> int:
    """Let one listener deal with its next facts; how many. 0 also when another process is at it."""
    place = _place(reader)
    if place is None:
        return 0
    entries = list(
        Entry.objects.filter(position__gt=place.position, kind__in=reader.kinds).order_by("position")[:batch]
    )
    if entries:
        _handle(reader, entries)
        place.position, place.read_at = entries[-1].position or 0, clock.now()
        place.save()
    return len(entries)


def retry(setback: Setback) -> None:
    """Let the listener try a fact again; raises what it raises."""
    with transaction.atomic():
        listeners[setback.reader].handle([setback.entry])
        setback.settled_at = clock.now()
        setback.save()


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
    except (OperationalError, InterfaceError):
        raise  # the database itself is in trouble: the same batch comes again
    except Exception as error:  # the task runner's edge
        if len(entries) == 1:
            _set_back(reader, entries[0], error)
            return
        for entry in entries:
            _handle(reader, [entry])


def _set_back(reader: Listener, entry: Entry, error: Exception) -> None:
    log.exception("%s could not deal with %s %s", reader.name, entry.kind, entry.pk)
    Setback.objects.update_or_create(
        reader=reader.name,
        entry=entry,
        defaults={"error": f"{type(error).__name__} at {_where(error)}", "settled_at": None},
    )


def _where(error: Exception) -> str:
    """The innermost line of ours; never the error's text, which may quote a message."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "binome" in frame.filename]
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
