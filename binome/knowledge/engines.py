"""Matching engines over workspaces' entries, kept ready: made anew when entries change, of large collections in the background."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread

import numpy as np
from django.db import connection
from django.db.models import Count, Max, QuerySet

from binome.kit import encoder
from binome.knowledge.matching import Entry, EntryVectors, Matcher
from binome.knowledge.models import Passage, Source

KEPT = 16
"""Collections that one process keeps ready; the least used goes first."""

LARGE = 400
"""Entries from which an engine takes more than a second to make: meanwhile questions are answered by the one before."""


@dataclass(frozen=True)
class State:
    """What a workspace's entries are at one moment; another one as soon as any of them is written."""

    number: int
    changed: datetime | None
    last: int | None


@dataclass(frozen=True)
class Engine:
    """An engine, and the state of the entries that it knows."""

    state: State
    matcher: Matcher
    is_behind: bool = False
    """Entries have been written since; a newer one is being made."""


def engine(workspace_id: int, *, up_to_date: bool = False) -> Engine:
    """The engine over the entries as they are; of a large collection perhaps as they were a few seconds ago, unless
    *up_to_date* is asked for."""
    state = _state(workspace_id)
    known = _known(workspace_id)
    if known and known.state == state:
        return known
    if known is None or up_to_date or state.number < LARGE:
        return _made_now(workspace_id)
    _make_in_the_background(workspace_id)
    return Engine(known.state, known.matcher, is_behind=True)


def written_since(workspace_id: int, engine: Engine) -> set[int]:
    """The entries that this engine knows as they no longer are."""
    rows = quotable(workspace_id)
    if engine.state.changed:
        rows = rows.filter(updated_at__gt=engine.state.changed)
    return set(rows.values_list("pk", flat=True))


def quotable(workspace_id: int) -> QuerySet[Source]:
    """What may be quoted in a workspace."""
    return Source.objects.filter(workspace_id=workspace_id, archived_at=None)


def as_entry(source: Source) -> Entry:
    """A source as the engine knows it."""
    answer = f"{source.answer} {source.details}".strip()
    return Entry(str(source.pk), source.question, answer, source.language, tuple(source.alternatives))


_ready: OrderedDict[int, Engine] = OrderedDict()
_looking = Lock()
_making: dict[int, Lock] = {}
_in_the_background: set[int] = set()


def _state(workspace_id: int) -> State:
    return State(**quotable(workspace_id).aggregate(number=Count("pk"), changed=Max("updated_at"), last=Max("pk")))


def _known(workspace_id: int) -> Engine | None:
    with _looking:
        if workspace_id in _ready:
            _ready.move_to_end(workspace_id)
        return _ready.get(workspace_id)


def _made_now(workspace_id: int) -> Engine:
    """One maker a workspace at a time; whoever waited takes what was made meanwhile, if it still holds."""
    with _looking:
        alone = _making.setdefault(workspace_id, Lock())
    with alone:
        state = _state(workspace_id)  # asked before the entries are read: what is written meanwhile makes it another
        known = _known(workspace_id)
        if known and known.state == state:
            return known
        made = Engine(state, _made(workspace_id))
        with _looking:
            _ready[workspace_id] = made
            _ready.move_to_end(workspace_id)
            while len(_ready) > KEPT:
                _ready.popitem(last=False)
        return made


def _make_in_the_background(workspace_id: int) -> None:
    with _looking:
        if workspace_id in _in_the_background:
            return
        _in_the_background.add(workspace_id)
    Thread(target=_make_and_let_go, args=(workspace_id,), name=f"engine {workspace_id}", daemon=True).start()


def _make_and_let_go(workspace_id: int) -> None:
    """In a thread of its own, with a connection of its own."""
    try:
        _made_now(workspace_id)
    finally:
        connection.close()
        with _looking:
            _in_the_background.discard(workspace_id)


def _made(workspace_id: int) -> Matcher:
    """The engine, from the vectors that are already stored."""
    sources = list(quotable(workspace_id).order_by("pk"))
    vectors: dict[int, dict[str, list[np.ndarray]]] = {}
    rows = Passage.objects.filter(source__in=sources, encoder=encoder.VERSION).order_by("pk")
    for source, part, vector in rows.values_list("source", "part", "vector").iterator(2000):
        vectors.setdefault(source, {}).setdefault(part, []).append(np.asarray(vector, np.float32))
    entries = [as_entry(source) for source in sources]
    return Matcher(entries, [_vectors(entry, vectors.get(int(entry.id), {})) for entry in entries])


def _vectors(entry: Entry, stored: dict[str, list[np.ndarray]]) -> EntryVectors:
    texts = [*stored.get("question", []), *stored.get("alternative", [])]
    short, answer = stored.get("short", []), stored.get("answer", [])
    if len(texts) != len(entry.texts) or not short or not answer:  # made with another encoder: until it is reindexed
        return _encoded(entry)
    return EntryVectors(np.stack(texts), short[0], answer[0])


def _encoded(entry: Entry) -> EntryVectors:
    made = encoder.encode([*entry.texts, entry.short_answer, entry.head])
    return EntryVectors(made[:-2], made[-2], made[-1])
