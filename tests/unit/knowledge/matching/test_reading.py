"""What people type on a phone is read as they meant it."""

import pytest

from binome.knowledge.matching.entries import Entry
from binome.knowledge.matching.language import language_of
from binome.knowledge.matching.reading import Reader
from binome.knowledge.matching.spelling import Speller, sound
from binome.knowledge.matching.statistics import CollectionStatistics
from binome.knowledge.matching.stemming import stem
from binome.knowledge.matching.tokens import fold, words

ENTRIES = [
    Entry("hours", "Quels sont les horaires d'ouverture de la piscine ?", "De 9 h à 19 h.", "fr"),
    Entry("card", "Comment renouveler ma carte de membre ?", "Au bureau, avec une photo d'identité.", "fr"),
    Entry("job", "Comment proposer du travail aux étudiants ?", "Écrivez-nous.", "fr"),
]


@pytest.fixture
def reader() -> Reader:
    return Reader(CollectionStatistics.of(ENTRIES))


def test_elisions_and_accents_do_not_make_other_words() -> None:
    assert words("L’été, qu'est-ce qu'on fait à l'École ?") == ["ete", "est", "ce", "on", "fait", "a", "ecole"]
    assert fold("ŒUVRE naïve") == "oeuvre naive"


def test_english_contractions_keep_their_negation() -> None:
    assert words("I can't open it's box") == ["i", "ca", "not", "open", "it", "box"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("commande", "commandes"), ("livraison", "livraisons"), ("delivery", "deliveries"), ("cancel", "cancelled")],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_digits_and_short_words_keep_their_form() -> None:
    assert [stem("2024s"), stem("les"), stem("rsa")] == ["2024s", "les", "rsa"]


def test_a_text_message_is_spelt_out(reader: Reader) -> None:
    assert reader.read("slt c koi les horaire", "fr").plain == "salut c quoi les horaires"


def test_a_verb_after_vous_is_spelt_as_it_sounds(reader: Reader) -> None:
    assert reader.read("vou ouvré kan", "fr").plain == "vous ouvrez quand"


def test_argot_unknown_to_the_knowledge_is_replaced(reader: Reader) -> None:
    read = reader.read("ya du taf ?", "fr")
    assert "travail" in read.plain
    assert read.weights == {stem("travail"): 0.8}


def test_a_word_of_the_knowledge_is_never_corrected(reader: Reader) -> None:
    assert reader.read("carte", "fr").weights == {stem("carte"): 1.0}


def test_accents_come_back_where_the_knowledge_has_them(reader: Reader) -> None:
    assert reader.read("photo d'identite", "fr").plain == "photo identité"


def test_english_words_are_not_corrected_towards_french_ones(reader: Reader) -> None:
    assert reader.read("cartes member card", "en").plain == "cartes member card"


def test_one_slip_is_corrected_towards_the_knowledge() -> None:
    speller = Speller({"piscine": 3, "horaires": 2})
    assert [speller.correct("pscine"), speller.correct("horaries"), speller.correct("xylophone")] == [
        "piscine",
        "horaires",
        None,
    ]


def test_words_that_sound_alike_are_found() -> None:
    assert sound("mariaje") == sound("mariage")
    assert Speller({"mariage": 1}).correct("mariaje") == "mariage"


def test_words_of_three_letters_are_left_alone() -> None:
    assert Speller({"carte": 1, "art": 1}).correct("car") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("comment je fais pour la carte", "fr"), ("how do I get the card", "en"), ("", "fr"), ("🎉", "fr"), ("12", "fr")],
)
def test_the_language_of_short_texts(text: str, language: str) -> None:
    assert language_of(text, "fr") == language
