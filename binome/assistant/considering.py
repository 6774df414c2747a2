"""From messages to decisions: gathers, in few queries for a whole batch, all that each decision depends on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from binome.assistant import voice
from binome.assistant.deciding import Case, Decision, Found, Reading, decide, what_would_change
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane
from binome.inbox import selectors as inbox
from binome.inbox.models import Message
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge.finding import Answer, Asked
from binome.knowledge.models import Source
from binome.understanding import selectors as understanding
from binome.understanding.models import Annotation


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


def consider(ids: Sequence[int]) -> Iterator[Considered]:
    """The decision on the latest message of each conversation among these; automatic and erased ones are left out."""
    threads = {message.pk: texts for message, texts in inbox.messages_with_threads(ids)}
    messages = [message for message, _texts in inbox.messages_with_threads(ids) if _is_for_us(message)]
    latest = {message.conversation_id: message for message in messages}
    annotations = understanding.annotations_of([message.pk for message in latest.values()])
    asked = [_asked(message, annotations.get(message.pk, {})) for message in latest.values()]
    found = finding.find(asked)
    for message, question, answers in zip(latest.values(), asked, found, strict=True):
        yield _considered(message, annotations.get(message.pk, {}), question, answers, bool(threads.get(message.pk)))


def _is_for_us(message: Message) -> bool:
    return message.by == Message.By.MEMBER and not message.automatic and message.deleted_at is None


def _asked(message: Message, annotations: Mapping[str, Annotation]) -> Asked:
    questions = _questions(annotations)
    text = questions[0] if len(questions) == 1 else message.text
    return Asked(message.workspace_id, text, _language(message, annotations), message.channel_id)


def _considered(
    message: Message, annotations: Mapping[str, Annotation], asked: Asked, answers: Sequence[Answer], later: bool
) -> Considered:
    lane = autonomy.lane(message.workspace_id, act="answer", topic="faq", language=asked.language)
    best = answers[0] if answers else None
    threshold = finding.threshold(lane.strictness)
    leave = autonomy.leave_to_act(lane, best.confidence if best else 0.0, threshold=threshold)
    case = Case(
        reading=Reading({stage: (a.label, a.confidence) for stage, a in annotations.items()}),
        language=asked.language,
        found=found_in(best),
        threshold=threshold,
        leave=leave.why,
        held=message.conversation.thread.held_by_person,
        wants_person=message.wants_person,
        attachments=message.attachments.count(),
        questions=len(_questions(annotations)) or 1,
        answered_before=later and _ours_was_last(message),
    )
    return Considered(message, asked.text, asked.language, lane, case, decide(case), answers)


def found_in(best: Answer | None) -> Found | None:
    """The best answer, as a decision sees it."""
    if best is None:
        return None
    expires_on = best.source.expires_on
    expired = expires_on is not None and expires_on < clock.now().date()
    return Found(best.source.pk, best.confidence, best.source.language, expired)


def _language(message: Message, annotations: Mapping[str, Annotation]) -> str:
    """The language of the message if it is one we answer in; else the conversation's, else the workspace's."""
    said = annotations["language"].label if "language" in annotations else ""
    known = [said, message.conversation.language, message.workspace.language]
    return next((language for language in known if language in ("fr", "en")), "fr")


def _questions(annotations: Mapping[str, Annotation]) -> list[str]:
    return list(annotations["question"].evidence.get("questions", [])) if "question" in annotations else []


def _ours_was_last(message: Message) -> bool:
    before = message.conversation.messages.filter(at__lt=message.at).order_by("-at", "-pk").first()
    return before is not None and before.by != Message.By.MEMBER
