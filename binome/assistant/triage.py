"""Acts without a word: a tag, closing what is over, hiding what harms, approving what waits. Decided like answers, by lane
and by evidence.

They say nothing and are undone by one key, so few things forbid them: what nobody judged anything like; for closing, all that
keeps the AI from letting a message rest; and nobody's cry, complaint or claim is hidden without a person (`MUST_BE_SEEN`).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from binome.accounts.models import User
from binome.assistant import standing, vetoes
from binome.assistant.deciding import ALLOWED, NEEDED
from binome.assistant.facts import SortedAlone, SuggestionMade
from binome.assistant.models import Suggestion
from binome.assistant.settling import AnswerFirst, NotDoneAlone, become, judge, settle
from binome.assistant.standing import has_changed
from binome.autonomy import services as autonomy
from binome.autonomy.guarantee import UNKNOWN
from binome.autonomy.models import TRIAGE, Act, Lane, Verdict
from binome.channels.models import Delivery
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message, Tag
from binome.inbox.services import CannotModerate
from binome.journal import services as journal


@dataclass(frozen=True)
class Case:
    """All that one of these decisions depends on."""

    act: str
    confidence: float
    threshold: float
    leave: str
    """The lane's answer at this confidence: one of `ALLOWED` means yes."""
    resemblance: float = 1.0
    tag: int | None = None
    kind: str = ""
    """Of harm, where that is what is hidden."""
    vetoes: tuple[str, ...] = ()
    """What leaves it to people, the gravest first."""


@dataclass(frozen=True)
class Decision:
    """*act* alone, *suggest*, or *rest*: nothing is proposed."""

    do: str
    reason: str
    vetoes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"do": self.do, "reason": self.reason, "vetoes": list(self.vetoes)}


@dataclass(frozen=True)
class Sorting:
    """One of these acts, considered on a message."""

    message: Message
    lane: Lane
    case: Case
    decision: Decision
    question: str
    lane_stood: Mapping[str, Any]
    version: str
    tag: Tag | None = None
    blind_share: float = 0.0
    """The share of verdicts that this workspace asks for without showing the proposal."""

    @property
    def about(self) -> str:
        """The tag's name, or the kind of harm."""
        return self.tag.name if self.tag else self.case.kind

    @property
    def blind_chance(self) -> float:
        """With which it is kept back if it is proposed: none where its verdict would be no evidence."""
        return 0.0 if self.decision.vetoes else self.blind_share

    @property
    def why(self) -> dict[str, Any]:
        """Kept with the suggestion; the same inputs give the same decision."""
        return {
            "question": self.question,
            "case": asdict(self.case),
            "decision": self.decision.as_dict(),
            "lane": dict(self.lane_stood),
            "would_change": what_would_change(self.case, self.decision),
            "blind_chance": self.blind_chance,
            "edited": standing.edited(self.message),
            "versions": {"own": self.version},
        }


def decide(case: Case) -> Decision:
    """What to do; the first rule that applies."""
    if case.leave == "lane_off":
        return Decision("rest", "lane_off")
    far = ("unknown_territory",) if case.resemblance <= UNKNOWN else ()
    if found := (*case.vetoes, *far):
        return Decision("suggest", found[0], found)
    if case.leave not in ALLOWED:
        return Decision("suggest", case.leave)
    if case.confidence < case.threshold:
        return Decision("suggest", "unsure")
    return Decision("act", case.leave)


def what_would_change(case: Case, decision: Decision) -> list[dict[str, Any]]:
    """Each single change that would have led to something else."""
    alone = len(decision.vetoes) == 1 and _may(case)
    changes: list[dict[str, Any]] = [
        {"without": veto, "then": "act" if alone else "suggest"} for veto in decision.vetoes
    ]
    if decision.do == "act":
        return [{"confidence_below": round(case.threshold, 3), "then": "suggest"}]
    if decision.do == "suggest" and case.leave in (*ALLOWED, "unsure") and case.confidence < case.threshold:
        changes.append({"confidence_at_least": round(case.threshold, 3), "then": "act"})
    if case.leave not in (*ALLOWED, "unsure"):
        changes.append({"lane_open": True, "then": "act" if case.confidence >= case.threshold else "suggest"})
    return [change for change in changes if change["then"] != decision.do]


HARMS = {"hate": "hate", "toxicity": "insult", "spam": "spam"}
"""Stages that tell of harm, with what it is called; the gravest first."""

MUST_BE_SEEN = frozenset(
    (
        "asked_for_person", "distress", "grief", "threat", "minor", "health", "legal", "authority", "press",
        "discrimination", "complaint", "refund_or_money", "irony_suspected", "urgent", "known_picture", "nudity",
    )
)  # fmt: skip
"""Reasons for which a person looks at what would be hidden."""


READ_ALOUD = (Act.HIDE, Act.APPROVE)
"""What rests on readings that the thread shows as marks: who acts there has seen as much as a proposal would say."""


def harm_in(labels: vetoes.Labels) -> tuple[str, float, bool]:
    """The likeliest harm in what was read: its kind, its chance, and whether that is enough to speak of it."""
    told = [(veto.chance_in(labels), veto) for veto in vetoes.TABLE if veto.stage in HARMS]
    chance, veto = max(told, key=lambda one: (one[1].holds(labels), one[0]))
    return HARMS[veto.stage], chance, veto.holds(labels)


def hiding(labels: vetoes.Labels, gravest: vetoes.Labels) -> tuple[str, float, tuple[str, ...]] | None:
    """The kind of harm to hide, how likely it is, and what leaves it to people; None where there is nothing to hide.

    *gravest*: the readings with all the caution that local stages and a language model ever had.
    """
    kind, chance, is_there = harm_in(labels)
    if not is_there:
        return None
    seen = (reason for reason in vetoes.found_in(gravest) if reason in MUST_BE_SEEN)
    return kind, chance, (*seen, *_unread(gravest))


def approving(gravest: vetoes.Labels, *, files: int) -> tuple[float, tuple[str, ...]]:
    """How likely it is that nothing harms in what waits for approval, and what leaves it to people. *gravest*: as in `hiding`."""
    file = ("attachment",) if files else ()
    return round(1 - harm_in(gravest)[1], 4), (*vetoes.found_in(gravest), *_unread(gravest), *file)


def _unread(labels: vetoes.Labels) -> tuple[str, ...]:
    """*labels*: of stages that may veto."""
    return ("not_read",) if any(stage not in labels for stage in vetoes.STAGES.intersection(NEEDED)) else ()


def carry_out(sorting: Sorting) -> Suggestion | None:
    """Do it alone, or propose it; None where neither. A share of what is proposed is kept back, to be judged blind: drawn here,
    once."""
    if sorting.decision.do == "rest":
        return None
    if sorting.lane.act == Act.CLOSE and not standing.is_last_word(sorting.message):
        return None
    alone = sorting.decision.do == "act" and autonomy.may_still_act(sorting.lane.pk, sorting.case.confidence)
    says = {
        "tag": sorting.tag,
        "text": sorting.about,
        "confidence": sorting.case.confidence,
        "why": sorting.why,
    }
    suggestion, made = Suggestion.objects.get_or_create(
        message=sorting.message,
        lane=sorting.lane,
        defaults={
            "workspace_id": sorting.message.workspace_id,
            "conversation_id": sorting.message.conversation_id,
            "blind": not alone and autonomy.draws_blind(sorting.blind_chance),
            **says,
        },
    )
    if not made:
        if has_changed(suggestion):  # proposed anew on what is said now
            Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.PENDING).update(**says)
        return None
    if not alone:
        fact = SuggestionMade(suggestion.pk, suggestion.conversation_id, suggestion.message_id, suggestion.lane_id)
        journal.record(fact, workspace_id=suggestion.workspace_id, actor="ai")
        return suggestion
    try:
        _do(suggestion, user=None)
    except CannotModerate:  # somebody has done it at this very moment
        become(suggestion, Suggestion.State.LAPSED)
        return None
    become(suggestion, Suggestion.State.ACTED)
    autonomy.draw_audit(suggestion.lane, suggestion=suggestion.pk, confidence=suggestion.confidence)
    done = SortedAlone(suggestion.pk, suggestion.conversation_id, suggestion.message_id, suggestion.lane_id)
    journal.record(done, workspace_id=suggestion.workspace_id, actor="ai")
    return suggestion


def came(sorting: Sorting) -> autonomy.Came:
    """The case that came, as its lane counts it."""
    countable = sorting.decision.do != "rest" and not sorting.decision.vetoes
    return autonomy.Came(sorting.lane, sorting.about, sorting.case.resemblance, countable)


@transaction.atomic
def accept(suggestion: Suggestion, *, user: User) -> None:
    """A person has it done."""
    suggestion = _settled(suggestion, Suggestion.State.ACCEPTED, user)
    _do(suggestion, user=user)
    judge(suggestion, Verdict.Judgement.ACCEPTED, user=user)


@transaction.atomic
def refuse(suggestion: Suggestion, *, user: User) -> None:
    """It was not right."""
    suggestion = _settled(suggestion, Suggestion.State.REFUSED, user)
    judge(suggestion, Verdict.Judgement.REFUSED, user=user)


@transaction.atomic
def undo(suggestion: Suggestion, *, user: User) -> None:
    """What was done alone, and judged wrong, is undone as far as it still stands."""
    if suggestion.state != Suggestion.State.ACTED:
        raise NotDoneAlone(NotDoneAlone.__doc__)
    conversation = suggestion.conversation
    if suggestion.lane.act == Act.TAG and suggestion.tag:
        if conversation.tags.filter(pk=suggestion.tag.pk).exists():
            inbox.tag(conversation, suggestion.tag.name, user=user, present=False)
    elif suggestion.lane.act == Act.CLOSE and conversation.state == Conversation.State.CLOSED:
        inbox.reopen(conversation, user=user)
    elif suggestion.lane.act in (Act.HIDE, Act.APPROVE):
        with suppress(CannotModerate):  # it does not stand any more
            (inbox.show if suggestion.lane.act == Act.HIDE else inbox.hide)(suggestion.message, user=user)


@transaction.atomic
def note_tag(conversation: int, tag: int, *, present: bool, user: User | None) -> None:
    """A person put a tag on, or took one off: that it was proposed is settled by it, that it was put alone is reversed.

    Another tag says nothing against the one proposed: a conversation may bear several.
    """
    here = Suggestion.objects.filter(conversation=conversation, lane__act=Act.TAG, tag=tag)
    if not present:
        _reversed(here.select_related("lane__workspace"))
        return
    pending = here.select_for_update(of=("self",)).filter(state=Suggestion.State.PENDING)
    for suggestion in pending.select_related("lane__workspace", "message"):
        _decided(suggestion, Verdict.Judgement.ACCEPTED, user=user)


@transaction.atomic
def note_closed(conversation: int, *, user: User | None) -> None:
    """A person closed it: that is what was proposed; a tag that they left aside was not wanted."""
    pending = Suggestion.objects.select_for_update(of=("self",)).filter(conversation=conversation)
    pending = pending.triage().filter(state=Suggestion.State.PENDING).select_related("lane__workspace", "message")
    for suggestion in pending:
        closing = suggestion.lane.act == Act.CLOSE
        _decided(suggestion, Verdict.Judgement.ACCEPTED if closing else Verdict.Judgement.IGNORED, user=user)


@transaction.atomic
def note_reply(conversation: int, *, user: User | None) -> None:
    """Somebody of the team had something more to say: it was not over."""
    pending = Suggestion.objects.select_for_update(of=("self",)).filter(
        conversation=conversation, lane__act=Act.CLOSE, state=Suggestion.State.PENDING
    )
    for suggestion in pending.select_related("lane__workspace", "message"):
        _decided(suggestion, Verdict.Judgement.IGNORED, user=user)


@transaction.atomic
def note_reopened(conversation: int) -> None:
    """A person opened again what was closed."""
    closed = Suggestion.objects.filter(conversation=conversation, lane__act=Act.CLOSE)
    _reversed(closed.select_related("lane__workspace"))


@transaction.atomic
def note_moderated(message: int, *, hidden: bool, user: User) -> None:
    """A person hid a message, or showed it: what was proposed there is settled, what was done alone may be reversed."""
    here = Suggestion.objects.filter(message=message, lane__act__in=(Act.HIDE, Act.APPROVE))
    pending = here.select_for_update(of=("self",)).filter(state=Suggestion.State.PENDING)
    for suggestion in pending.select_related("lane__workspace", "message"):
        same = (suggestion.lane.act == Act.HIDE) == hidden
        _decided(suggestion, Verdict.Judgement.ACCEPTED if same else Verdict.Judgement.REFUSED, user=user)
    contrary = here.filter(lane__act=Act.APPROVE if hidden else Act.HIDE)
    _reversed(contrary.filter(decided_by=None, state=Suggestion.State.ACTED).select_related("lane__workspace"))


@transaction.atomic
def note_shown(message: int) -> None:
    """It waits for nobody's approval any more, and nobody here approved it."""
    pending = Suggestion.objects.select_for_update(of=("self",)).filter(message=message, lane__act=Act.APPROVE)
    for suggestion in pending.filter(state=Suggestion.State.PENDING).select_related("lane"):
        become(suggestion, Suggestion.State.LAPSED)


@transaction.atomic
def lapse_changed(messages: Sequence[int]) -> None:
    """What was proposed on words that have changed since, and is not proposed on those of now."""
    pending = Suggestion.objects.select_for_update(of=("self",)).filter(message__in=messages).triage()
    pending = pending.filter(state=Suggestion.State.PENDING, message__edited_at__isnull=False)
    for suggestion in pending.select_related("message", "lane"):
        if has_changed(suggestion):
            become(suggestion, Suggestion.State.LAPSED)


@transaction.atomic
def take_back(deliveries: Sequence[int]) -> None:
    """What was to be hidden or shown alone came to nothing: there is no act to look at."""
    lines = Delivery.objects.filter(pk__in=deliveries).exclude(does=Delivery.Does.SAY)
    named = [line.authorisation["evidence"].get("suggestion", 0) for line in lines]
    for suggestion in Suggestion.objects.select_for_update().filter(pk__in=named, state=Suggestion.State.ACTED):
        become(suggestion, Suggestion.State.LAPSED)
        autonomy.forget_act(suggestion.pk)


def is_triage(suggestion: Suggestion) -> bool:
    """Whether it is an act without a word."""
    return suggestion.lane.act in TRIAGE


def _do(suggestion: Suggestion, *, user: User | None) -> None:
    opening = suggestion.lane.leader.opening_id
    evidence = {"suggestion": suggestion.pk, "lane": suggestion.lane_id, **({"opening": opening} if opening else {})}
    match suggestion.lane.act:
        case Act.CLOSE:
            inbox.close(suggestion.conversation, user=user)
        case Act.HIDE:
            inbox.hide(suggestion.message, user=user, reason=suggestion.text, evidence=evidence)
        case Act.APPROVE:
            inbox.show(suggestion.message, user=user, evidence=evidence)
        case Act.TAG:
            inbox.tag(suggestion.conversation, suggestion.text, user=user)


def _settled(suggestion: Suggestion, state: Suggestion.State, user: User) -> Suggestion:
    """Decided on by somebody who saw it."""
    settled = settle(suggestion, state, user)
    if settled.blind:
        raise AnswerFirst(
            _("Say first what you would do, in “Audits, To put in order”: this proposal is compared with it.")
        )
    return settled


def _decided(suggestion: Suggestion, judgement: Verdict.Judgement, *, user: User | None) -> None:
    """What a person did by themselves decides it: a verdict, and a blind one if they were shown nothing of it."""
    if has_changed(suggestion):
        become(suggestion, Suggestion.State.LAPSED)
        return
    accepted = judgement == Verdict.Judgement.ACCEPTED
    become(suggestion, Suggestion.State.ACCEPTED if accepted else Suggestion.State.LAPSED, decided_by=user)
    judge(suggestion, judgement, user=user, blind=suggestion.blind and suggestion.lane.act not in READ_ALOUD)


def _reversed(done: Any) -> None:
    """The last of these that was done, alone or at a word, turned out badly."""
    states = (Suggestion.State.ACTED, Suggestion.State.ACCEPTED)
    last = done.filter(state__in=states).order_by("-pk").first()
    if last:
        autonomy.note_outcome(last.lane, suggestion=last.pk, kind="reversed")


def _may(case: Case) -> bool:
    return case.leave in ALLOWED and case.confidence >= case.threshold
