"""From messages to decisions: gathers, in few queries for a whole batch, all that each decision depends on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from binome.assistant import standing, vetoes, voice
from binome.assistant.deciding import NEEDED, Case, Decision, Found, Reading, decide, what_would_change
from binome.assistant.foreseeing import questions_in
from binome.assistant.past import Near, Past
from binome.assistant.touches import Worded
from binome.autonomy import services as autonomy
from binome.autonomy.models import FAQ, Lane
from binome.inbox import selectors as inbox
from binome.inbox.models import Message
from binome.inbox.selectors import Around
from binome.knowledge import finding
from binome.knowledge.finding import Answer, Asked
from binome.knowledge.models import Source
from binome.sdk.stage import Annotation as Said
from binome.understanding import selectors as understanding
from binome.understanding.models import Annotation

NOTHING = Worded("")

Annotations = Mapping[str, Annotation | Said]
"""Stage → what it says of one message."""


@dataclass
class Considered:
    """A message, the decision on it, and everything that led there."""

    message: Message
    question: str
    language: str
    lane: Lane
    case: Case
    decision: Decision
    answers: Sequence[Answer]
    worded: Worded = NOTHING
    """The best answer with its personal touches."""
    nearest: Sequence[Near] = ()
    blind_share: float = 0.0
    """The share of verdicts that this workspace asks for without showing the proposal."""

    @property
    def confidence(self) -> float:
        """How sure the best answer is."""
        return self.case.found.confidence if self.case.found else 0.0

    @property
    def source(self) -> Source | None:
        return self.answers[0].source if self.answers else None

    def text(self, *, alone: bool) -> str:
        """The answer as it would be sent."""
        text, conversation = self.worded.text, self.message.conversation
        return voice.signed(text, conversation, self.language) if alone and text else text

    @property
    def why(self) -> dict[str, Any]:
        """The why card: inputs, matches, lane, nearest past cases, decision, and what would have changed it."""
        return {
            "question": self.question,
            "case": asdict(self.case),
            "answers": [answer.as_dict() for answer in self.answers],
            "touches": self.worded.told(),
            "lane": _as_it_stood(self.lane),
            "nearest": [asdict(one) for one in self.nearest],
            "decision": self.decision.as_dict(),
            "would_change": what_would_change(self.case, self.decision),
            "versions": finding.versions(),
        }


def _as_it_stood(lane: Lane) -> dict[str, Any]:
    """What the decision saw of its lane."""
    leader, opening = lane.leader, lane.leader.opening
    stood = {"id": lane.pk, "level": leader.level, "on_trial": leader.on_trial, "strictness": leader.strictness}
    if opening is None:
        return stood
    life = {"life": opening.life, "risk": opening.risk, "doubt": opening.doubt, "threshold": opening.threshold}
    return {**stood, "opening": opening.pk, **life}


@dataclass(frozen=True)
class Turn:
    """What a member has just said in one conversation, in one message or in several, and what was read in each."""

    messages: Sequence[Message]
    read: Sequence[Annotations]
    around: Sequence[Around]
    doubted: bool = False

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def reading(self) -> Reading:
        """What the last message says; but whatever is left to people counts in any of them."""
        read = [{stage: (one.label, one.confidence) for stage, one in said.items()} for said in self.read]
        told = {**read[-1], **vetoes.gravest([*read, *map(_first_said, self.read), *map(_answered, self.read)])}
        for stage in NEEDED:
            unread = any(stage not in said for said in read)
            if unread and not vetoes.found_in({stage: told[stage]} if stage in told else {}):
                told.pop(stage, None)
        return Reading(told)

    @property
    def questions(self) -> int:
        """How many things are asked; at least one."""
        return max(1, sum(len(questions_in(one)) or _asks(one) for one in self.read))


@dataclass
class Leaves:
    """What each lane lets the AI do alone, its acts of today counted once, then those decided here."""

    lanes: dict[tuple[int, str], dict[str, Lane]] = field(default_factory=dict)
    today: dict[int, int] = field(default_factory=dict)
    blind_shares: dict[int, float] = field(default_factory=dict)

    def blind_share(self, lane: Lane) -> float:
        """How many verdicts are asked for blind in this lane's workspace."""
        if lane.workspace_id not in self.blind_shares:
            self.blind_shares[lane.workspace_id] = autonomy.rules_of(lane.workspace).blind_share
        return self.blind_shares[lane.workspace_id]

    def lane(self, workspace: int, language: str, topic: str) -> Lane:
        """The lane of this topic, or that of all answers in the language."""
        here = self.lanes.setdefault((workspace, language), {})
        if not here:
            here.update(autonomy.lanes_for(workspace, act="answer", language=language))
        if FAQ not in here:
            here[FAQ] = autonomy.lane(workspace, act="answer", topic=FAQ, language=language)
        return here.get(topic, here[FAQ])

    def why(self, lane: Lane, confidence: float, threshold: float) -> str:
        """Whether an answer may be given alone, or the rule that forbids it."""
        leader = lane.leader
        if leader.pk not in self.today and leader.level == Lane.Level.ACT:
            self.today[leader.pk] = autonomy.done_today(leader)
        today, version = self.today.get(leader.pk, 0), finding.version()
        return autonomy.leave_to_act(lane, confidence, threshold=threshold, today=today, version=version).why

    def note(self, considered: Considered) -> None:
        """What was just decided counts in the day's limit."""
        leader = considered.lane.leader.pk
        self.today[leader] = self.today.get(leader, 0) + (considered.decision.do == "act")


def consider(ids: Sequence[int]) -> Iterator[Considered]:
    """The decision on what was last said in each conversation among these messages.

    Left out: automatic, erased and old messages, and those that somebody of the team has answered since.
    """
    turns = _turns(ids)
    asked = [_asked(turn.last, turn.read[-1]) for turn in turns]
    leaves, past, manners = Leaves(), Past(asked), voice.Manners()
    for place, (turn, question, answers) in enumerate(zip(turns, asked, finding.find(asked), strict=True)):
        worded = _worded(turn, question, answers, manners)
        considered = _considered(turn, question, answers, worded, leaves, past, place)
        leaves.note(considered)
        yield considered


def _turns(ids: Sequence[int]) -> list[Turn]:
    around = inbox.around(ids)
    spoken: dict[int, list[Message]] = {}
    for message, _texts in inbox.messages_with_threads(ids):
        if _is_for_us(message) and not around[message.pk].answered:
            spoken.setdefault(message.conversation_id, []).append(message)
    known = understanding.known_of([message.pk for messages in spoken.values() for message in messages])
    return [
        Turn(
            messages,
            [known.annotations.get(one.pk, {}) for one in messages],
            [around[one.pk] for one in messages],
            any(one.pk in known.doubted for one in messages),
        )
        for messages in spoken.values()
    ]


def _first_said(said: Annotations) -> dict[str, tuple[str, float]]:
    """What local stages said before a language model was asked: an answer takes no caution away."""
    return {stage: tuple(one.evidence["before"]) for stage, one in said.items() if _was_asked(one)}


def _answered(said: Annotations) -> dict[str, tuple[str, float]]:
    """What a language model answered, taken at its word: it may add caution."""
    return {stage: (one.label, 1.0) for stage, one in said.items() if _was_asked(one)}


def _was_asked(one: Annotation | Said) -> bool:
    return "asked" in one.evidence and "before" in one.evidence


def _is_for_us(message: Message) -> bool:
    unasked = message.automatic or message.quiet or message.deleted_at is not None
    return message.by == Message.By.MEMBER and not unasked


def _asks(annotations: Annotations) -> bool:
    return "question" not in annotations or annotations["question"].label not in ("no", "closing")


def _asked(message: Message, annotations: Annotations) -> Asked:
    questions = questions_in(annotations)
    text = questions[0] if len(questions) == 1 else message.text
    return Asked(message.workspace_id, text, _language(message, annotations), message.channel_id)


def _worded(turn: Turn, asked: Asked, answers: Sequence[Answer], manners: voice.Manners) -> Worded:
    if not answers:
        return NOTHING
    conversation = turn.last.conversation
    said, manner = "\n".join(message.text for message in turn.messages), manners.of(conversation, asked.language)
    return voice.worded(answers[0].source, conversation, asked.language, manner=manner, said=said)


def _considered(
    turn: Turn, asked: Asked, answers: Sequence[Answer], worded: Worded, leaves: Leaves, past: Past, place: int
) -> Considered:
    conversation, best = turn.last.conversation, answers[0] if answers else None
    lane = leaves.lane(turn.last.workspace_id, asked.language, best.source.topic if best else "")
    threshold = finding.threshold(autonomy.threshold_of(lane))
    case = Case(
        reading=turn.reading,
        language=asked.language,
        found=as_found(best),
        threshold=threshold,
        leave=leaves.why(lane, best.confidence if best else 0.0, threshold),
        held=conversation.thread.held_by_person,
        handed_over=conversation.needs_person,
        wants_person=any(message.wants_person for message in turn.messages),
        attachments=sum(one.files for one in turn.around),
        questions=turn.questions,
        answered_before=turn.around[-1].before in (Message.By.OPERATOR, Message.By.AI),
        doubted=turn.doubted,
        late=standing.is_late(turn.messages[0]),
        too_long=best is not None
        and not voice.fits(voice.signed(worded.text, conversation, asked.language), conversation),
        resemblance=past.resemblance(place, lane),
    )
    return Considered(
        turn.last,
        asked.text,
        asked.language,
        lane,
        case,
        decide(case),
        answers,
        worded,
        past.nearest(place),
        leaves.blind_share(lane),
    )


def as_found(best: Answer | None) -> Found | None:
    """What the decision needs to know of the best answer."""
    if best is None:
        return None
    return Found(best.source.pk, best.confidence, best.source.language, standing.has_expired(best.source))


def _language(message: Message, annotations: Annotations) -> str:
    """The language of the message if it is one we answer in; else the conversation's, else the workspace's."""
    said = annotations["language"].label if "language" in annotations else ""
    known = [said, message.conversation.language, message.workspace.language]
    return next((language for language in known if language in ("fr", "en")), "fr")
