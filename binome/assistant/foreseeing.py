"""What a text alone tells of the decision on it: the vetoes that it meets however sure the answer is. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from binome.assistant import vetoes
from binome.assistant.deciding import LANGUAGES, NEEDED, VETO_FLOOR, Case, Found, Reading, decide, vetoes_of
from binome.sdk.stage import Reading as Read
from binome.understanding.running import BETWEEN_MESSAGES, run_stages

STAGES = (vetoes.STAGES | {*NEEDED, "language"}) - BETWEEN_MESSAGES
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
    foreign, asked = foreign_in(annotations), max(1, len(questions))
    return Case(Reading(labels), language=foreign, found=None, threshold=0.0, leave="", questions=asked)


def foreign_in(annotations: Mapping[str, Any]) -> str:
    """The language of a message, if it is more likely than not one that the AI does not answer in; else ""."""
    said = annotations.get("language")
    return said.label if said and said.label not in LANGUAGES and said.confidence >= VETO_FLOOR else ""


def questions_in(annotations: Mapping[str, Any]) -> list[str]:
    """The questions that a message asks, as its reading (now made, or kept) separates them."""
    return list(annotations["question"].evidence.get("questions", [])) if "question" in annotations else []
