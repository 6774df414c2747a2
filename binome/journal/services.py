"""Writing facts, putting them in order, and proving that nothing was altered."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from hmac import HMAC
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from binome.journal.models import Entry, Reader
from binome.kit import clock
from binome.kit.secrets import derived

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CHANNEL = "binome"
"""The PostgreSQL notification channel on which workers are woken."""

SEALED = "binome_sealed"
"""The notification channel on which pages hear that facts were sealed."""

_SEALED = ("pk", "workspace_id", "kind", "about", "actor", "at")
"""What a digest speaks of."""

_SEALER = 0x62696E6F
"""The advisory lock held by the one process that seals."""


class BrokenChain(Exception):
    """The journal was altered: the facts no longer match their digests, or the last ones are gone."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def record(*facts: "DataclassInstance", workspace_id: int | None, actor: str = "system") -> None:
    """Write facts in the present transaction: they exist if and only if what they tell of does."""
    record_each([(fact, workspace_id, actor) for fact in facts])


def record_each(facts: "Sequence[tuple[DataclassInstance, int | None, str]]") -> None:
    """The same for many facts at once, each with its workspace and its actor."""
    now = clock.now()
    record_past([(fact, workspace_id, actor, now) for fact, workspace_id, actor in facts])


def record_past(facts: "Sequence[tuple[DataclassInstance, int | None, str, datetime]]") -> None:
    """The same, each with the instant at which it happened: the past of a community is told after the fact."""
    if not facts:
        return
    rows = [
        {
            "workspace": workspace_id,
            "kind": type(fact).__name__,
            "about": vars(fact),
            "actor": actor,
            "at": at.isoformat(),
        }
        for fact, workspace_id, actor, at in facts
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (workspace_id, kind, about, actor, at, digest) SELECT new.workspace, new.kind,"
            " new.about, new.actor, new.at, '' FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (workspace bigint, kind text,"
            " about jsonb, actor text, at timestamptz)) WITH ORDINALITY AS new (workspace, kind, about, actor, at, place)"
            " ORDER BY new.place",
            [json.dumps(rows)],
        )
    wake_on_commit()


def wake_on_commit() -> None:
    """Have sleeping workers told once the present transaction is committed: once, however much it wrote."""
    savepoints = set(connection.savepoint_ids)
    if not any(planned[1] is wake and planned[0] <= savepoints for planned in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Tell sleeping workers that there is work; losing this costs a second, so it does not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', 'off', true), pg_notify(%s, '')", [CHANNEL])


@transaction.atomic
def seal(limit: int = 2_000) -> int:
    """Give the facts committed since the last time their position and digest; how many there were.

    One process seals at a time. A fact committed late is simply sealed later: it gets a later position,
    so a reader that goes by position can never have passed it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
        if not cursor.fetchone()[0]:
            return 0
        waiting = list(Entry.objects.filter(position=None).order_by("id").values_list(*_SEALED, named=True)[:limit])
        if waiting:
            sealed = list(_chain(waiting, *_head()))
            cursor.execute(
                "UPDATE journal_entry SET position = new.position, digest = new.digest "
                "FROM jsonb_to_recordset(%s::jsonb) AS new (id bigint, position bigint, digest text) "
                "WHERE journal_entry.id = new.id",
                [json.dumps([{"id": pk, "position": position, "digest": digest} for pk, position, digest in sealed])],
            )
            cursor.execute("SELECT pg_notify(%s, '')", [SEALED])
    return len(waiting)


def verify(batch: int = 5_000) -> int:
    """Recompute every digest; the number of sealed facts, or `BrokenChain` at the first that does not match.

    A chain cannot tell that its end was cut off; a listener that had read further can. Whoever may write in the
    database but does not hold the installation's secret key cannot make a chain that passes.
    """
    read = Reader.objects.aggregate(furthest=Max("position"))["furthest"] or 0
    position, digest = 0, ""
    while entries := list(Entry.objects.filter(position__gt=position).order_by("position")[:batch]):
        for entry in entries:
            position, digest = position + 1, _digest(digest, position + 1, entry)
            if (entry.position, entry.digest) != (position, digest):
                raise BrokenChain(position)
    if position < read:
        raise BrokenChain(position + 1)
    return position


def _head() -> tuple[int, str]:
    last = Entry.objects.exclude(position=None).order_by("-position").values_list("position", "digest").first()
    return (int(last[0] or 0), last[1]) if last else (0, "")


def _chain(entries: Iterable[Entry], position: int, digest: str) -> Iterator[tuple[int, int, str]]:
    for entry in entries:
        position, digest = position + 1, _digest(digest, position + 1, entry)
        yield entry.pk, position, digest


def _digest(before: str, position: int, entry: Entry) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    content = [before, position, entry.workspace_id, entry.kind, entry.about, entry.actor, at]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return HMAC(_key(settings.SECRET_KEY), text.encode(), sha256).hexdigest()


@cache
def _key(secret: str) -> bytes:
    return derived(secret, "journal")
