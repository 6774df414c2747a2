"""How what was read is written: a row a message and a row for each reading that matters, whole batches in a statement."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from binome.inbox.models import Message
from binome.inbox.threads import Said
from binome.kit import clock
from binome.sdk.stage import Annotation as Told
from binome.understanding import vocabulary
from binome.understanding.models import Annotation, ReadingVerdict
from binome.understanding.selectors import holds

log = logging.getLogger(__name__)

_UNWRITABLE = (TypeError, ValueError, RecursionError)
_ZERO = "\\u0000"


@dataclass(frozen=True)
class Read:
    """A message, what is said of it in the end, and the version of each stage there."""

    said: Said
    annotations: Mapping[str, Told]
    versions: Mapping[str, str]


def standing(read: Sequence[Read]) -> list[Read]:
    """Those of these messages that are still as they were read, ours until the end of the transaction.

    Whoever hears that a message changed or went reads it again or forgets it.
    """
    now = locked([one.said.message for one in read])
    return [one for one in read if now.get(one.said.message) == one.said.text]


def locked(messages: Sequence[int]) -> Mapping[int, str | None]:
    """The text of each of these messages, None where it was taken back; nobody changes or judges them meanwhile.

    Always by id, and before anything that belongs to them: nobody waits in a circle.
    """
    rows = Message.objects.select_for_update(no_key=True).filter(pk__in=messages).order_by("pk")
    return {pk: None if gone else text for pk, text, gone in rows.values_list("pk", "text", "deleted_at")}


def keep(read: Sequence[Read]) -> None:
    """Write what is said of these messages in place of what was said before; people's verdicts stay."""
    judged = _judged(read)
    try:
        whole, rows = _written(read, judged)
    except _UNWRITABLE:
        whole, rows = _written(_without_unwritable(read), judged)
    ids = [one.said.message for one in read]
    Annotation.objects.filter(message__in=ids).delete()  # a stage with nothing more to say leaves nothing behind
    _write_whole(whole)
    _write_rows(rows)


def _judged(read: Sequence[Read]) -> Mapping[int, Sequence[ReadingVerdict]]:
    """What people said of these messages as they now stand: an edited one is another message."""
    edited = {one.said.message: one.said.edited_at for one in read}
    judged: dict[int, list[ReadingVerdict]] = {}
    for verdict in ReadingVerdict.objects.filter(message__in=edited).order_by("pk"):
        if holds(verdict.at, edited[verdict.message_id]):
            judged.setdefault(verdict.message_id, []).append(verdict)
    return judged


def _written(read: Sequence[Read], judged: Mapping[int, Sequence[ReadingVerdict]]) -> tuple[str, str]:
    """As JSON, what is of no consequence, a row a message, and what matters, a row each: it may be that no JSON holds it."""
    whole, rows = [], []
    for one in read:
        verdicts = {verdict.stage: verdict for verdict in judged.get(one.said.message, ())}
        quiet: dict[str, list[Any]] = {}
        for stage, told in one.annotations.items():
            if stage in verdicts:
                continue
            kind, version = _kind(one, stage, told), one.versions.get(stage, stage)
            if kind:
                rows.append(_row(one, stage, told, kind, version))
            else:
                quiet[stage] = _briefly(told, version)
        for stage, verdict in verdicts.items():  # whatever the stage says now, if anything
            told = Told(*ruled(verdict))
            rows.append(_row(one, stage, told, _kind(one, stage, told), verdict.version))
        whole.append({"message": one.said.message, "workspace": one.said.workspace, "said": quiet})
    return _json(whole), _json(rows) if rows else ""


def _without_unwritable(read: Sequence[Read]) -> list[Read]:
    """What a stage says that no JSON holds is its own trouble: all else is kept; no text goes to the log."""
    kept = [
        replace(one, annotations={stage: told for stage, told in one.annotations.items() if _is_writable(told)})
        for one in read
    ]
    lost = {stage for one, less in zip(read, kept, strict=True) for stage in one.annotations.keys() - less.annotations}
    for stage in sorted(lost):
        log.error("stage %s failed: what it says cannot be written", stage)
    return kept


def _is_writable(told: Told) -> bool:
    try:
        _json([told.label, told.confidence, dict(told.evidence)])
    except _UNWRITABLE:
        return False
    return True


def _json(told: Any) -> str:
    """As PostgreSQL takes it: no number that is none, no half of a character, no character zero."""
    written = json.dumps(told, ensure_ascii=False, allow_nan=False)
    written.encode()
    if _ZERO in written and re.search(r"(?<!\\)(?:\\\\)*\\u0000", written):
        raise ValueError("character zero")
    return written


def _kind(read: Read, stage: str, told: Told) -> str:
    return vocabulary.kind_of(stage, told.label, told.confidence, read.said.home)


def _briefly(told: Told, version: str) -> list[Any]:
    return [told.label, told.confidence, version, *([dict(told.evidence)] if told.evidence else [])]


def _row(one: Read, stage: str, told: Told, kind: str, version: str) -> dict[str, Any]:
    return {
        "workspace": one.said.workspace, "conversation": one.said.conversation, "message": one.said.message,
        "stage": stage, "version": version[:60], "label": told.label[:80], "kind": kind,
        "confidence": told.confidence, "evidence": dict(told.evidence),
    }  # fmt: skip


def ruled(verdict: ReadingVerdict) -> tuple[str, float, dict[str, Any]]:
    """What a reading says once a person has judged it: label, confidence, evidence."""
    wrong_alone = {"verdict": verdict.pk, "otherwise": verdict.said}
    if not verdict.right:
        return verdict.said, 0.0, wrong_alone
    return verdict.right, 1.0, wrong_alone | {"words": verdict.evidence.get("words", [])}


def _write_whole(rows: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO understanding_understood (message_id, workspace_id, said, at)"
            " SELECT new.message, new.workspace, new.said, %s"
            " FROM jsonb_to_recordset(%s::jsonb) AS new (message bigint, workspace bigint, said jsonb)"
            " ON CONFLICT (message_id) DO UPDATE SET said = excluded.said, at = excluded.at",
            [clock.now(), rows],
        )


def _write_rows(rows: str) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO understanding_annotation"
            " (workspace_id, conversation_id, message_id, stage, version, label, kind, confidence, evidence, at)"
            " SELECT new.*, %s FROM jsonb_to_recordset(%s::jsonb) AS new (workspace bigint, conversation bigint,"
            " message bigint, stage text, version text, label text, kind text, confidence float8, evidence jsonb)"
            " ON CONFLICT (message_id, stage) DO UPDATE SET version = excluded.version, label = excluded.label,"
            " kind = excluded.kind, confidence = excluded.confidence, evidence = excluded.evidence, at = excluded.at",
            [clock.now(), rows],
        )
