"""Deciding: a pure function, so tables and properties hold it; and what a why card kept gives the same decision again."""

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binome.assistant.deciding import (
    NEEDED,
    SUGGEST_FLOOR,
    VETO_FLOOR,
    Case,
    Decision,
    Found,
    Reading,
    decide,
    what_would_change,
)
from binome.assistant.reasons import REASONS
from binome.assistant.replaying import case_of, replay
from tests.understood import PLAIN

READ = {stage: (label, 0.95) for stage, label in PLAIN.items()}
SURE = Found(source=7, confidence=0.9, language="fr")
CLEAR = Case(reading=Reading(READ), language="fr", found=SURE, threshold=0.5, leave="on_trial")
"""A plain question with a sure answer, in a lane open on trial."""


def read(**labels: tuple[str, float]) -> Reading:
    return Reading({**READ, **labels})


@pytest.mark.parametrize(
    ("case", "do", "reason"),
    [
        (CLEAR, "act", "on_trial"),
        (replace(CLEAR, leave="lane_suggest"), "suggest", "lane_suggest"),
        (replace(CLEAR, leave="lane_off"), "hand_over", "lane_off"),
        (replace(CLEAR, leave="daily_cap"), "suggest", "daily_cap"),
        (replace(CLEAR, leave="unsure", found=replace(SURE, confidence=0.3)), "suggest", "unsure"),
        (replace(CLEAR, found=replace(SURE, confidence=0.49)), "suggest", "unsure"),
        (replace(CLEAR, found=replace(SURE, confidence=0.5)), "act", "on_trial"),
        (replace(CLEAR, found=None), "hand_over", "no_answer"),
        (replace(CLEAR, found=replace(SURE, confidence=SUGGEST_FLOOR - 0.01)), "hand_over", "no_answer"),
        (replace(CLEAR, found=replace(SURE, expired=True)), "hand_over", "expired"),
        (replace(CLEAR, found=Found(7, 0.01, "fr", expired=True)), "hand_over", "no_answer"),
        (replace(CLEAR, reading=read(question=("no", 0.9))), "suggest", "not_a_question"),
        (replace(CLEAR, reading=read(question=("no", 0.9)), found=None), "hand_over", "not_a_question"),
        (replace(CLEAR, reading=read(question=("closing", 0.9)), answered_before=True), "rest", "closing"),
        (replace(CLEAR, reading=read(question=("closing", 0.9))), "hand_over", "not_a_question"),
        (replace(CLEAR, wants_person=True), "hand_over", "asked_for_person"),
        (replace(CLEAR, reading=read(person_wanted=("yes", 0.6))), "hand_over", "asked_for_person"),
        (replace(CLEAR, reading=read(person_wanted=("yes", VETO_FLOOR - 0.01))), "act", "on_trial"),
        (replace(CLEAR, reading=read(sensitive=("distress", 0.6))), "hand_over", "distress"),
        (replace(CLEAR, reading=read(sensitive=("legal", 0.6))), "suggest", "legal"),
        (replace(CLEAR, held=True), "suggest", "held"),
        (replace(CLEAR, handed_over=True), "suggest", "handed_over"),
        (replace(CLEAR, handed_over=True, found=None), "hand_over", "handed_over"),
        (replace(CLEAR, attachments=1), "suggest", "attachment"),
        (replace(CLEAR, questions=2), "suggest", "several_questions"),
        (replace(CLEAR, language="en"), "suggest", "other_language"),
        (replace(CLEAR, too_long=True), "suggest", "too_long"),
        (replace(CLEAR, reading=Reading()), "suggest", "not_read"),
    ],
)
def test_what_is_done_and_why(case: Case, do: str, reason: str) -> None:
    decision = decide(case)
    assert (decision.do, decision.reason) == (do, reason)


def test_a_question_without_an_answer_is_kept_and_what_is_no_question_is_not() -> None:
    assert decide(replace(CLEAR, found=None)).gap
    assert not decide(replace(CLEAR, found=None, reading=read(question=("no", 0.9)))).gap
    assert not decide(replace(CLEAR, found=replace(SURE, expired=True))).gap


@pytest.mark.parametrize("stage", NEEDED)
def test_nothing_is_done_alone_when_a_stage_that_could_forbid_it_was_silent(stage: str) -> None:
    labels = {name: label for name, label in READ.items() if name != stage}
    assert decide(replace(CLEAR, reading=Reading(labels))).do == "suggest"


def test_a_thank_you_in_a_conversation_that_waits_for_a_person_still_reaches_them() -> None:
    thanks = replace(CLEAR, reading=read(question=("closing", 0.9)), answered_before=True, handed_over=True)
    assert decide(thanks).do in ("suggest", "hand_over")


SENSITIVE = ["none", "distress", "grief", "threat", "legal", "press", "insult", "irony_suspected", "refund_or_money"]
confidences = st.floats(0, 1)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    labels = READ | {
        "question": (draw(st.sampled_from(["no", "closing", "asks", ""])), draw(confidences)),
        "person_wanted": (draw(st.sampled_from(["yes", "no", "asks_if_machine"])), draw(confidences)),
        "sensitive": (draw(st.sampled_from(SENSITIVE)), draw(confidences)),
    }
    for stage in draw(st.sets(st.sampled_from(NEEDED), max_size=1)):
        labels.pop(stage)
    found = st.builds(Found, st.integers(1, 9), confidences, st.sampled_from(["fr", "en"]), st.booleans())
    return Case(
        reading=Reading(labels),
        language=draw(st.sampled_from(["fr", "en"])),
        found=draw(st.none() | found),
        threshold=draw(confidences),
        leave=draw(st.sampled_from(["on_trial", "on_trial", "lane_off", "lane_suggest", "unsure", "daily_cap"])),
        held=draw(st.booleans()),
        wants_person=draw(st.booleans()),
        attachments=draw(st.integers(0, 2)),
        questions=draw(st.integers(1, 3)),
        answered_before=draw(st.booleans()),
        handed_over=draw(st.booleans()),
        too_long=draw(st.booleans()),
    )


def clear_or_any() -> st.SearchStrategy[Case]:
    """Cases of every kind, and as many that would be done alone, to which a veto can be added."""
    alone = st.builds(
        lambda found, threshold: replace(
            CLEAR, found=replace(SURE, confidence=max(found, threshold, SUGGEST_FLOOR)), threshold=threshold
        ),
        confidences,
        confidences,
    )
    return cases() | alone


VETOES = {
    "asked_for_person": lambda case: replace(case, wants_person=True),
    "person_wanted": lambda case: replace(
        case, reading=Reading({**case.reading.labels, "person_wanted": ("yes", 1.0)})
    ),
    **{
        label: lambda case, label=label: replace(
            case, reading=Reading({**case.reading.labels, "sensitive": (label, VETO_FLOOR)})
        )
        for label in SENSITIVE[1:]
    },
    "held": lambda case: replace(case, held=True),
    "handed_over": lambda case: replace(case, handed_over=True),
    "attachment": lambda case: replace(case, attachments=case.attachments + 1),
    "several_questions": lambda case: replace(case, questions=case.questions + 1),
    "too_long": lambda case: replace(case, too_long=True),
    "other_language": lambda case: replace(case, language="de"),
    "not_read": lambda case: replace(case, reading=Reading({})),
}


@given(clear_or_any(), st.sampled_from(sorted(VETOES)))
def test_a_veto_never_raises_autonomy(case: Case, veto: str) -> None:
    before, after = decide(case), decide(VETOES[veto](case))
    if veto != "other_language" or case.found:
        assert after.do in ("suggest", "hand_over")
    if before.do in ("suggest", "hand_over"):
        assert after.do not in ("act", "rest")


@given(clear_or_any())
def test_what_is_done_alone_is_allowed_sure_plain_and_free_of_vetoes(case: Case) -> None:
    decision = decide(case)
    if decision.do == "act":
        assert case.found is not None
        assert (case.leave, case.found.confidence >= case.threshold, decision.vetoes) == ("on_trial", True, ())
        assert case.found.language == case.language
        against = [case.held, case.handed_over, case.wants_person, bool(case.attachments), case.found.expired]
        assert not any(against)
    if decision.do == "rest":
        assert case.answered_before
        assert decision.vetoes == ()


@given(cases())
def test_every_reason_that_reaches_a_person_has_words(case: Case) -> None:
    decision = decide(case)
    if decision.do in ("suggest", "hand_over"):
        assert decision.reason in REASONS
    assert set(decision.vetoes) <= set(REASONS)


@given(clear_or_any())
def test_a_case_goes_through_json_unchanged_and_gives_the_same_decision(case: Case) -> None:
    why = json.loads(json.dumps({"case": asdict(case), "decision": decide(case).as_dict()}))
    assert case_of(why["case"]) == case
    assert replay(why).as_dict() == why["decision"]


def test_a_case_kept_before_a_rule_existed_can_still_be_replayed() -> None:
    stored = json.loads(json.dumps(asdict(CLEAR)))
    del stored["too_long"], stored["handed_over"]
    assert replay({"case": {**stored, "of_another_time": 1}}) == Decision("act", "on_trial")


@given(clear_or_any())
def test_each_change_named_on_the_why_card_would_have_led_elsewhere(case: Case) -> None:
    decision = decide(case)
    for change in what_would_change(case, decision):
        assert change["then"] != decision.do
        if change["then"] == "act":
            remaining = [veto for veto in decision.vetoes if veto != change.get("without")]
            assert remaining == []
            assert case.leave in ("on_trial", "unsure")


def test_the_why_card_says_what_an_unsure_answer_lacked_and_only_when_nothing_else_did() -> None:
    unsure = replace(CLEAR, leave="unsure", found=replace(SURE, confidence=0.3))
    assert what_would_change(unsure, decide(unsure)) == [{"confidence_at_least": 0.5, "then": "act"}]
    with_file = replace(unsure, attachments=1)
    assert what_would_change(with_file, decide(with_file)) == []
    closed_lane = replace(unsure, leave="lane_suggest")
    assert what_would_change(closed_lane, decide(closed_lane)) == []
