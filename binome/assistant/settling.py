"""What people decide of a proposal: sent as it is, changed, set aside, answered blind; each is a verdict."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.assistant import comparing, standing
from binome.assistant.differing import difference
from binome.assistant.facts import SuggestionSettled
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import REPLIES, Act, Verdict
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.journal import services as journal
from binome.kit import clock, encoder
from binome.kit.transitions import MoveRefused
from binome.knowledge import finding


class TooLate(Exception):
    """Somebody has already decided on this suggestion."""


class OutOfDate(Exception):
    """The entry that this answer quotes has changed since. Nothing was sent."""


class NotDoneAlone(ValueError):
    """This was not done alone."""


class AnswerFirst(ValueError):
    """Answer by yourself first: this proposal is compared with what you write."""


@transaction.atomic
def accept(suggestion: Suggestion, *, user: User, seen: int | None = None) -> Message:
    """Send it as it is; `OutOfDate` if its entry has changed, or is no longer the revision that was *seen*."""
    now = Suggestion.objects.select_for_update(of=("self",)).select_related("message").get(pk=suggestion.pk)
    changed = seen is not None and seen != now.source_revision
    if now.state == Suggestion.State.PENDING and now.blind:
        raise AnswerFirst(_("Answer by yourself first: this proposal is compared with what you write."))
    if now.state == Suggestion.State.PENDING and (changed or not standing.is_current(now)):
        raise OutOfDate(_("The entry that this answer quotes has changed since. Nothing was sent."))
    return _send(suggestion, now.text, Suggestion.State.ACCEPTED, user)


@transaction.atomic
def edit(suggestion: Suggestion, text: str, *, user: User) -> Message:
    """Send it in a person's words; unchanged words are an acceptance."""
    if text.split() == suggestion.text.split():
        return accept(suggestion, user=user)
    return _send(suggestion, text, Suggestion.State.EDITED, user)


@transaction.atomic
def answer_blind(suggestion: Suggestion, text: str, *, user: User) -> tuple[Message, bool]:
    """Send what a person wrote without seeing the proposal, and compare; whether both say the same."""
    settled = settle(suggestion, Suggestion.State.EDITED, user)
    reply = inbox.reply(settled.conversation, text, user=user, hold=False)
    same = comparing.says_the_same(_bare(settled), reply.text, _other_answers(settled))
    Suggestion.objects.filter(pk=settled.pk).update(final_text=reply.text, reply=reply)
    judge(settled, Verdict.Judgement.ACCEPTED if same else Verdict.Judgement.REWRITTEN, user=user, blind=True)
    return reply, same


@transaction.atomic
def show_blind(suggestion: Suggestion) -> None:
    """Show the proposal after all: the verdict will be one like any other."""
    Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.PENDING).update(blind=False)


@transaction.atomic
def refuse(suggestion: Suggestion, *, user: User) -> None:
    """Set it aside: it was not the right answer."""
    suggestion = settle(suggestion, Suggestion.State.REFUSED, user)
    judge(suggestion, Verdict.Judgement.REFUSED, user=user)


@transaction.atomic
def judge_alone(
    suggestion: Suggestion, *, right: bool, user: User, blind: bool = False, needed_person: bool = False
) -> Verdict:
    """A person's judgement of an answer given alone (an audit): right, wrong, or that a *person was needed* there."""
    if suggestion.state != Suggestion.State.ACTED:
        raise NotDoneAlone(_("This was not done alone."))
    wrong = Verdict.Judgement.PERSON if needed_person else Verdict.Judgement.REFUSED
    judgement = Verdict.Judgement.ACCEPTED if right else wrong
    return judge(suggestion, judgement, user=user, done_alone=True, blind=blind)


@transaction.atomic
def answered_otherwise(conversations: Mapping[int, tuple[datetime, User | None, str]]) -> None:
    """Somebody answered without the proposal (their words), or closed the conversation without a word (""): a verdict too."""
    for conversation in Conversation.objects.filter(pk__in=conversations):
        until, user, said = conversations[conversation.pk]
        for suggestion in _pending(conversation, received_until=until):
            become(suggestion, Suggestion.State.LAPSED)
            if standing.has_changed(suggestion):
                continue
            if said and suggestion.blind:
                same = comparing.says_the_same(_bare(suggestion), said, _other_answers(suggestion))
                judgement = Verdict.Judgement.ACCEPTED if same else Verdict.Judgement.REWRITTEN
            else:
                judgement = comparing.judgement_of(suggestion.text, said) if said else Verdict.Judgement.IGNORED
            judge(suggestion, judgement, user=user, blind=suggestion.blind and bool(said))


def lapse(conversation: Conversation, *, after: Message, but: Suggestion | None) -> None:
    """What was proposed is no longer needed once a message was decided on, *but* this one: its member has said something
    else since, or in other words. A tag still is, and closing on that message."""
    for suggestion in _pending(conversation, acts=(*REPLIES, Act.CLOSE)):
        closes = suggestion.message_id == after.pk and suggestion.lane.act == Act.CLOSE
        if suggestion != but and not closes:
            become(suggestion, Suggestion.State.LAPSED)


def become(suggestion: Suggestion, state: Suggestion.State, **fields: Any) -> None:
    """Change its state, with the fact."""
    suggestion.state = Suggestion.MOVES.check(suggestion.state, state)
    for name, value in fields.items():
        setattr(suggestion, name, value)
    suggestion.save()
    fact = SuggestionSettled(suggestion.pk, suggestion.conversation_id, state)
    user = fields.get("decided_by")
    journal.record(fact, workspace_id=suggestion.workspace_id, actor=f"user:{user.pk}" if user else "ai")


def judge(
    suggestion: Suggestion, judgement: str, *, user: User | None, done_alone: bool = False, blind: bool = False
) -> Verdict:
    """Keep a verdict, with all by which it may become void."""
    return autonomy.give_verdict(
        suggestion.lane,
        suggestion=suggestion.pk,
        judgement=judgement,
        confidence=suggestion.confidence,
        user=user,
        done_alone=done_alone,
        blind=blind,
        counts=done_alone or not suggestion.why.get("decision", {}).get("vetoes"),
        leaned_on=_leaned_on(suggestion),
    )


def _leaned_on(suggestion: Suggestion) -> dict[str, Any]:
    """*version*: of what proposed it, whatever is in use by now."""
    question, versions = suggestion.why.get("question", ""), suggestion.why.get("versions", {})
    return {
        "topic": suggestion.about,
        "source": suggestion.source_id,
        "revision": suggestion.source_revision,
        "version": versions.get("own") or (finding.in_one_word(versions) if versions else finding.version()),
        "vector": encoder.encode([question])[0] if question else None,
    }


def _send(suggestion: Suggestion, text: str, state: Suggestion.State, user: User) -> Message:
    suggestion = settle(suggestion, state, user)
    reply = inbox.reply(suggestion.conversation, text, user=user, hold=False)
    changed = {"difference": difference(suggestion.text, reply.text)} if state == Suggestion.State.EDITED else {}
    why = {**suggestion.why, **changed}
    Suggestion.objects.filter(pk=suggestion.pk).update(final_text=reply.text, reply=reply, why=why)
    judge(suggestion, comparing.judgement_of(suggestion.text, reply.text), user=user)
    return reply


def settle(suggestion: Suggestion, state: Suggestion.State, user: User) -> Suggestion:
    """Have it decided by somebody, once: `TooLate` for whoever comes second."""
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    try:
        become(suggestion, state, decided_by=user, decided_at=clock.now())
    except MoveRefused as error:
        raise TooLate(_("Somebody has already decided on this suggestion.")) from error
    return suggestion


def _pending(
    conversation: Conversation, *, acts: Sequence[str] = REPLIES, received_until: datetime | None = None
) -> Sequence[Suggestion]:
    mine = Suggestion.objects.filter(conversation=conversation, lane__act__in=acts)
    pending = mine.select_for_update(of=("self",)).filter(state=Suggestion.State.PENDING)
    if received_until:  # what came after that is still to be answered
        pending = pending.filter(message__received_at__lte=received_until)
    return list(pending.select_related("lane", "message").order_by("pk"))


def _bare(suggestion: Suggestion) -> str:
    """The proposed answer without greeting or signature."""
    return suggestion.source.answer if suggestion.source else suggestion.text


def _other_answers(suggestion: Suggestion) -> list[str]:
    ids = [answer["source"] for answer in suggestion.why.get("answers", [])[1:5]]
    return list(finding.quotable(suggestion.workspace_id).filter(pk__in=ids).values_list("answer", flat=True))
