"""What a text alone tells of the decision on it: the vetoes that it meets however sure the answer is. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from binome.assistant import vetoes
from binome.assistant.deciding import NEEDED, Case, Found, Reading, decide, vetoes_of
from binome.sdk.stage import Reading as Read
from binome.understanding.running import BETWEEN_MESSAGES, run_stages

STAGES = (vetoes.STAGES | set(NEEDED)) - BETWEEN_MESSAGES
"""The stages that are asked."""


def vetoes_in(texts: Sequence[str]) -> list[str]:
    """For each text the gravest veto that it meets, "" where there is none."""
    read = run_stages([Read(text=text) for text in texts], STAGES)
    return [next(iter(vetoes_of(case_of(reading.annotations))), "") for reading in read]


def kept_from_acting(annotations: Mapping[str, Any], *, wants_person: bool = False, attachments: int = 0) -> str:
    """Why a message would reach a person however sure its answer and whatever its lane allows; "" if it would not."""
    case = replace(
        case_of(annotations),
        found=Found(0, 1.0, ""),
        leave="guaranteed",
        wants_person=wants_person,
        attachments=attachments,
    )
    decision = decide(case)
    return "" if decision.do == "act" else decision.reason


def case_of(annotations: Mapping[str, Any]) -> Case:
    """The case of a message of which nothing but its text is known."""
    labels = {stage: (one.label, one.confidence) for stage, one in annotations.items()}
    questions = questions_in(annotations)
    return Case(Reading(labels), language="", found=None, threshold=0.0, leave="", questions=max(1, len(questions)))


def questions_in(annotations: Mapping[str, Any]) -> list[str]:
    """The questions that a message asks, as its reading (now made, or kept) separates them."""
    return list(annotations["question"].evidence.get("questions", [])) if "question" in annotations else []
