"""Drafts in the team's voice, by a language model: asked for, written outside of any transaction, checked, proposed.

A draft is a suggestion in a lane of its own, and only ever that: whatever a model writes, a person reads it before it
leaves. What it states is compared with the passages it was given, sentence by sentence (`grounding`), what would bind
the team is marked (`commitments`), and nothing personal goes to the model (`hiding`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.assistant import asking, examples, grounding, hiding, standing, touches, voice
from binome.assistant.asking import Material
from binome.assistant.facts import DraftFailed, DraftWanted, SuggestionMade
from binome.assistant.grounding import Checked, Passage
from binome.assistant.models import DraftRequest, Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import FAQ, Act
from binome.inbox import selectors as inbox
from binome.inbox.models import Conversation, Message
from binome.journal import services as journal
from binome.kit import clock, encoder
from binome.knowledge import finding
from binome.knowledge.finding import Answer, Asked
from binome.llm.errors import ModelFailed
from binome.llm.redaction import Redaction, Restored
from binome.workspaces import language_models
from binome.workspaces.language_models import BudgetSpent, NoModel
from binome.workspaces.models import LanguageModel

PASSAGES = 4
FROM = 0.03
"""Confidence below which an entry is not even a passage to draft from."""

TURNS = 8
"""The latest messages of a conversation that a model is given."""

ABANDONED = timedelta(minutes=5)
"""After this long, whoever was writing a draft has died."""


class NothingToAnswer(ValueError):
    """There is nothing here to answer."""


class AlreadyJudged(ValueError):
    """Somebody has already decided on a draft for this message."""


@dataclass
class Brief:
    """What is gathered for one draft. *redaction* knows what was hidden, to put it back."""

    message: Message
    language: str
    answers: Sequence[Answer]
    material: Material
    examples: Sequence[examples.Example]
    redaction: Redaction = field(default_factory=Redaction)


@transaction.atomic
def ask_for(conversation: Conversation, *, user: User | None) -> DraftRequest:
    """Have a draft written on what the member said last; without *user*, the AI owes it by itself."""
    if language_models.of(conversation.workspace) is None:
        raise NoModel(NoModel.__doc__)
    message = inbox.last_asked(conversation)
    if message is None:
        raise NothingToAnswer(_("There is nothing here to answer."))
    if _decided(message):
        raise AlreadyJudged(_("Somebody has already decided on a draft for this message."))
    request, made = DraftRequest.objects.get_or_create(
        message=message,
        state__in=[DraftRequest.State.WANTED, DraftRequest.State.WRITING],
        defaults={"workspace_id": message.workspace_id, "conversation": conversation, "asked_by": user},
    )
    if made:
        fact = DraftWanted(request.pk, conversation.pk, message.pk)
        actor = f"user:{user.pk}" if user else "ai"
        journal.record(fact, workspace_id=message.workspace_id, actor=actor)
    return request


def owe(message: Message) -> None:
    """Nothing approved answers this: a draft comes by itself, where the workspace wants that."""
    wanted = LanguageModel.objects.filter(workspace=message.workspace_id, drafts=LanguageModel.Drafts.UNANSWERED)
    if wanted.exists() and not _decided(message):
        ask_for(message.conversation, user=None)


def write_next() -> int:
    """Write one draft that is wanted; how many were. It calls a model, so it runs outside of any transaction."""
    request = _claimed()
    if request is None:
        return 0
    try:
        brief = _gathered(request.message)
        answer = language_models.ask(
            request.workspace, asking.question(brief.material), purpose="draft", schema=asking.SCHEMA,
            most_tokens=asking.MOST_TOKENS,
        )  # fmt: skip
    except (ModelFailed, BudgetSpent, NoModel) as error:
        _fail(request, type(error).__name__)
        return 1
    restored = brief.redaction.restore(asking.reply_in(answer.text))
    if not restored.text or not answer.finished:
        _fail(request, "Nonsense")
        return 1
    _propose(request, brief, restored, answer.model)
    return 1


def blocks(sentences: Sequence[Checked], restored: Restored) -> tuple[str, ...]:
    """Why these words could never leave without a person, whatever the lane: what is not supported, what binds, what is personal."""
    found = ["unsupported"] if any(not one.supported for one in sentences) else []
    found += dict.fromkeys(kind for one in sentences for kind in one.commits)
    found += ["personal"] if restored.kinds else []
    return (*found, *(["unknown_mark"] if restored.unknown else []))


def _decided(message: Message) -> bool:
    drafts = Suggestion.objects.filter(message=message, lane__act=Act.DRAFT)
    return drafts.exclude(state__in=[Suggestion.State.PENDING, Suggestion.State.LAPSED]).exists()


@transaction.atomic
def _claimed() -> DraftRequest | None:
    waiting = DraftRequest.objects.select_for_update(skip_locked=True, of=("self",))
    for dead in waiting.filter(state=DraftRequest.State.WRITING, claimed_at__lt=clock.now() - ABANDONED):
        _failed(dead, "interrupted")
    rows = waiting.filter(state=DraftRequest.State.WANTED).select_related("workspace")
    request = rows.order_by("pk").first()
    if request:
        _become(request, DraftRequest.State.WRITING, claimed_at=clock.now())
    return request


def _gathered(message: Message) -> Brief:
    conversation = Conversation.objects.select_related("workspace", "channel", "member").get(pk=message.conversation_id)
    language = conversation.language if conversation.language in ("fr", "en") else conversation.workspace.language
    asked = Asked(message.workspace_id, message.text, language, message.channel_id)
    answers = [
        one for one in finding.find([asked])[0] if one.confidence >= FROM and not standing.has_expired(one.source)
    ]
    answers, redaction = answers[:PASSAGES], Redaction()
    turns = _turns(conversation, redaction)
    chosen = examples.best(conversation.workspace, message.text, language)
    shown = [{"question": one.question, "reply": one.answer} for one in chosen]
    address = _address(conversation, message, language)
    material = Material(turns, [_passage(one) for one in answers], shown, language, address)
    return Brief(message, language, answers, material, chosen, redaction)


def _turns(conversation: Conversation, redaction: Redaction) -> list[dict[str, str]]:
    """The latest of a conversation, with nothing personal left."""
    said = list(conversation.messages.filter(deleted_at=None).order_by("-at", "-pk")[:TURNS])[::-1]
    people = hiding.people_in(conversation)
    found = hiding.personal_in([one.text for one in said])
    names = {Message.By.MEMBER: "member", Message.By.OPERATOR: "team", Message.By.AI: "assistant"}
    return [
        {"by": names[Message.By(one.by)], "text": redaction.hide(one.text[:4_000], _within(spans, 4_000), words=people)}
        for one, spans in zip(said, found, strict=True)
    ]


def _within(spans: hiding.Spans, length: int) -> hiding.Spans:
    return [{**one, "end": min(one["end"], length)} for one in spans if one["start"] < length]


def _passage(answer: Answer) -> Passage:
    """What may be quoted of an entry: never what is "not sent"."""
    return Passage(answer.source.pk, answer.source.question, answer.source.answer, answer.source.url)


def _address(conversation: Conversation, message: Message, language: str) -> str:
    if language != "fr":
        return ""
    chosen = voice.Manners().of(conversation, language).address
    return (touches.address_of(message.text) or touches.VOUS) if chosen == touches.FOLLOW else chosen


@transaction.atomic
def _propose(request: DraftRequest, brief: Brief, restored: Restored, model: str) -> None:
    """Keep the draft as a suggestion, unless it has come too late."""
    request = DraftRequest.objects.select_for_update(of=("self",)).select_related("message").get(pk=request.pk)
    if request.state != DraftRequest.State.WRITING:
        return
    message = request.message
    gone = message.deleted_at is not None or message.edited_at != brief.message.edited_at
    if gone or inbox.around([message.pk])[message.pk].answered or _decided(message):
        _failed(request, "late")
        return
    member = brief.message.conversation.member
    known = [member.name if member else "", brief.message.workspace.name]
    checked = grounding.check(restored.text, brief.material.passages, encoder.encode, said=message.text, known=known)
    suggestion = _suggested(brief, restored, checked, model)
    _become(request, DraftRequest.State.WRITTEN, suggestion=suggestion)
    fact = SuggestionMade(suggestion.pk, request.conversation_id, message.pk, suggestion.lane_id)
    journal.record(fact, workspace_id=request.workspace_id, actor="ai")


def _suggested(brief: Brief, restored: Restored, checked: Sequence[Checked], model: str) -> Suggestion:
    message = brief.message
    lane = autonomy.lane(message.workspace_id, act=Act.DRAFT, topic=FAQ, language=brief.language)
    statements = [one for one in checked if not one.courtesy]
    supported = sum(one.supported for one in statements) / len(statements) if statements else 0.0
    suggestion, _made = Suggestion.objects.update_or_create(
        message=message,
        lane=lane,
        defaults={
            "workspace_id": message.workspace_id,
            "conversation_id": message.conversation_id,
            "source": None,
            "text": restored.text,
            "confidence": supported,
            "why": {"question": message.text, "draft": _card(brief, restored, checked, model)},
            "state": Suggestion.State.PENDING,
            "blind": False,
            "created_at": clock.now(),
        },
    )
    return suggestion


def _card(brief: Brief, restored: Restored, checked: Sequence[Checked], model: str) -> dict[str, Any]:
    """What the draft was made from, and what was found in it."""
    return {
        "model": model,
        "sentences": [one.as_dict() for one in checked],
        "passages": [
            {
                "source": one.source.pk,
                "revision": one.source.revision,
                "title": one.source.question,
                "url": one.source.url,
            }
            for one in brief.answers
        ],
        "examples": [one.ref for one in brief.examples],
        "restored": list(restored.kinds),
        "blocks": list(blocks(checked, restored)),
    }


@transaction.atomic
def _fail(request: DraftRequest, why: str) -> None:
    _failed(DraftRequest.objects.select_for_update().get(pk=request.pk), why)


def _failed(request: DraftRequest, why: str) -> None:
    _become(request, DraftRequest.State.FAILED, failure=why[:20])
    fact = DraftFailed(request.pk, request.conversation_id, why)
    journal.record(fact, workspace_id=request.workspace_id, actor="ai")


def _become(request: DraftRequest, state: DraftRequest.State, **fields: Any) -> None:
    request.state = DraftRequest.MOVES.check(request.state, state)
    for name, value in fields.items():
        setattr(request, name, value)
    request.save()
