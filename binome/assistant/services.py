"""What the AI does with what it has understood."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from binome.assistant import drafting, outcomes, standing, triage, voice
from binome.assistant.considering import Considered, consider
from binome.assistant.facts import ActedAlone, LeftInPeace, SuggestionMade
from binome.assistant.models import Card, Suggestion
from binome.assistant.settling import AnswerFirst as AnswerFirst
from binome.assistant.settling import NotDoneAlone as NotDoneAlone
from binome.assistant.settling import OutOfDate as OutOfDate
from binome.assistant.settling import TooLate as TooLate
from binome.assistant.settling import accept as accept
from binome.assistant.settling import answer_blind as answer_blind
from binome.assistant.settling import answered_otherwise as answered_otherwise
from binome.assistant.settling import become, lapse
from binome.assistant.settling import edit as edit
from binome.assistant.settling import judge_alone as judge_alone
from binome.assistant.settling import refuse as refuse
from binome.assistant.settling import show_blind as show_blind
from binome.autonomy import services as autonomy
from binome.autonomy.models import Act, Lane, Verdict
from binome.channels.gate import Authorisation
from binome.inbox import selectors as inbox_selectors
from binome.inbox import services as inbox
from binome.inbox.models import Conversation
from binome.inbox.services import Silent
from binome.journal import services as journal
from binome.kit import clock
from binome.knowledge import services as knowledge


@transaction.atomic
def respond(messages: Mapping[int, int] | Sequence[int]) -> None:
    """Decide on these messages (the latest of each conversation) and do it: answer, suggest, hand over, or rest.

    A message read again after it was dealt with (its author changed it) gets no second answer; what it now holds that
    is left to people, or asks otherwise, reaches them. *messages*: with where in the journal one heard of each, if known.
    """
    ids, heard = list(messages), messages if isinstance(messages, Mapping) else None
    dealt_with, cards, came = _dealt_with(ids), [], []
    for considered in consider(ids, heard):
        if considered.message.pk in dealt_with:
            if reason := _what_is_new(considered, dealt_with[considered.message.pk]):
                _pass_on(considered, reason)
            cards.append(_card(considered, None))
            continue
        outcomes.note_what_followed(considered)
        if considered.language:
            inbox.set_language(considered.message.conversation, considered.language)
        suggestion = _DO[considered.decision.do](considered)
        lapse(considered.message.conversation, after=considered.message, but=suggestion)
        cards.append(_card(considered, suggestion))
        for sorting in considered.sortings:
            triage.carry_out(sorting)
        came += _came(considered)
    triage.lapse_changed(ids)
    Card.objects.bulk_create(cards)
    autonomy.note_cases(came)


@transaction.atomic
def reconsider(messages: Sequence[int]) -> None:
    """These messages were read closer. A reason for caution that was not known reaches people, and what was proposed is set
    aside if nothing should have been; but nothing is answered alone for it: what came before a person stays with them.
    """
    before = {card.message_id: card for card in Card.objects.filter(message__in=messages).order_by("pk")}
    for considered in consider(list(before)):
        if considered.message.conversation.state == Conversation.State.OPEN:
            known = before[considered.message.pk].why["decision"]["vetoes"]
            _reconsidered(considered, [veto for veto in considered.decision.vetoes if veto not in known])


def _reconsidered(considered: Considered, new: Sequence[str]) -> None:
    proposed = Suggestion.objects.filter(message=considered.message, state=Suggestion.State.PENDING)
    pending = {one.lane.act: one for one in proposed.select_for_update(of=("self",)).select_related("lane")}
    if Act.CLOSE in pending and considered.decision.do != "rest":
        become(pending[Act.CLOSE], Suggestion.State.LAPSED)
    suggestion = pending.get(Act.ANSWER) or pending.get(Act.PREPARED_REPLY)
    if suggestion and considered.decision.do == "hand_over":
        become(suggestion, Suggestion.State.LAPSED)
    elif suggestion:
        suggestion.why = considered.why
        suggestion.save(update_fields=["why"])
    if reasons := [veto for veto in new if veto not in _NO_NEWS]:
        _pass_on(considered, reasons[0])
    _card(considered, suggestion).save()


@transaction.atomic
def renew(suggestion: Suggestion) -> Suggestion | None:
    """Propose what is right today, in place of what is out of date; None when that is nothing."""
    renewed = None
    for considered in consider([suggestion.message_id]):
        if considered.decision.do in ("act", "suggest"):
            renewed = _suggested(considered, alone=False)
            _card(considered, renewed).save()
    lapse(suggestion.conversation, after=suggestion.message, but=renewed)
    return renewed


@transaction.atomic
def forget(messages: Sequence[int]) -> None:
    """Their authors took these messages back: nothing is proposed on them, and their words are kept nowhere here."""
    for card in Card.objects.select_for_update().filter(message__in=messages):
        card.why = {**card.why, "question": ""}
        card.save(update_fields=["why"])
    for suggestion in Suggestion.objects.select_for_update().filter(message__in=messages):
        kept = {name: what for name, what in suggestion.why.items() if name not in ("draft", "difference")}
        suggestion.why, suggestion.text, suggestion.final_text = kept | {"question": ""}, "", ""
        suggestion.save(update_fields=["why", "text", "final_text"])
        if suggestion.state == Suggestion.State.PENDING:
            become(suggestion, Suggestion.State.LAPSED)


@transaction.atomic
def take_back(deliveries: Mapping[int, str]) -> None:
    """Answers given alone that did not leave, each with what stopped it: their members wait again."""
    acted = Suggestion.objects.select_for_update(of=("self",)).filter(state=Suggestion.State.ACTED)
    stopped = acted.filter(reply__delivery__in=deliveries).select_related("conversation", "message", "reply")
    answered = inbox_selectors.around([suggestion.message_id for suggestion in stopped])
    for suggestion in stopped:
        become(suggestion, Suggestion.State.LAPSED)
        autonomy.forget_act(suggestion.pk)
        delivery = suggestion.reply.delivery_id if suggestion.reply else None
        reason = STOPPED.get(deliveries.get(delivery or 0, ""), "stopped")
        if not answered[suggestion.message_id].answered and suggestion.message.deleted_at is None:
            inbox.wait_again(suggestion.conversation, since=suggestion.message.at)
            inbox.hand_over(suggestion.conversation, reason=reason, message=suggestion.message, detail=suggestion.why)


@transaction.atomic
def note_disclosures(deliveries: Sequence[int]) -> None:
    """The AI's words have left: their readers know who speaks, from the page or from the words themselves."""
    for conversation in inbox_selectors.untold_of_ai(deliveries):
        inbox.note_disclosure(conversation, how=voice.disclosed_by(conversation))


def _dealt_with(messages: Sequence[int]) -> Mapping[int, Suggestion | None]:
    """Those on which somebody has decided, or the AI by itself, with what was proposed there; and those decided on before
    whose conversation is closed now."""
    closed = Card.objects.filter(message__in=messages, conversation__state=Conversation.State.CLOSED)
    proposed = Suggestion.objects.filter(message__in=messages).replies().order_by("pk")
    judged = Exists(Verdict.objects.filter(suggestion=OuterRef("pk")))
    decided = {one.message_id: one for one in proposed.filter(Q(state__in=_DECIDED) | Q(judged))}
    return {**dict.fromkeys(closed.values_list("message", flat=True)), **decided}


def _what_is_new(considered: Considered, before: Suggestion | None) -> str:
    """Why a message that was dealt with, and that its author has changed since, reaches a person; "" if it need not."""
    decision, source, saved = considered.decision, considered.source, considered.prepared
    if decision.vetoes:
        return decision.reason
    answered = before and (before.source_id, before.saved_reply_id)
    same = answered == (source.pk if source else None, saved.reply.pk if saved else None)
    changed = before is None or standing.has_changed(before)
    return "edited" if changed and not same and decision.do != "rest" else ""


def _came(considered: Considered) -> list[autonomy.Came]:
    """The cases that came with a message, each in its lane."""
    decision = considered.decision
    countable = decision.do in ("act", "suggest") and not decision.vetoes
    answer = autonomy.Came(considered.lane, considered.about, considered.case.resemblance, countable)
    return [answer, *map(triage.came, considered.sortings)]


def _card(considered: Considered, suggestion: Suggestion | None) -> Card:
    """The why card of a decision, to be saved."""
    message, decision = considered.message, considered.decision
    return Card(
        workspace_id=message.workspace_id,
        conversation_id=message.conversation_id,
        message=message,
        suggestion=suggestion,
        do=decision.do,
        reason=decision.reason,
        why=considered.why,
        past_cases=[] if decision.do == "rest" else None,
        at=clock.now(),
    )


def _act(considered: Considered) -> Suggestion:
    """Answer alone; if a person took over in the meantime, it is only a suggestion."""
    suggestion = _suggested(considered, alone=True)
    conversation = considered.message.conversation
    try:
        reply = inbox.reply_as_ai(
            conversation,
            suggestion.text,
            authorisation=Authorisation("ai", _by_what_right(considered.lane), _on_what_evidence(suggestion)),
            sources=_cited(considered),
            alone=True,
        )
    except Silent:
        Suggestion.objects.filter(pk=suggestion.pk).update(text=considered.text(alone=False))
        _propose(considered, suggestion, "held")
        return suggestion
    become(suggestion, Suggestion.State.ACTED, final_text=suggestion.text, reply=reply)
    autonomy.draw_audit(suggestion.lane, suggestion=suggestion.pk, confidence=suggestion.confidence)
    fact = ActedAlone(suggestion.pk, conversation.pk, considered.message.pk, reply.pk, suggestion.lane_id)
    journal.record(fact, workspace_id=suggestion.workspace_id, actor="ai")
    return suggestion


def _cited(considered: Considered) -> list[dict[str, Any]]:
    """What an answer given alone leaned on; of a saved reply nothing that a member would be shown."""
    if considered.prepared:
        return [{"saved_reply": considered.prepared.reply.pk}]
    return voice.cited(considered.source) if considered.source else []


def _by_what_right(lane: Lane) -> str:
    return "lane guaranteed" if lane.leader.opening_id else "lane on trial"


def _on_what_evidence(suggestion: Suggestion) -> dict[str, int]:
    opening = suggestion.lane.leader.opening_id
    return {"suggestion": suggestion.pk, "lane": suggestion.lane_id, **({"opening": opening} if opening else {})}


def _suggest(considered: Considered) -> Suggestion:
    suggestion = _suggested(considered, alone=False, blind=autonomy.draws_blind(considered.blind_chance))
    _propose(considered, suggestion, considered.decision.reason)
    return suggestion


def _propose(considered: Considered, suggestion: Suggestion, reason: str) -> None:
    conversation, message = considered.message.conversation, considered.message
    fact = SuggestionMade(suggestion.pk, conversation.pk, message.pk, suggestion.lane_id)
    journal.record(fact, workspace_id=suggestion.workspace_id, actor="ai")
    _pass_on(considered, reason)


def _hand_over(considered: Considered) -> Suggestion | None:
    if considered.decision.gap:
        knowledge.note_gap(considered.message, considered.question, considered.language)
        drafting.owe(considered.message)
    _pass_on(considered, considered.decision.reason)
    return None


def _pass_on(considered: Considered, reason: str) -> None:
    """To a person, with the reason; where the member is reading now, they are told so, once."""
    conversation = considered.message.conversation
    already = conversation.needs_person
    if considered.message.edited_at and conversation.state != Conversation.State.OPEN:
        inbox.reopen(conversation, user=None)  # a new message would have done so
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


def _rest(considered: Considered) -> Suggestion | None:
    message = considered.message
    if standing.is_last_word(message):
        inbox.settle(message.conversation)
    fact = LeftInPeace(message.pk, message.conversation_id)
    journal.record(fact, workspace_id=message.workspace_id, actor="ai")
    return None


_NO_NEWS = {"held", "handed_over", "unsure_reading", "late"}
"""Reasons that come of waiting, not of what was read."""

STOPPED = {
    "EntryChanged": "entry_changed", "LaneClosed": "lane_closed", "TooLate": "late", "Held": "held", "Edited": "edited",
    "Hidden": "hidden", "PersonNeeded": "handed_over", "Failed": "not_sent",
}  # fmt: skip
"""What stopped an answer on its way out → the reason told to the person who has it now."""

_DECIDED = {"acted", "accepted", "edited", "refused"}

_DO: Mapping[str, Callable[[Considered], Suggestion | None]] = {
    "act": _act,
    "suggest": _suggest,
    "hand_over": _hand_over,
    "rest": _rest,
}


def _suggested(considered: Considered, *, alone: bool, blind: bool = False) -> Suggestion:
    message, source = considered.message, considered.source
    saved = considered.prepared.reply if considered.prepared else None
    leaned_on = source or saved
    suggestion, _made = Suggestion.objects.update_or_create(
        message=message,
        lane=considered.lane,
        defaults={
            "workspace_id": message.workspace_id,
            "conversation_id": message.conversation_id,
            "source": source,
            "saved_reply": saved,
            "source_revision": leaned_on.revision if leaned_on else 1,
            "text": considered.text(alone=alone),
            "confidence": considered.confidence,
            "why": considered.why,
            "blind": blind,
            "state": Suggestion.State.PENDING,
        },
    )
    return suggestion
