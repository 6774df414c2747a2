"""What answers commit to, where they contradict, when they are out of date, which served best."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from binome.knowledge.memory import ageing, speech
from binome.knowledge.memory.claims import as_dates, claims
from binome.knowledge.memory.disagreeing import Given, contradictions, spoken_of
from binome.knowledge.memory.pairing import Outcome
from binome.knowledge.memory.replacing import Change, replaced, stated
from binome.knowledge.memory.weighing import Use, solutions

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
SAME = np.eye(1, 512, dtype=np.float32)[0]
OTHER = np.eye(1, 512, k=1, dtype=np.float32)[0]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("L’adhésion coûte 30 € par an", "money", {"30 €"}),
        ("€30 a year, or 15,50 euros", "money", {"30 €", "15.5 €"}),
        ("1 200 € au total, soit 1200€", "money", {"1200 €"}),
        ("12€50 l’heure", "money", {"12.5 €"}),
        ("two weeks", "duration", {"14 d"}),
        ("sous quatorze jours ou 14 jours", "duration", {"14 d"}),
        ("de 9 h 30 à 18h", "clock", {"09:30", "18:00"}),
        ("from 10am to 5:30 pm", "clock", {"10:00", "17:30"}),
        ("jusqu’au 1er septembre 2025", "date", {"01-09"}),
        ("until September 1st", "date", {"01-09"}),
        ("annulable 24 h avant, ou 24h à l’avance", "duration", {"24 h"}),
        ("réponse sous 48 h, within 48h", "duration", {"48 h"}),
        ("closed on Sundays, fermé le dimanche", "day", {"7"}),
        ("Bonjour Mina, non, désolés", "reply", {"no"}),
        ("Hello, yes you can", "reply", {"yes"}),
        ("10 % de remise", "share", {"10 %"}),
        ("voir https://www.canal.example/tarifs/?a=1.", "link", {"canal.example/tarifs"}),
    ],
)
def test_what_an_answer_commits_to_has_one_form_in_both_languages(text, kind, values):
    assert claims(text)[kind] == values


def test_a_text_that_commits_to_nothing_has_no_claim():
    assert claims("Nous regardons cela et revenons vers vous.") == {}


def test_a_day_without_a_year_is_the_next_one_from_when_it_was_said():
    assert as_dates("le 3 janvier", datetime(2025, 12, 20, tzinfo=UTC)) == [date(2026, 1, 3)]
    assert as_dates("le 10 décembre", datetime(2025, 12, 20, tzinfo=UTC)) == [date(2025, 12, 10)]
    assert as_dates("le 31 février", MARCH) == []


def answer(
    number: int, text: str, *, author="Léa", channel="chat", days=0, vector=SAME, question="adhésion, combien ?"
):
    return Given(number, question, text, author, channel, MARCH + timedelta(days=days), vector)


def test_two_amounts_for_the_same_question_contradict():
    (found,) = contradictions(
        [answer(1, "25 € par an"), answer(2, "Elle est à 30 €.", author="Ali", channel="mail", days=3)]
    )
    assert (found.kind, found.older, found.newer) == ("money", "25 €", "30 €")
    assert (found.older_ids, found.newer_ids, found.between) == ((1,), (2,), ("colleagues", "channels"))


def test_amounts_that_overlap_or_answer_other_questions_do_not():
    assert contradictions([answer(1, "30 €"), answer(2, "30 €, ou 15 € réduit")]) == []
    far = answer(2, "45 €", vector=OTHER, question="location d’un vélo-cargo à la journée")
    assert contradictions([answer(1, "30 €"), far]) == []
    assert contradictions([answer(1, "30 €"), answer(2, "$30")]) == []


def test_yes_contradicts_no():
    assert [one.kind for one in contradictions([answer(1, "Oui, bien sûr."), answer(2, "Non, désolé.")])] == ["reply"]


def test_an_answer_that_always_came_later_is_a_change():
    given = [answer(1, "25 €"), answer(2, "25 €", days=10), answer(3, "30 €", days=40), answer(4, "30 €", days=50)]
    (found,) = contradictions(given)
    assert found.between == ("dates",)


def changes(given, *, entries=(), others=()):
    """Which of these answers are out of date: number, kind, then, now."""
    found = replaced(*(stated(group, [one.vector for one in group]) for group in (given, others, entries)))
    return [(number, one.kind, one.older, one.newer) for number, changed in sorted(found.items()) for one in changed]


def test_what_nobody_has_said_again_since_others_say_otherwise_is_out_of_date():
    given = [answer(1, "25 €"), answer(2, "25 €", days=10), answer(3, "30 €", days=40), answer(4, "30 €", days=50)]
    assert changes(given) == [(1, "money", "25 €", "30 €"), (2, "money", "25 €", "30 €")]
    told = [ageing.ages(one, today=date(2026, 6, 1), replaced={1: [Change("money", "25 €", "30 €")]}) for one in given]
    assert [[(age.kind, age.what, age.now) for age in ages] for ages in told] == [
        [("changed", "25 €", "30 €")],
        [],
        [],
        [],
    ]


def test_two_colleagues_at_odds_are_no_change_and_neither_is_one_answer_soon_after():
    at_odds = [answer(n, "25 €" if n % 2 else "30 €", days=10 * n) for n in range(1, 7)]
    assert changes(at_odds[:-1]) == []
    assert changes([answer(1, "25 €"), answer(2, "30 €", days=10)]) == []
    assert changes([answer(1, "25 €"), answer(2, "30 €", days=90)]) == [(1, "money", "25 €", "30 €")]


def test_the_price_of_something_else_changes_nothing():
    far = [answer(n, "45 €", vector=OTHER, question="location d’un vélo-cargo", days=100 * n) for n in (2, 3)]
    assert changes([answer(1, "25 €")], others=far) == []
    assert changes([answer(1, "ouvert de 9 h à 18 h"), answer(2, "30 €", days=90), answer(3, "30 €", days=99)]) == []


def test_a_later_answer_in_another_piece_of_the_problem_counts():
    assert changes([answer(1, "25 €")], others=[answer(2, "30 €", days=90)]) == [(1, "money", "25 €", "30 €")]


def test_an_approved_entry_decides_at_once_both_ways():
    entry = [answer(-1, "L’adhésion coûte 30 € par an, 15 € réduit.")]
    assert changes([answer(1, "25 €")], entries=entry) == [(1, "money", "25 €", "15 €, 30 €")]
    later = [answer(1, "30 €"), answer(2, "40 €", days=90), answer(3, "40 €", days=95)]
    assert [number for number, *_what in changes(later, entries=entry)] == [2, 3]


def ages(text: str, **more):
    return [(age.kind, age.what) for age in ageing.ages(answer(1, text), today=date(2026, 6, 1), replaced={}, **more)]


def test_a_day_that_has_passed_makes_an_answer_out_of_date_unless_a_later_one_is_named():
    assert ages("Inscriptions jusqu’au 31 mars 2026.") == [("date", "2026-03-31")]
    assert ages("Du 1 mars au 31 août 2026.") == []


def test_somebody_who_left_counts_where_people_are_sent_to_them_not_in_their_own_signature():
    assert ages("Demandez Salomé à l’accueil.", gone=["Salomé Roy"]) == [("person", "Salomé Roy")]
    assert ages("C’est au 3.\nLéa", gone=["Léa"]) == []
    assert ages("C’est au 3. — Léa", gone=["Léa"]) == []


def test_a_page_found_dead_makes_an_answer_out_of_date():
    page = "https://canal.example/old"
    assert ages(f"Voir {page}.", dead=[page]) == [("link", page)]


def use(number: int, text: str, *, days=0, late=False, vector=SAME, **outcome: bool) -> Use:
    return Use(number, text, MARCH + timedelta(days=days), "Léa", "chat", Outcome(**outcome), vector, late)


def test_the_answer_that_was_thanked_comes_before_the_one_complained_of():
    best, worst = solutions([use(1, "A", complained=True, vector=OTHER), use(2, "B", thanked=True)])
    assert (best.best.id, worst.best.id) == (2, 1)
    assert best.reasons == [("used", 1), ("thanked", 1)]
    assert worst.reasons == [("used", 1), ("complained", 1)]


def test_answers_that_say_the_same_are_one_solution_and_its_best_use_stands_for_it():
    (one,) = solutions([use(1, "30 € par an"), use(2, "30 € l’année", thanked=True), use(3, "c’est 30 €", edited=True)])
    assert (one.best.id, len(one.uses), one.reasons) == (2, 3, [("used", 3), ("thanked", 1), ("edited", 1)])


def test_answers_with_other_amounts_are_never_one_solution():
    assert len(solutions([use(1, "Elle coûte 25 € par an."), use(2, "Elle coûte 30 € par an.")])) == 2


def test_what_is_out_of_date_comes_after_what_holds():
    best, _old = solutions([use(1, "25 €", thanked=True, late=True), use(2, "30 €", days=90)])
    assert best.best.id == 2


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Bonjour, c’est combien ? Merci d’avance", "c’est combien ?"),
        ("hello there, how much is it? thanks", "how much is it?"),
        ("Merci !", "Merci !"),
        ("slt vs ouvrez koi dimanche", "vs ouvrez koi dimanche"),
    ],
)
def test_courtesies_are_left_out_of_what_is_compared(text, bare):
    assert speech.without_courtesies(text) == bare


def test_shares_of_words_are_those_of_each_pair():
    ones = [speech.telling(text) for text in ("quel est le prix de l’adhésion", "", "ouvert le dimanche ?")]
    others = [speech.telling(text) for text in ("le prix, quel est-il ?", "combien", "ouvert dimanche ?", "à 10 h")]
    expected = [[speech.shared(one, other) for other in others] for one in ones]
    assert speech.shares(ones, others) == pytest.approx(np.array(expected))
    assert speech.shares([], others).shape == (0, 4)
    assert speech.shares(ones, []).shape == (3, 0)


def test_amounts_of_another_currency_are_not_spoken_of_and_silence_agrees_with_nothing():
    euros, both, dollars = frozenset({"25 €"}), frozenset({"25 €", "30 €"}), frozenset({"25 $"})
    agree, spoken = spoken_of("money", [euros, None], [both, dollars, frozenset({"40 €"}), None])
    assert agree.tolist() == [[True, False, False, False], [False] * 4]
    assert spoken.tolist() == [[True, False, True, False], [False] * 4]
