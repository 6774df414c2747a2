"""Answers that the AI gave alone before, entered as it would have kept them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from binome.assistant.models import Suggestion
from binome.autonomy import told as autonomy
from binome.autonomy.models import Lane
from binome.autonomy.told import Looked
from binome.inbox.models import Message
from binome.knowledge.models import Source


@dataclass(frozen=True)
class PastAnswer:
    """A reply of the AI, what it quoted, and what a person thought of it (None: nobody has looked)."""

    reply: Message
    lane: Lane
    source: Source
    confidence: float
    looked: Looked | None = None


@transaction.atomic
def record_answers(answers: Sequence[PastAnswer]) -> list[Suggestion]:
    """Enter answers given alone, with their audits. Left out: those that answer nothing, or what was answered before."""
    asked = _asked([answer.reply for answer in answers])
    dealt_with = set(Suggestion.objects.filter(message__in=asked.values()).values_list("message", flat=True))
    kept: dict[int, tuple[PastAnswer, Message]] = {}
    for answer in answers:
        question = asked.get(answer.reply.pk)
        if question and question.pk not in dealt_with:
            kept.setdefault(question.pk, (answer, question))
    suggestions = Suggestion.objects.bulk_create(_suggestion(answer, question) for answer, question in kept.values())
    autonomy.record(
        [
            autonomy.PastAct(
                answer.lane, suggestion.pk, answer.confidence, answer.reply.at, answer.looked, _leaned_on(answer.source)
            )
            for suggestion, (answer, _question) in zip(suggestions, kept.values(), strict=True)
        ]
    )
    return suggestions


def _leaned_on(source: Source) -> dict[str, Any]:
    """What a verdict on it leans on; without a version, so that it is asked again before it proves anything."""
    return {"topic": source.topic, "source": source.pk, "revision": source.revision}


def _asked(replies: Sequence[Message]) -> Mapping[int, Message]:
    """What each reply answered: the last that its member had said."""
    said: dict[int, list[Message]] = {}
    talks = {reply.conversation_id for reply in replies}
    for message in Message.objects.filter(conversation__in=talks, by=Message.By.MEMBER).order_by("at", "pk"):
        said.setdefault(message.conversation_id, []).append(message)
    before = {reply.pk: [one for one in said.get(reply.conversation_id, []) if one.at <= reply.at] for reply in replies}
    return {reply: messages[-1] for reply, messages in before.items() if messages}


def _suggestion(answer: PastAnswer, question: Message) -> Suggestion:
    reply, source = answer.reply, answer.source
    return Suggestion(
        workspace_id=reply.workspace_id,
        conversation_id=reply.conversation_id,
        message=question,
        lane=answer.lane,
        source=source,
        source_revision=source.revision,
        text=reply.text,
        final_text=reply.text,
        confidence=answer.confidence,
        why={"question": question.text},
        state=Suggestion.State.ACTED,
        reply=reply,
        created_at=reply.at,
    )
