"""From messages to decisions: gathers, in few queries for a whole batch, all that each decision depends on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from binome.assistant import voice
from binome.assistant.deciding import Case, Decision, Found, Reading, decide, what_would_change
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane
from binome.inbox import selectors as inbox
from binome.inbox.models import Message
from binome.inbox.selectors import Around
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge.finding import Answer, Asked
from binome.knowledge.models import Source
from binome.sdk.stage import Annotation as Said
from binome.understanding import selectors as understanding
from binome.understanding.models import Annotation

Annotations = Mapping[str, Annotation]
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

    @property
    def source(self) -> Source | None:
        return self.answers[0].source if self.answers else None

    def text(self, *, alone: bool) -> str:
        """The answer as it would be sent."""
        if self.source is None:
            return ""
        return voice.answer(self.source, self.message.conversation, self.language, alone=alone)

    @property
    def why(self) -> dict[str, Any]:
        """The why card: inputs, matches, lane, decision, and what would have changed it."""
        return {
            "question": self.question,
            "case": asdict(self.case),
            "answers": [answer.as_dict() for answer in self.answers],
            "lane": {"id": self.lane.pk, "level": self.lane.level, "strictness": self.lane.strictness},
            "decision": self.decision.as_dict(),
            "would_change": what_would_change(self.case, self.decision),
            "versions": finding.versions(),
        }


@dataclass(frozen=True)
class Turn:
    """What a member has just said in one conversation, in one message or in several, and what was read in each."""

    messages: Sequence[Message]
    read: Sequence[Annotations]
    around: Sequence[Around]

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def reading(self) -> Reading:
        """What the last message says; but whatever is left to people counts in any of them."""
        told = {stage: (a.label, a.confidence) for stage, a in self.read[-1].items()}
        for stage in ("sensitive", "person_wanted"):
            heard = [one[stage] for one in self.read if stage in one]
            telling = [one for one in heard if one.label not in ("none", "no")]
            if telling:
                gravest = max(telling, key=lambda one: one.confidence)
                told[stage] = (gravest.label, gravest.confidence)
            elif len(heard) < len(self.read):  # one of them was not read
                told.pop(stage, None)
        return Reading(told)

    @property
    def questions(self) -> int:
        """How many things are asked; at least one."""
        return max(1, sum(len(questions_in(one)) or _asks(one) for one in self.read))


@dataclass
class Leaves:
    """What each lane lets the AI do alone, its acts of today counted once, then those decided here."""

    lanes: dict[tuple[int, str], Lane] = field(default_factory=dict)
    today: dict[int, int] = field(default_factory=dict)

    def lane(self, workspace: int, language: str) -> Lane:
        key = (workspace, language)
        if key not in self.lanes:
            self.lanes[key] = autonomy.lane(workspace, act="answer", topic="faq", language=language)
            self.today[self.lanes[key].pk] = autonomy.done_today(self.lanes[key])
        return self.lanes[key]

    def why(self, lane: Lane, confidence: float, threshold: float) -> str:
        return autonomy.leave_to_act(lane, confidence, threshold=threshold, today=self.today[lane.pk]).why


def consider(ids: Sequence[int]) -> Iterator[Considered]:
    """The decision on what was last said in each conversation among these messages.

    Left out: automatic and erased messages, and those that somebody of the team has answered since.
    """
    turns = _turns(ids)
    asked = [_asked(turn.last, turn.read[-1]) for turn in turns]
    leaves = Leaves()
    for turn, question, answers in zip(turns, asked, finding.find(asked), strict=True):
        considered = _considered(turn, question, answers, leaves)
        leaves.today[considered.lane.pk] += considered.decision.do == "act"
        yield considered


def _turns(ids: Sequence[int]) -> list[Turn]:
    around = inbox.around(ids)
    spoken: dict[int, list[Message]] = {}
    for message, _texts in inbox.messages_with_threads(ids):
        if _is_for_us(message) and not around[message.pk].answered:
            spoken.setdefault(message.conversation_id, []).append(message)
    read = understanding.annotations_of([message.pk for messages in spoken.values() for message in messages])
    return [
        Turn(messages, [read.get(one.pk, {}) for one in messages], [around[one.pk] for one in messages])
        for messages in spoken.values()
    ]


def _is_for_us(message: Message) -> bool:
    return message.by == Message.By.MEMBER and not message.automatic and message.deleted_at is None


def _asks(annotations: Annotations) -> bool:
    return "question" not in annotations or annotations["question"].label not in ("no", "closing")


def _asked(message: Message, annotations: Annotations) -> Asked:
    questions = questions_in(annotations)
    text = questions[0] if len(questions) == 1 else message.text
    return Asked(message.workspace_id, text, _language(message, annotations), message.channel_id)


def _considered(turn: Turn, asked: Asked, answers: Sequence[Answer], leaves: Leaves) -> Considered:
    conversation, best = turn.last.conversation, answers[0] if answers else None
    lane = leaves.lane(turn.last.workspace_id, asked.language)
    threshold = finding.threshold(lane.strictness)
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
        too_long=best is not None and not voice.fits(best.source, conversation, asked.language),
    )
    return Considered(turn.last, asked.text, asked.language, lane, case, decide(case), answers)


def as_found(best: Answer | None) -> Found | None:
    """What the decision needs to know of the best answer."""
    if best is None:
        return None
    expires_on = best.source.expires_on
    expired = expires_on is not None and expires_on < clock.now().date()
    return Found(best.source.pk, best.confidence, best.source.language, expired)


def _language(message: Message, annotations: Annotations) -> str:
    """The language of the message if it is one we answer in; else the conversation's, else the workspace's."""
    said = annotations["language"].label if "language" in annotations else ""
    known = [said, message.conversation.language, message.workspace.language]
    return next((language for language in known if language in ("fr", "en")), "fr")


def questions_in(annotations: Mapping[str, Annotation | Said]) -> list[str]:
    """The questions that a message asks, as its reading separates them."""
    return list(annotations["question"].evidence.get("questions", [])) if "question" in annotations else []
