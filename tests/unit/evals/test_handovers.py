"""What the demo would answer alone, as it is measured."""

from binome.knowledge.matching import Match
from binome.sdk.stage import Annotation, Reading
from evals.handovers import STRICTNESS, _acts, demo_entries
from tests.understood import PLAIN

CALM = {stage: Annotation(label, 0.95) for stage, label in PLAIN.items()} | {
    "question": Annotation("question", 0.98, {"questions": ["Ouvrez-vous ?"]}),
}


def acts(confidence: float, **said: Annotation) -> bool:
    reading = Reading("Ouvrez-vous ?", annotations={**CALM, **said})
    return _acts(reading, Match("1", confidence, [("1", confidence)], "fr"), "fr")


def test_a_plain_question_whose_answer_is_sure_is_answered_alone() -> None:
    assert acts(STRICTNESS)


def test_a_less_sure_answer_is_not() -> None:
    assert not acts(STRICTNESS - 0.01)


def test_irony_is_left_to_a_person_however_sure_the_answer() -> None:
    assert not acts(1.0, irony=Annotation("ironic", 0.9))


def test_the_demo_has_entries_in_both_languages_with_other_wordings() -> None:
    entries = demo_entries()
    assert {entry.language for entry in entries} == {"fr", "en"}
    assert len(entries) >= 60
    assert sum(len(entry.texts) for entry in entries) > 3 * len(entries)
