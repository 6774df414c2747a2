"""Files of past exchanges: read through, confirmed by a person, then taken in by parts that a stop neither loses nor repeats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import fold
from binome.knowledge.memory import bulk
from binome.knowledge.memory.facts import HistoryTaken
from binome.knowledge.memory.models import Ground, Intake, Line, Waiting
from binome.knowledge.memory.reading.opening import Opened, open_history
from binome.knowledge.memory.said import MEMBER, Problem, Said, Unreadable
from binome.workspaces.models import Workspace

PART = 5_000
"""Messages taken in one transaction."""

READ = 20_000
"""Messages read through at a time before anything is taken."""

LARGEST = 2 * 2**30
"""Bytes of a file that the page takes."""

SHOWN = 200
"""Bad rows that are named one by one; the others are counted."""

FIELDS = ("thread", "at", "workspace", "key", "by", "author", "asker", "text", "channel", "language", "closed", "edited_from")  # fmt: skip
_MAY_CHANGE = ("author", "text", "channel", "language", "closed", "edited_from")
_ROWS = ("csv", "json", "jsonl")


@dataclass
class _Reading:
    """How far this process is in a file, so as not to read its beginning again."""

    position: int
    messages: Iterator[Said | Problem]
    threads: set[UUID] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None
    members: int = 0
    bad: list[Problem] = field(default_factory=list)
    number_bad: int = 0


_readings: dict[tuple[int, str], _Reading] = {}


def prepare(workspace: Workspace, name: str, content: IO[bytes], *, actor: str, team: Sequence[str] = ()) -> Intake:
    """Keep the file, to be read through; `Unreadable` at once if it is no export that is known."""
    stored = default_storage.save(f"history/{workspace.pk}/{Path(name).name[-80:]}", File(content))
    try:
        opened = open_history(Path(default_storage.path(stored)), team)
    except BaseException:
        default_storage.delete(stored)
        raise
    with transaction.atomic():
        intake = Intake.objects.create(
            workspace=workspace, name=name[:255], file=stored, kind=opened.kind, team=list(team), by=actor
        )
        journal.wake_on_commit()
    return intake


@transaction.atomic
def read_through() -> int:
    """Read the next messages of a file that is new, to say what it holds; how many."""
    intake = _next(Intake.State.READING)
    if intake is None:
        return 0
    try:
        reading = _reading(intake, "read", intake.counts.get("messages", 0) if _is_open(intake, "read") else 0)
        with translation.override(intake.workspace.language):  # reasons of bad rows are kept as they are said
            found = list(islice(reading.messages, READ))
    except Unreadable as refusal:
        _close(intake, Intake.State.REFUSED, refusal=str(refusal))
        return 1
    _tally(intake.workspace_id, intake.kind, reading, found)
    intake.counts = _counted(reading)
    intake.problems = [{"row": one.row, "why": one.why} for one in reading.bad]
    if len(found) < READ:
        intake.state = Intake.State.PREVIEW
        _readings.pop((intake.pk, "read"), None)
        if not reading.position:
            _close(intake, Intake.State.REFUSED, refusal=_("This file holds no message."))
            return 1
    intake.save()
    return max(1, len(found))


@transaction.atomic
def confirm(intake: Intake, *, leave_out_bad: bool = False) -> Intake:
    """Begin; a file with bad rows is taken only if somebody says to leave those out."""
    intake = Intake.objects.select_for_update().get(pk=intake.pk)
    if intake.state != Intake.State.PREVIEW:
        return intake
    bad = intake.counts.get("bad", 0)
    if bad and not leave_out_bad:
        raise Unreadable(
            ngettext(
                "{n} row cannot be read: nothing was imported.", "{n} rows cannot be read: nothing was imported.", bad
            ).format(n=bad)
        )
    intake.state = Intake.State.RUNNING
    intake.counts = {**intake.counts, "new": 0}
    intake.save(update_fields=["state", "counts"])
    journal.wake_on_commit()
    return intake


@transaction.atomic
def abandon(intake: Intake) -> None:
    """Do not go on; what is already in stays."""
    intake = Intake.objects.select_for_update().get(pk=intake.pk)
    if intake.state in (Intake.State.READING, Intake.State.PREVIEW, Intake.State.RUNNING):
        _close(intake, Intake.State.ABANDONED)


@transaction.atomic
def advance() -> int:
    """Take the next part of a running file; how many messages. A file that is gone is refused: problems wait for its end."""
    intake = _next(Intake.State.RUNNING)
    if intake is None:
        return 0
    try:
        reading = _reading(intake, "take", intake.taken)
    except Unreadable as refusal:
        _close(intake, Intake.State.REFUSED, refusal=str(refusal))
        return 1
    part = list(islice(reading.messages, PART))
    said = [one for one in part if isinstance(one, Said)]
    new = take(intake.workspace, intake.kind, said)
    reading.position += len(said)
    intake.taken += len(said)
    intake.counts = {**intake.counts, "new": intake.counts.get("new", 0) + new}
    if len(part) < PART:
        fact = HistoryTaken(intake.pk, intake.taken, intake.counts["new"])
        journal.record(fact, workspace_id=intake.workspace_id, actor=intake.by)
        _close(intake, Intake.State.DONE)
    else:
        intake.save(update_fields=["taken", "counts"])
    transaction.on_commit(lambda: _readings.__setitem__((intake.pk, "take"), reading))
    return max(1, len(part))


@transaction.atomic
def take(workspace: Workspace, kind: str, said: Sequence[Said]) -> int:
    """Enter messages, each once; the threads that they change wait to be learnt from. How many were new."""
    rows = {row[3]: row for row in (_row(workspace.pk, kind, one) for one in said)}
    written = bulk.merge(
        Line, FIELDS, rows.values(), unique=("workspace_id", "key"), changes=_MAY_CHANGE
    )  # fmt: skip
    touched = {thread for _new, thread, _at in written}
    Ground.objects.get_or_create(workspace=workspace)
    waiting = ((workspace.pk, thread) for thread in touched)
    bulk.merge(Waiting, ("workspace", "thread"), waiting, unique=("workspace_id", "thread"), changes=())
    return sum(new for new, _thread, _at in written)


def asker_of(workspace: int, author: str) -> UUID:
    """What is kept of a member's name or address, whatever its case and accents."""
    return bulk.uuid_of(workspace, "asker", fold(author).strip())


def key_of(workspace: int, kind: str, said: Said) -> UUID:
    """What makes a message itself: where it comes from, its thread, its id and its time; without an id, its words."""
    if kind == "inbox":
        return bulk.uuid_of(workspace, kind, said.id)
    own = said.id or f"{said.by}\x1f{said.author}\x1f{said.text}"
    return bulk.uuid_of(workspace, _source(kind), said.thread, said.at.timestamp(), own)


def thread_of(workspace: int, kind: str, thread: str) -> UUID:
    return bulk.uuid_of(workspace, "thread", _source(kind), thread)


def _source(kind: str) -> str:
    return "rows" if kind in _ROWS else kind


def _row(workspace: int, kind: str, said: Said) -> tuple[Any, ...]:
    member = said.by == MEMBER
    return (
        thread_of(workspace, kind, said.thread), said.at, workspace, key_of(workspace, kind, said), said.by,
        "" if member else said.author, asker_of(workspace, said.author) if member and said.author else None,
        said.text, said.channel, said.language, said.closed, said.edited_from,
    )  # fmt: skip


def _next(state: Intake.State) -> Intake | None:
    found = Intake.objects.select_for_update(skip_locked=True, of=("self",)).select_related("workspace")
    return found.filter(state=state).order_by("pk").first()


def _is_open(intake: Intake, what: str) -> bool:
    return (intake.pk, what) in _readings


def _reading(intake: Intake, what: str, position: int) -> _Reading:
    """The file from this message on: as this process left it, or opened anew and read up to there."""
    known = _readings.pop((intake.pk, what), None)
    if known and known.position == position:
        if what == "read":
            _readings[intake.pk, what] = known
        return known
    opened: Opened = open_history(Path(default_storage.path(intake.file)), intake.team)
    reading = _Reading(position, opened.messages())
    for _skipped in islice((one for one in reading.messages if isinstance(one, Said)), position):
        pass
    if what == "read":
        _readings[intake.pk, what] = reading
    return reading


def _tally(workspace: int, kind: str, reading: _Reading, found: Sequence[Said | Problem]) -> None:
    for one in found:
        if isinstance(one, Problem):
            reading.number_bad += 1
            if len(reading.bad) < SHOWN:
                reading.bad.append(one)
            continue
        reading.position += 1
        reading.members += one.by == MEMBER
        reading.threads.add(thread_of(workspace, kind, one.thread))
        reading.first = min(reading.first or one.at, one.at)
        reading.last = max(reading.last or one.at, one.at)


def _counted(reading: _Reading) -> dict[str, Any]:
    return {
        "messages": reading.position, "threads": len(reading.threads), "members": reading.members, "bad": reading.number_bad,
        "from": reading.first.isoformat() if reading.first else "", "to": reading.last.isoformat() if reading.last else "",
    }  # fmt: skip


def _close(intake: Intake, state: Intake.State, refusal: str = "") -> None:
    """End, and throw the file away."""
    stored, intake.file = intake.file, ""
    intake.state, intake.refusal, intake.finished_at = state, refusal, clock.now()
    intake.save()
    for what in ("read", "take"):
        _readings.pop((intake.pk, what), None)
    if stored:
        transaction.on_commit(lambda: default_storage.delete(stored))
