"""Reading messages: every stage on a whole batch, each fed with what those before it said."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from binome.inbox import selectors as inbox
from binome.inbox.models import Message
from binome.journal import services as journal
from binome.kit import clock
from binome.sdk import stage
from binome.sdk.pipeline import stages
from binome.sdk.stage import Reading, Stage
from binome.understanding.facts import MessageUnderstood
from binome.understanding.models import Annotation

log = logging.getLogger(__name__)


@transaction.atomic
def annotate(messages: Sequence[int]) -> None:
    """Read these messages with every stage and keep what they say; reading them again replaces it."""
    read = inbox.messages_with_threads(messages)
    readings = run_stages([_reading(message, texts) for message, texts in read])
    _keep([message for message, _texts in read], readings)


@transaction.atomic
def understand(messages: Sequence[int]) -> None:
    """Annotate messages that just came in, and say so."""
    annotate(messages)
    rows = Message.objects.filter(pk__in=messages).order_by("pk")
    read = rows.values_list("workspace_id", "pk", "conversation_id")
    journal.record_each(
        [(MessageUnderstood(message, talk), workspace_id, "ai") for workspace_id, message, talk in read]
    )


def run_stages(readings: Sequence[Reading]) -> list[Reading]:
    """The readings with all that the stages say. A stage that fails silences itself and those that need it."""
    silent: set[str] = set()
    current = list(readings)
    for one in stages():
        said = None if silent.intersection(one.needs) else _said(one, current)
        if said is None:
            silent.add(one.name)
            continue
        current = [
            reading if annotation is None else _with(reading, one.name, annotation)
            for reading, annotation in zip(current, said, strict=True)
        ]
    return current


def _said(one: Stage, readings: Sequence[Reading]) -> Sequence[stage.Annotation | None] | None:
    """The stage runner's edge: whatever a stage does wrong stays with it; no text goes to the log."""
    try:
        said = one.read(readings)
        if len(said) != len(readings):
            raise ValueError("not one annotation a reading")
        return said
    except Exception as error:
        log.error("stage %s %s failed: %s", one.name, one.version, type(error).__name__)
        return None


def _with(reading: Reading, name: str, annotation: stage.Annotation) -> Reading:
    return replace(reading, annotations={**reading.annotations, name: annotation})


def _reading(message: Message, texts: Sequence[str]) -> Reading:
    hints: Mapping[str, str] = {"language": message.conversation.language} if message.conversation.language else {}
    author = str(message.member_id or "")
    return Reading(text=message.text, thread=tuple(texts), author=author, hints=hints)


def _keep(messages: Sequence[Message], readings: Sequence[Reading]) -> None:
    versions = {one.name: one.version for one in stages()}
    rows = [
        Annotation(
            workspace_id=message.workspace_id,
            message=message,
            stage=name,
            version=versions[name],
            label=said.label,
            confidence=said.confidence,
            evidence=dict(said.evidence),
            at=clock.now(),
        )
        for message, reading in zip(messages, readings, strict=True)
        for name, said in reading.annotations.items()
    ]
    Annotation.objects.filter(message__in=messages).delete()  # a stage with nothing more to say leaves nothing behind
    Annotation.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["message", "stage"],
        update_fields=["version", "label", "confidence", "evidence", "at"],
    )
