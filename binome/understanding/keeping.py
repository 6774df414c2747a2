"""How what was read is written: a row a message and a row for each reading that matters, whole batches in a statement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from binome.inbox.threads import Said
from binome.kit import clock
from binome.sdk.stage import Annotation as Told
from binome.understanding import vocabulary
from binome.understanding.models import Annotation, ReadingVerdict


@dataclass(frozen=True)
class Read:
    """A message, what is said of it in the end, and the version of each stage there."""

    said: Said
    annotations: Mapping[str, Told]
    versions: Mapping[str, str]


def keep(read: Sequence[Read]) -> None:
    """Write what is said of these messages in place of what was said before; people's verdicts stay."""
    ids = [one.said.message for one in read]
    judged = _judged(read)
    Annotation.objects.filter(message__in=ids).delete()  # a stage with nothing more to say leaves nothing behind
    whole, rows = [], []
    for one in read:
        quiet: dict[str, list[Any]] = {}
        for stage, told in one.annotations.items():
            verdict = judged.get((one.said.message, stage)) if judged else None
            kind = vocabulary.kind_of(stage, told.label, told.confidence, one.said.home)
            if kind or verdict:
                rows.append(_row(one, stage, told, kind, verdict))
            else:
                quiet[stage] = _briefly(told, one.versions.get(stage, stage))
        whole.append({"message": one.said.message, "workspace": one.said.workspace, "said": quiet})
    _write_whole(whole)
    _write_rows(rows)


def _judged(read: Sequence[Read]) -> Mapping[tuple[int, str], ReadingVerdict]:
    """What people said of these messages as they now stand: an edited one is another message."""
    edited = {one.said.message: one.said.edited_at for one in read}
    verdicts = ReadingVerdict.objects.filter(message__in=edited)
    kept = [one for one in verdicts if not (edited[one.message_id] and edited[one.message_id] > one.at)]  # type: ignore[operator]
    return {(one.message_id, one.stage): one for one in kept}


def _briefly(told: Told, version: str) -> list[Any]:
    return [told.label, told.confidence, version, *([told.evidence] if told.evidence else [])]


def _row(one: Read, stage: str, told: Told, kind: str, verdict: ReadingVerdict | None) -> dict[str, Any]:
    label, confidence, evidence = told.label, told.confidence, dict(told.evidence)
    if verdict:
        label, confidence, evidence = ruled(verdict)
        kind = vocabulary.kind_of(stage, label, confidence, one.said.home)
    return {
        "workspace": one.said.workspace, "conversation": one.said.conversation, "message": one.said.message,
        "stage": stage, "version": one.versions.get(stage, stage)[:60], "label": label[:80], "kind": kind,
        "confidence": confidence, "evidence": evidence,
    }  # fmt: skip


def ruled(verdict: ReadingVerdict) -> tuple[str, float, dict[str, Any]]:
    """What a reading says once a person has judged it: label, confidence, evidence."""
    wrong_alone = {"verdict": verdict.pk, "otherwise": verdict.said}
    if not verdict.right:
        return verdict.said, 0.0, wrong_alone
    return verdict.right, 1.0, wrong_alone | {"words": verdict.evidence.get("words", [])}


def _write_whole(rows: Sequence[Mapping[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO understanding_understood (message_id, workspace_id, said, at)"
            " SELECT new.message, new.workspace, new.said, %s"
            " FROM jsonb_to_recordset(%s::jsonb) AS new (message bigint, workspace bigint, said jsonb)"
            " ON CONFLICT (message_id) DO UPDATE SET said = excluded.said, at = excluded.at",
            [clock.now(), json.dumps(rows)],
        )


def _write_rows(rows: Sequence[Mapping[str, Any]]) -> None:
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
            [clock.now(), json.dumps(rows)],
        )
