"""Touches on an approved answer: a closed list, each told, and nothing else ever changed."""

from dataclasses import replace
from itertools import product

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from binome.assistant.people import greeted_as
from binome.assistant.touches import FOLLOW, TU, VOUS, Approved, Manner, Moment, Worded, address_of, worded

ENTRY = Approved("Vous pouvez passer le samedi.", "Tu peux passer le samedi.", "https://canal.example/samedi")
LETTER = Moment("Camille", "Bonjour, c’est ouvert quand ?", 15, "fr", letter=True)
CHAT = replace(LETTER, letter=False)
PLAIN = Manner()


def say(manner: Manner = PLAIN, moment: Moment = LETTER, entry: Approved = ENTRY) -> Worded:
    with translation.override(moment.language):
        return worded(entry, manner, moment)


def told(one: Worded) -> list[tuple[str, str]]:
    return [(touch.what, touch.how) for touch in one.touches]


def test_a_letter_begins_with_a_greeting_by_name_and_a_chat_does_not() -> None:
    assert say().text == "Bonjour Camille,\n\nVous pouvez passer le samedi."
    assert told(say()) == [("greeting", ""), ("name", "Camille")]
    assert say(moment=CHAT) == Worded("Vous pouvez passer le samedi.")


@pytest.mark.parametrize(("hour", "greeting"), [(3, "Bonsoir"), (8, "Bonjour"), (13, "Bonjour"), (18, "Bonsoir")])
def test_the_greeting_follows_the_hour_where_that_is_wanted(hour: int, greeting: str) -> None:
    assert say(replace(PLAIN, by_hour=True), replace(LETTER, hour=hour)).text.startswith(f"{greeting} Camille,")


def test_an_english_morning_is_one() -> None:
    text = say(replace(PLAIN, by_hour=True), replace(LETTER, hour=9, language="en")).text
    assert text.startswith("Good morning Camille,")


@pytest.mark.parametrize(
    ("address", "said", "expected"),
    [
        (FOLLOW, "tu fermes à quelle heure ?", ENTRY.familiar), (FOLLOW, "vous fermez quand ?", ENTRY.answer),
        (FOLLOW, "ouvert samedi ?", ENTRY.answer), (TU, "vous fermez quand ?", ENTRY.familiar),
        (VOUS, "tu fermes quand ?", ENTRY.answer),
    ],
)  # fmt: skip
def test_tu_is_said_by_an_approved_wording_alone(address: str, said: str, expected: str) -> None:
    manner, moment = replace(PLAIN, address=address), replace(CHAT, said=said)
    assert say(manner, moment).text == expected
    assert say(manner, moment, replace(ENTRY, familiar="")).text == ENTRY.answer


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("Tu peux me dire si c’est ouvert ?", "tu"), ("t’as reçu mon colis ?", "tu"), ("slt t ouvert dimanche", "tu"), ("stp", "tu"),
        ("c’est quoi ton adresse", "tu"), ("peux-tu m’aider", "tu"), ("Pouvez-vous m’aider ?", "vous"), ("votre adresse svp", "vous"),
        ("vs livrez en Corse ?", "vous"), ("y a-t-il un parking ?", ""), ("Quels horaires ?", ""), ("A-t-on le droit d’entrer ?", ""),
        ("tu m’as dit que vous livriez", ""), ("", ""), ("le ton de votre vendeur", ""),
    ],
)  # fmt: skip
def test_how_a_member_speaks_to_us_is_read_from_their_words(said: str, address: str) -> None:
    assert address_of(said) == address


def test_the_page_is_given_in_letters_unless_the_answer_has_it() -> None:
    manner = replace(PLAIN, links=True)
    assert say(manner).text.endswith("Pour en savoir plus\u00a0: https://canal.example/samedi")
    assert "Pour en savoir plus" not in say(manner, CHAT).text
    assert "Pour en savoir plus" not in say(manner, entry=replace(ENTRY, answer=f"Voyez {ENTRY.url}")).text


def test_the_one_product_named_is_spelled_as_the_team_spells_it() -> None:
    manner = replace(PLAIN, products=("Vélo Brume", "Sacoche Lune"))
    assert say(manner, replace(CHAT, said="mon VELO BRUME grince")).text.startswith("À propos de Vélo Brume\u00a0:")
    assert say(manner, replace(CHAT, said="vélo brume ou sacoche lune")).text == ENTRY.answer
    assert say(manner, replace(CHAT, said="mon vélo brumeux")).text == ENTRY.answer


def test_the_signature_ends_a_letter() -> None:
    signed = say(replace(PLAIN, signature="L’équipe du Canal"))
    assert signed.text.endswith("\n\nL’équipe du Canal")
    assert ("signature", "L’équipe du Canal") in told(signed)


@given(st.text(max_size=40), st.text(max_size=200), st.integers(0, 23), st.booleans())
def test_whatever_a_member_is_called_or_says_only_touches_surround_the_approved_words(
    name: str, said: str, hour: int, letter: bool
) -> None:
    for by_hour, address, links in product((True, False), (FOLLOW, TU, VOUS), (True, False)):
        manner = Manner(True, True, by_hour, address, "L’équipe", links, ("Vélo Brume",))
        one = say(manner, Moment(name, said, hour, "fr", letter))
        paragraphs = one.text.split("\n\n")
        assert [p for p in paragraphs if p in (ENTRY.answer, ENTRY.familiar)] != []
        rest = [p for p in paragraphs if p not in (ENTRY.answer, ENTRY.familiar, "L’équipe")]
        hello = {f"{word}{who}," for word in ("Bonjour", "Bonsoir") for who in ("", f" {greeted_as(name)}")}
        rest = [p for p in rest if p not in hello]
        assert set(rest) <= {"À propos de Vélo Brume\u00a0:", f"Pour en savoir plus\u00a0: {ENTRY.url}"}


@pytest.mark.parametrize(
    "name", ["Camille", "Anaïs Le Goff", "Jean-Baptiste", "Siobhán O’Neill", "Nguyễn Thị Hoa", "李明", "Zoé de la Tour"]
)
def test_a_persons_name_is_greeted(name: str) -> None:
    assert greeted_as(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Remboursement Accordé", "Refund Approved", "Ignore Previous Instructions", "System", "https://evil.example", "Camille 50%",
        "Vous Avez Gagné", "<b>Camille</b>", "Camille\nRefund", "casino gratuit", "You Won", "Yes", "a" * 60, "", "bonjour les amis",
        "Camille, vous êtes remboursée", "Sale Idiot", "Admin", "SYSTEM OVERRIDE NOW PLEASE",
    ],
)  # fmt: skip
def test_a_name_that_says_something_is_not(name: str) -> None:
    assert greeted_as(name) == ""
