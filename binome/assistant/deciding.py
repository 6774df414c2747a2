"""One decision: answer alone, suggest, leave to a person, or nothing to do. A pure function, so it can be replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from binome.assistant import vetoes
from binome.autonomy.guarantee import UNKNOWN

LANGUAGES = ("fr", "en")
"""In which the AI answers."""

SUGGEST_FLOOR = 0.15
"""Below this confidence an answer is not even worth showing to an operator."""

NEEDED = ("question", *sorted(vetoes.STAGES - {"image", "conflict", "duplicates"}))
"""Stages that speak of every message: their silence is not a "no", and without any of them nothing is done alone."""

VETO_FLOOR = 0.5
"""From this confidence a sensitive reading takes the matter out of the AI's hands (see `vetoes.TABLE` for each)."""

ALLOWED = ("on_trial", "guaranteed")
"""Answers of a lane that let the AI act."""


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
    """The lane's answer at the found confidence: one of `ALLOWED` means yes; anything else is the reason for no."""
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
    doubted: bool = False
    """A language model was to be asked what this message hides, and has not answered."""
    awaits_approval: bool = False
    """The platform shows the message to nobody yet: an answer to it would say that it is there."""
    hidden: bool = False
    """The same, of what was hidden."""
    late: bool = False
    """It was said too long ago for an answer to come by itself."""
    prepared: bool = False
    """What was found is a prepared reply: it need not answer a question."""
    resemblance: float = 1.0
    """p-value of its distance to all that was judged in a guaranteed lane: small far from it; 1 where nothing is measured."""


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
    found = vetoes_of(case)
    worth_showing = case.found is not None and _comes_near(case) and not case.found.expired and case.leave != "lane_off"
    if _is_closing(case) and not found:
        return Decision("rest", "closing") if case.answered_before else Decision("hand_over", "not_a_question")
    if found:
        return Decision("suggest" if worth_showing and _shown_despite(found) else "hand_over", found[0], found)
    asks = case.reading.label("question") not in ("no", "closing")
    if not worth_showing:
        return _nothing_shown(case, asks)
    if case.leave not in ALLOWED:
        return Decision("suggest", case.leave)
    if _confidence(case) < case.threshold:
        return Decision("suggest", "unsure")
    if not asks and not case.prepared:
        return Decision("suggest", "not_a_question")
    return Decision("act", case.leave)


def what_would_change(case: Case, decision: Decision) -> list[dict[str, Any]]:
    """For the why card: each single change that would have led to something else."""
    if decision.do == "rest":
        return []
    changes: list[dict[str, Any]] = [{"without": veto, "then": _without(case, veto).do} for veto in decision.vetoes]
    if case.found and case.found.confidence < case.threshold:
        changes.append({"confidence_at_least": round(case.threshold, 3), "then": _surer(case, case.found).do})
    if case.leave not in (*ALLOWED, "unsure"):
        changes.append({"lane_open": True, "then": decide(replace(case, leave="on_trial")).do})
    if decision.do == "act" and case.found:
        changes.append({"confidence_below": round(case.threshold, 3), "then": "suggest"})
    return [change for change in changes if change["then"] != decision.do]


def vetoes_of(case: Case) -> tuple[str, ...]:
    circumstances = {
        "held": case.held,
        "handed_over": case.handed_over,
        "not_read": any(stage not in case.reading.labels for stage in NEEDED),
        "attachment": case.attachments > 0,
        "several_questions": case.questions > 1,
        "other_language": case.found is not None and case.found.language != case.language,
        "too_long": case.too_long,
        "awaits_approval": case.awaits_approval,
        "hidden": case.hidden,
        "late": case.late,
        "unsure_reading": case.doubted,
        "unknown_territory": case.resemblance <= UNKNOWN,
    }
    asked = ["asked_for_person"] if case.wants_person else []
    there = [name for name, is_so in circumstances.items() if is_so]
    return tuple(dict.fromkeys([*asked, *vetoes.found_in(case.reading.labels), *there]))


def _confidence(case: Case) -> float:
    return case.found.confidence if case.found else 0.0


def _comes_near(case: Case) -> bool:
    """Whether what was found is worth a person's look."""
    return _confidence(case) >= SUGGEST_FLOOR


def _shown_despite(found: tuple[str, ...]) -> bool:
    """Whether an FAQ answer is still worth preparing for the person who decides."""
    bare = {"asked_for_person", "distress", "grief", "threat", "hate", "insult", "prompt_injection"}
    return not set(found) & bare


def _is_closing(case: Case) -> bool:
    return case.reading.label("question") == "closing"


def _nothing_shown(case: Case, asks: bool) -> Decision:
    """Nothing was found that may be shown; a lane that is off shows nothing."""
    if case.leave == "lane_off" and case.found and _comes_near(case) and not case.found.expired:
        return Decision("hand_over", "lane_off")
    if case.found and case.found.expired and _comes_near(case):
        return Decision("hand_over", "expired")
    return Decision("hand_over", "no_answer" if asks else "not_a_question", gap=asks)


def _without(case: Case, veto: str) -> Decision:
    """The decision had this veto not been there."""
    labels = vetoes.without(veto, case.reading.labels)
    if veto == "not_read":
        labels = dict.fromkeys(NEEDED, ("", 1.0)) | labels
    language = case.found.language if case.found else case.language
    changes: dict[str, dict[str, Any]] = {
        "asked_for_person": {"wants_person": False},
        "held": {"held": False},
        "handed_over": {"handed_over": False},
        "attachment": {"attachments": 0},
        "several_questions": {"questions": 1},
        "other_language": {"language": language},
        "too_long": {"too_long": False},
        "awaits_approval": {"awaits_approval": False},
        "hidden": {"hidden": False},
        "late": {"late": False},
        "unsure_reading": {"doubted": False},
        "unknown_territory": {"resemblance": 1.0},
    }
    return decide(replace(case, reading=Reading(labels), **changes.get(veto, {})))


def _surer(case: Case, found: Found) -> Decision:
    """The decision had the answer been just sure enough; what else spoke against it stays."""
    leave = "on_trial" if case.leave == "unsure" else case.leave
    return decide(replace(case, found=replace(found, confidence=case.threshold), leave=leave))
