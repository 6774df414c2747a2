"""Questions paired with answers inside a thread, and what came of each answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binome.knowledge.memory.pairing import Outcome, pairs_of
from binome.knowledge.memory.said import Said

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def thread(*said: tuple[str, str], **last: object) -> list[Said]:
    rows = [
        Said("t", str(number), START + timedelta(minutes=number), by, "Léa" if by == "team" else "Mina", text)
        for number, (by, text) in enumerate(said)
    ]
    return [*rows[:-1], replace(rows[-1], **last)] if last else rows


ASKED = ("member", "Bonjour, combien coûte l’adhésion ?")
ANSWERED = ("team", "Elle coûte 30 € par an.")


def test_what_each_side_says_in_a_row_is_one_question_and_one_answer():
    (pair,) = pairs_of(thread(ASKED, ("member", "pour un enfant"), ANSWERED, ("team", "15 € pour les enfants.")))
    assert pair.question == "Bonjour, combien coûte l’adhésion ?\npour un enfant"
    assert pair.answer == "Elle coûte 30 € par an.\n15 € pour les enfants."
    assert (pair.author, pair.asked_at, pair.answered_at) == ("Léa", START, START + timedelta(minutes=3))


def test_thanks_are_no_question():
    assert len(pairs_of(thread(ASKED, ANSWERED, ("member", "Merci beaucoup !"), ("team", "Avec plaisir.")))) == 1


def test_a_question_that_is_not_clear_alone_keeps_the_one_before():
    pairs = pairs_of(thread(ASKED, ANSWERED, ("member", "et pour 2 ?"), ("team", "Le double.")))
    assert [pair.question for pair in pairs] == [ASKED[1], f"{ASKED[1]}\net pour 2 ?"]


def test_a_question_without_an_answer_gives_no_pair():
    assert pairs_of(thread(ASKED)) == []


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ("Merci, c’est parfait", Outcome(thanked=True)),
        ("thanks a lot!", Outcome(thanked=True)),
        ("Merci pour rien…", Outcome(complained=True)),
        ("Toujours rien reçu", Outcome(again=True, complained=True)),
        ("Je repose ma question", Outcome(again=True)),
        ("combien coûte donc l’adhésion ?", Outcome(again=True)),
        ("Vous m’avez dit le contraire hier", Outcome(complained=True)),
        ("merci d’avance pour votre retour", Outcome()),
        ("Et où vous trouver ?", Outcome()),
    ],
)
def test_what_the_member_says_next_tells_how_the_answer_went(after, outcome):
    assert pairs_of(thread(ASKED, ANSWERED, ("member", after)))[0].outcome == outcome


def test_coming_back_to_what_was_closed_is_a_reopening_unless_it_is_to_thank():
    closed = replace(thread(ASKED, ANSWERED)[1], closed=True)
    came_back = thread(ASKED, ANSWERED, ("member", "Et le dimanche, que faites-vous ?"))
    assert pairs_of([came_back[0], closed, came_back[2]])[0].outcome == Outcome(closed=True, reopened=True)
    thanked = thread(ASKED, ANSWERED, ("member", "merci !"))
    assert pairs_of([thanked[0], closed, thanked[2]])[0].outcome == Outcome(thanked=True, closed=True)


def test_a_draft_that_a_person_rewrote_is_told_from_one_with_a_comma_less():
    rewritten = thread(ASKED, ANSWERED, edited_from="Nous ne savons pas encore.")
    assert pairs_of(rewritten)[0].outcome == Outcome(edited=True)
    assert pairs_of(thread(ASKED, ANSWERED, edited_from=ANSWERED[1]))[0].outcome == Outcome()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_order_and_repeats_of_messages_change_nothing(data):
    sides = data.draw(st.lists(st.tuples(st.sampled_from(["member", "team"]), st.sampled_from(
        ["où êtes-vous ?", "Quai 3.", "merci !", "combien ?", "toujours rien", "30 €"])), max_size=8))  # fmt: skip
    messages = thread(*sides) if sides else []
    mixed = data.draw(st.permutations(messages + messages[:3]))
    assert pairs_of(mixed) == pairs_of(messages)
