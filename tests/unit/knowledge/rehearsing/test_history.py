"""When two answers are the same."""

import pytest

from binome.knowledge.rehearsing import core_of, identity_of


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Bonjour Léa,\nNous ouvrons à 9 h.\nBonne journée !\nNour", "nous ouvrons à 9 h"),
        ("Hello! We open at 9.", "Hi Zoe, we open at 9 🙂"),
        ("We open at 9.\n\nBest regards,\nTom", "We open at 9"),
    ],
)
def test_politeness_makes_no_other_answer(first, second):
    assert core_of(first) == core_of(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [("We open at 9.", "We open at 10."), ("It costs 4,50 €.", "It costs 4,60 €."), ("Closed on Monday", "Closed on Sunday")],
)  # fmt: skip
def test_a_price_an_hour_or_a_day_makes_another_answer(first, second):
    assert core_of(first) != core_of(second)


def test_what_is_nothing_but_politeness_or_signs_keeps_a_core():
    assert core_of("Bonjour !") == "bonjour"
    assert core_of("🎉") == "🎉"


def test_an_id_comes_first_then_a_known_answer_then_the_words_then_nothing():
    known = {"we open at 9": "hours"}
    assert identity_of({"answer_id": 7, "answer": "We open at 9"}, known) == "7"
    assert identity_of({"answer": "Hello, we open at 9!"}, known) == "hours"
    assert identity_of({"answer": "We are closed."}, known) == "we are closed"
    assert [identity_of(row, known) for row in ({}, {"answer": None}, {"answer_id": None}, {"answer": " "})] == [
        None
    ] * 4
