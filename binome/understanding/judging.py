"""People say what is right: the verdict is kept beside what was said, and takes its place at once."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from binome.accounts.models import User
from binome.inbox.models import Message
from binome.journal import services as journal
from binome.kit import clock
from binome.understanding import keeping, selectors, services, vocabulary
from binome.understanding.facts import MessageReadAgain, ReadingJudged, ReadingVerdictTakenBack
from binome.understanding.keeping import ruled
from binome.understanding.models import Annotation, ReadingVerdict
from binome.workspaces.models import Workspace


class NotRead(Exception):
    """This message has no such reading."""


class NotALabel(ValueError):
    """This reading has no such label."""


@transaction.atomic
def judge(message: Message, stage: str, right: str | None, *, user: User, drawn: bool = False) -> ReadingVerdict:
    """Say which label is right; None: not what was said (of two labels, the other). A later verdict replaces an earlier one."""
    now = Message.objects.select_for_update().get(pk=message.pk)  # one verdict at a time
    annotation = selectors.annotations_of([message.pk]).get(message.pk, {}).get(stage)
    if annotation is None or not (stage in vocabulary.STAGES and vocabulary.STAGES[stage].taught):
        raise NotRead(NotRead.__doc__)
    before = ReadingVerdict.objects.filter(message=message, stage=stage).first()
    said = _said(annotation, before)
    known = selectors.labels_of(message.workspace_id, stage)
    if right and right not in known:
        raise NotALabel(NotALabel.__doc__)
    given = {
        "workspace_id": message.workspace_id,
        **said,
        "right": _other(known, said["said"]) if right is None else right,
        "by": user,
        "at": clock.now(),
        "drawn": drawn or bool(before and before.drawn and selectors.holds(before.at, now.edited_at)),
    }
    verdict, _new = ReadingVerdict.objects.update_or_create(message=message, stage=stage, defaults=given)
    _annotate(message, verdict, *ruled(verdict))
    fact = ReadingJudged(verdict.pk, message.pk, message.conversation_id, stage, verdict.said, verdict.right)
    journal.record(fact, workspace_id=message.workspace_id, actor=f"user:{user.pk}")
    return verdict


@transaction.atomic
def take_back(verdict: ReadingVerdict, *, user: User) -> None:
    """As if nothing had been said: the reading is again what its stage said, until the stages read the message again."""
    keeping.locked([verdict.message_id])  # before its verdict, as in `judge`
    fact = ReadingVerdictTakenBack(verdict.pk, verdict.message_id, verdict.message.conversation_id, verdict.stage)
    journal.record(fact, workspace_id=verdict.workspace_id, actor=f"user:{user.pk}")
    if Annotation.objects.filter(
        message=verdict.message_id, stage=verdict.stage, evidence__verdict=verdict.pk
    ).exists():
        _annotate(verdict.message, verdict, verdict.said, verdict.confidence, verdict.evidence)
    verdict.delete()


@transaction.atomic
def read_again(messages: Sequence[int]) -> None:
    """Read messages of which a verdict was taken back: their stages may say something else by now."""
    read = sorted((one.said for one in services.annotate(messages)), key=lambda one: one.message)
    journal.record_each([(MessageReadAgain(one.message, one.conversation), one.workspace, "ai") for one in read])


def verdict_in(workspace: Workspace, message: int, stage: str) -> ReadingVerdict | None:
    """What was said of one reading in this workspace."""
    found = ReadingVerdict.objects.filter(Q(workspace=workspace), message=message, stage=stage)
    return found.select_related("message").first()


def _said(annotation: Annotation, before: ReadingVerdict | None) -> dict[str, Any]:
    """What the stage said, not what a person made of it since."""
    if before and "verdict" in annotation.evidence:
        return {
            "version": before.version,
            "said": before.said,
            "confidence": before.confidence,
            "evidence": before.evidence,
        }
    return {
        "version": annotation.version, "said": annotation.label, "confidence": annotation.confidence,
        "evidence": dict(annotation.evidence),
    }  # fmt: skip


def _other(known: list[str], said: str) -> str:
    others = [label for label in known if label != said]
    return others[0] if len(known) == 2 and len(others) == 1 else ""


def _annotate(
    message: Message, verdict: ReadingVerdict, label: str, confidence: float, evidence: dict[str, Any]
) -> None:
    kind = vocabulary.kind_of(verdict.stage, label, confidence, message.workspace.language)
    Annotation.objects.update_or_create(
        message=message,
        stage=verdict.stage,
        defaults={
            "workspace_id": message.workspace_id, "conversation_id": message.conversation_id, "label": label, "kind": kind,
            "confidence": confidence, "evidence": evidence, "version": verdict.version, "at": clock.now(),
        },
    )  # fmt: skip
