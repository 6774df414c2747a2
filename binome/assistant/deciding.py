"""One decision: answer alone, suggest, leave to a person, or nothing to do. A pure function, so it can be replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

SUGGEST_FLOOR = 0.15
"""Below this confidence an answer is not even worth showing to an operator."""

NEEDED = ("question", "person_wanted", "sensitive")
"""Stages without which nothing is done alone: their silence is not a "no"."""

VETO_FLOOR = 0.5
"""From this confidence a sensitive reading takes the matter out of the AI's hands."""


@dataclass(frozen=True)
class Reading:
    """What the stages said, reduced to what decides: {stage: (label, confidence)}."""

    labels: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    def label(self, stage: str, at_least: float = 0.0) -> str:
        label, confidence = self.labels.get(stage, ("", 0.0))
        return label if confidence >= at_least else ""


@dataclass(frozen=True)
class Found:
    """The best approved answer: how sure it is right, in which language, and whether it may be quoted here, now."""

    source: int
    confidence: float
    language: str
    expired: bool = False


@dataclass(frozen=True)
class Case:
    """Everything that a decision depends on."""

    reading: Reading
    language: str
    found: Found | None
    threshold: float
    leave: str
    """The lane's answer at the found confidence: "on_trial" means yes; anything else is the reason for no."""
    held: bool = False
    wants_person: bool = False
    attachments: int = 0
    questions: int = 1
    answered_before: bool = False
    """The last word before this message was ours."""
    handed_over: bool = False
    """A person is already needed here."""
    too_long: bool = False
    """The answer is longer than the platform accepts."""


@dataclass(frozen=True)
class Decision:
    """What is done: *act* answers alone, *suggest* and *hand_over* reach a person, *rest* needs nobody."""

    do: Literal["act", "suggest", "hand_over", "rest"]
    reason: str
    vetoes: tuple[str, ...] = ()
    gap: bool = False
    """The question is kept among those that had no answer."""

    def as_dict(self) -> dict[str, Any]:
        return {"do": self.do, "reason": self.reason, "vetoes": list(self.vetoes), "gap": self.gap}


def decide(case: Case) -> Decision:
    """What to do with a message; the first rule that applies, the gravest first."""
    vetoes = _vetoes(case)
    worth_showing = case.found is not None and _comes_near(case) and not case.found.expired
    if _is_closing(case) and not vetoes:
        return Decision("rest", "closing") if case.answered_before else Decision("hand_over", "not_a_question")
    if vetoes:
        return Decision("suggest" if worth_showing and _shown_despite(vetoes) else "hand_over", vetoes[0], vetoes)
    asks = case.reading.label("question") not in ("no", "closing")
    if not worth_showing:
        return _nothing_found(case, asks)
    if case.leave != "on_trial":
        return Decision("suggest", case.leave)
    if _confidence(case) < case.threshold:
        return Decision("suggest", "unsure")
    if not asks:
        return Decision("suggest", "not_a_question")
    return Decision("act", "on_trial")


def what_would_change(case: Case, decision: Decision) -> list[dict[str, Any]]:
    """For the why card: each single change that would have led to something else."""
    if decision.do == "rest":
        return []
    changes: list[dict[str, Any]] = [{"without": veto, "then": _without(case, veto).do} for veto in decision.vetoes]
    if case.found and case.found.confidence < case.threshold:
        changes.append({"confidence_at_least": round(case.threshold, 3), "then": _surer(case, case.found).do})
    return [change for change in changes if change["then"] != decision.do]


def _vetoes(case: Case) -> tuple[str, ...]:
    found = []
    if case.wants_person or case.reading.label("person_wanted", VETO_FLOOR) == "yes":
        found.append("asked_for_person")
    sensitive = case.reading.label("sensitive", VETO_FLOOR)
    if sensitive and sensitive != "none":
        found.append(sensitive)
    if case.held:
        found.append("held")
    if case.handed_over:
        found.append("handed_over")
    if any(stage not in case.reading.labels for stage in NEEDED):
        found.append("not_read")
    if case.attachments:
        found.append("attachment")
    if case.questions > 1:
        found.append("several_questions")
    if case.found and case.found.language != case.language:
        found.append("other_language")
    if case.too_long:
        found.append("too_long")
    return tuple(found)


def _confidence(case: Case) -> float:
    return case.found.confidence if case.found else 0.0


def _comes_near(case: Case) -> bool:
    """Whether what was found is worth a person's look."""
    return _confidence(case) >= SUGGEST_FLOOR


def _shown_despite(vetoes: tuple[str, ...]) -> bool:
    """Whether an FAQ answer is still worth preparing for the person who decides."""
    return not set(vetoes) & {"asked_for_person", "distress", "grief", "threat", "insult", "prompt_injection"}


def _is_closing(case: Case) -> bool:
    return case.reading.label("question") == "closing"


def _nothing_found(case: Case, asks: bool) -> Decision:
    if case.found and case.found.expired and _comes_near(case):
        return Decision("hand_over", "expired")
    return Decision("hand_over", "no_answer" if asks else "not_a_question", gap=asks)


def _without(case: Case, veto: str) -> Decision:
    """The decision had this veto not been there."""
    labels = dict(case.reading.labels)
    changes: dict[str, Any] = {}
    match veto:
        case "asked_for_person":
            changes["wants_person"] = False
            labels.pop("person_wanted", None)
        case "held":
            changes["held"] = False
        case "handed_over":
            changes["handed_over"] = False
        case "not_read":
            labels = {stage: ("", 1.0) for stage in NEEDED} | labels
        case "too_long":
            changes["too_long"] = False
        case "attachment":
            changes["attachments"] = 0
        case "several_questions":
            changes["questions"] = 1
        case "other_language":
            changes["language"] = case.found.language if case.found else case.language
        case _:
            labels.pop("sensitive", None)
    return decide(_replace(case, labels, changes))


def _surer(case: Case, found: Found) -> Decision:
    """The decision had the answer been just sure enough; what else spoke against it stays."""
    leave = "on_trial" if case.leave == "unsure" else case.leave
    return decide(replace(case, found=replace(found, confidence=case.threshold), leave=leave))


def _replace(case: Case, labels: Mapping[str, tuple[str, float]], changes: Mapping[str, Any]) -> Case:
    fields = {name: getattr(case, name) for name in Case.__dataclass_fields__}
    return Case(**{**fields, "reading": Reading(labels), **changes})
