"""What the AI does with what it has understood, and what people decide of what it proposes."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.assistant import voice
from binome.assistant.considering import Considered, consider
from binome.assistant.facts import ActedAlone, LeftInPeace, SuggestionMade, SuggestionSettled
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane, Verdict
from binome.channels.gate import Authorisation
from binome.inbox import selectors as inbox_selectors
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.inbox.services import Silent
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.transitions import MoveRefused
from binome.knowledge import services as knowledge
from binome.knowledge.models import Source


class TooLate(Exception):
    """Somebody has already decided on this suggestion."""


class NotDoneAlone(ValueError):
    """This was not done alone."""


@transaction.atomic
def respond(messages: Sequence[int]) -> None:
    """Decide on these messages (the latest of each conversation) and do it: answer, suggest, hand over, or rest.

    A message read again after it was dealt with (its author changed it) gets no second answer; what it now holds that
    is left to people reaches them.
    """
    dealt_with = set(
        Suggestion.objects.filter(message__in=messages, state__in=_DECIDED).values_list("message", flat=True)
    )
    for considered in consider(messages):
        if considered.message.pk in dealt_with:
            if considered.decision.vetoes:
                _pass_on(considered, considered.decision.reason)
            continue
        _lapse(considered.message.conversation, keep=considered.message.pk)
        if considered.language:
            inbox.set_language(considered.message.conversation, considered.language)
        _DO[considered.decision.do](considered)


@transaction.atomic
def accept(suggestion: Suggestion, *, user: User) -> Message:
    """Send it as it is."""
    return _send(suggestion, suggestion.text, Suggestion.State.ACCEPTED, user)


@transaction.atomic
def edit(suggestion: Suggestion, text: str, *, user: User) -> Message:
    """Send it in a person's words; unchanged words are an acceptance."""
    same = text.split() == suggestion.text.split()
    return _send(suggestion, text, Suggestion.State.ACCEPTED if same else Suggestion.State.EDITED, user)


@transaction.atomic
def refuse(suggestion: Suggestion, *, user: User) -> None:
    """Set it aside: it was not the right answer."""
    suggestion = _settle(suggestion, Suggestion.State.REFUSED, user)
    _judge(suggestion, Verdict.Judgement.REFUSED, user=user, wrong=True)


@transaction.atomic
def judge_alone(suggestion: Suggestion, *, right: bool, user: User) -> Verdict:
    """A person's judgement of an answer given alone (an audit)."""
    if suggestion.state != Suggestion.State.ACTED:
        raise NotDoneAlone(_("This was not done alone."))
    judgement = Verdict.Judgement.ACCEPTED if right else Verdict.Judgement.REFUSED
    return _judge(suggestion, judgement, user=user, wrong=not right, done_alone=True)


@transaction.atomic
@transaction.atomic
def record_past_act(reply: Message, *, lane: Lane, source: Source, confidence: float) -> Suggestion | None:
    """Enter an answer that was given alone in the past, with its audit; None if it answered nothing."""
    before = reply.conversation.messages.filter(by=Message.By.MEMBER, at__lte=reply.at).order_by("-at", "-pk").first()
    if before is None or before.suggestions.exists():
        return None
    suggestion = Suggestion.objects.create(
        workspace_id=reply.workspace_id,
        conversation_id=reply.conversation_id,
        message=before,
        lane=lane,
        source=source,
        source_revision=source.revision,
        text=reply.text,
        final_text=reply.text,
        confidence=confidence,
        state=Suggestion.State.ACTED,
        reply=reply,
        created_at=reply.at,
    )
    autonomy.draw_audit(lane, suggestion=suggestion.pk)
    return suggestion


def lapse(conversations: Mapping[int, datetime]) -> None:
    """What was proposed by these instants is no longer needed (a person answered, the conversation is closed)."""
    for conversation in Conversation.objects.filter(pk__in=conversations):
        _lapse(conversation, received_until=conversations[conversation.pk])


@transaction.atomic
def forget(messages: Sequence[int]) -> None:
    """Their authors took these messages back: nothing is proposed on them, and their words are kept nowhere here."""
    for suggestion in Suggestion.objects.select_for_update().filter(message__in=messages):
        suggestion.why = {**suggestion.why, "question": ""}
        suggestion.save(update_fields=["why"])
        if suggestion.state == Suggestion.State.PENDING:
            _become(suggestion, Suggestion.State.LAPSED)


@transaction.atomic
def note_disclosures(deliveries: Sequence[int]) -> None:
    """The AI's words have left: their readers know who speaks, from the page or from the words themselves."""
    for conversation in inbox_selectors.untold_of_ai(deliveries):
        inbox.note_disclosure(conversation, how=voice.disclosed_by(conversation))


def _act(considered: Considered) -> None:
    """Answer alone; if a person took over in the meantime, it is only a suggestion."""
    suggestion = _suggested(considered, alone=True)
    conversation = considered.message.conversation
    try:
        reply = inbox.reply_as_ai(
            conversation,
            suggestion.text,
            authorisation=Authorisation(
                "ai", "lane on trial", {"suggestion": suggestion.pk, "lane": suggestion.lane_id}
            ),
            sources=voice.cited(considered.source) if considered.source else [],
            alone=True,
        )
    except Silent:
        Suggestion.objects.filter(pk=suggestion.pk).update(text=considered.text(alone=False))
        _propose(considered, suggestion, "held")
        return
    _become(suggestion, Suggestion.State.ACTED, final_text=suggestion.text, reply=reply)
    autonomy.draw_audit(suggestion.lane, suggestion=suggestion.pk)
    fact = ActedAlone(suggestion.pk, conversation.pk, considered.message.pk, reply.pk, suggestion.lane_id)
    journal.record(fact, workspace_id=suggestion.workspace_id, actor="ai")


def _suggest(considered: Considered) -> None:
    _propose(considered, _suggested(considered, alone=False), considered.decision.reason)


def _propose(considered: Considered, suggestion: Suggestion, reason: str) -> None:
    conversation, message = considered.message.conversation, considered.message
    fact = SuggestionMade(suggestion.pk, conversation.pk, message.pk, suggestion.lane_id)
    journal.record(fact, workspace_id=suggestion.workspace_id, actor="ai")
    _pass_on(considered, reason)


def _hand_over(considered: Considered) -> None:
    if considered.decision.gap:
        knowledge.note_gap(considered.message, considered.question, considered.language)
    _pass_on(considered, considered.decision.reason)


def _pass_on(considered: Considered, reason: str) -> None:
    """To a person, with the reason; where the member is reading now, they are told so, once."""
    conversation = considered.message.conversation
    already = conversation.needs_person
    inbox.hand_over(conversation, reason=reason, message=considered.message, detail=considered.why)
    told = reason == "held" or (already and reason != "asked_for_person")
    if voice.is_chat(conversation) and not told and not considered.case.held:
        with suppress(Silent):  # a person took over at this very moment: they will say it themselves
            inbox.reply_as_ai(
                conversation,
                voice.passing_on(reason, considered.language),
                authorisation=Authorisation("ai", "tells the member that a person will reply", {"reason": reason}),
                sources=[],
                alone=False,
            )


def _rest(considered: Considered) -> None:
    message = considered.message
    inbox.settle(message.conversation)
    fact = LeftInPeace(message.pk, message.conversation_id)
    journal.record(fact, workspace_id=message.workspace_id, actor="ai")


_DECIDED = {"acted", "accepted", "edited", "refused"}

_DO = {"act": _act, "suggest": _suggest, "hand_over": _hand_over, "rest": _rest}


def _suggested(considered: Considered, *, alone: bool) -> Suggestion:
    message, source = considered.message, considered.source
    suggestion, _made = Suggestion.objects.update_or_create(
        message=message,
        lane=considered.lane,
        defaults={
            "workspace_id": message.workspace_id,
            "conversation_id": message.conversation_id,
            "source": source,
            "source_revision": source.revision if source else 1,
            "text": considered.text(alone=alone),
            "confidence": considered.case.found.confidence if considered.case.found else 0.0,
            "why": considered.why,
            "state": Suggestion.State.PENDING,
        },
    )
    return suggestion


def _send(suggestion: Suggestion, text: str, state: Suggestion.State, user: User) -> Message:
    suggestion = _settle(suggestion, state, user)
    reply = inbox.reply(suggestion.conversation, text, user=user, hold=False)
    Suggestion.objects.filter(pk=suggestion.pk).update(final_text=reply.text, reply=reply)
    edited = state == Suggestion.State.EDITED
    judgement = Verdict.Judgement.EDITED if edited else Verdict.Judgement.ACCEPTED
    _judge(suggestion, judgement, user=user, wrong=edited)
    return reply


def _settle(suggestion: Suggestion, state: Suggestion.State, user: User) -> Suggestion:
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    try:
        _become(suggestion, state, decided_by=user, decided_at=clock.now())
    except MoveRefused as error:
        raise TooLate(_("Somebody has already decided on this suggestion.")) from error
    return suggestion


def _become(suggestion: Suggestion, state: Suggestion.State, **fields: Any) -> None:
    suggestion.state = Suggestion.MOVES.check(suggestion.state, state)
    for name, value in fields.items():
        setattr(suggestion, name, value)
    suggestion.save()
    fact = SuggestionSettled(suggestion.pk, suggestion.conversation_id, state)
    user = fields.get("decided_by")
    journal.record(fact, workspace_id=suggestion.workspace_id, actor=f"user:{user.pk}" if user else "ai")


def _judge(suggestion: Suggestion, judgement: str, *, user: User, wrong: bool, done_alone: bool = False) -> Verdict:
    return autonomy.give_verdict(
        suggestion.lane,
        suggestion=suggestion.pk,
        judgement=judgement,
        wrong=wrong,
        confidence=suggestion.confidence,
        user=user,
        done_alone=done_alone,
    )


def _lapse(conversation: Conversation, *, keep: int = 0, received_until: datetime | None = None) -> None:
    pending = conversation.suggestions.select_for_update(of=("self",)).filter(state=Suggestion.State.PENDING)
    if received_until:  # what came after that is still to be answered
        pending = pending.filter(message__received_at__lte=received_until)
    for suggestion in pending.exclude(message=keep):
        _become(suggestion, Suggestion.State.LAPSED)
