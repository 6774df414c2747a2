"""Short, misspelt and mixed texts are given their language, and the shipped table is the one expected."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from binome.sdk.stage import Annotation, Reading
from binome.stages import language


def said(text: str, **hints: str) -> Annotation | None:
    return language.STAGE.read([Reading(text, hints=hints)])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slt c koi vos horaires", "fr"),
        ("ok merci", "fr"),
        ("thx", "en"),
        ("u open tmrw?", "en"),
        ("jpp", "fr"),
        ("dsl", "fr"),
        ("osef", "fr"),
        ("ngl", "en"),
        ("wbu", "en"),
        ("vllt", "de"),
        ("¿Cuánto cuesta el envío a Canarias?", "es"),
        ("Darf ich meinen Hund mitbringen?", "de"),
        ("Здравствуйте, во сколько вы открываетесь завтра?", "ru"),
    ],
)
def test_a_text_is_given_its_language(text: str, expected: str):
    found = said(text)
    assert found is not None
    assert found.label == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bardzo proszę", "pl"),
        ("çok güzel teşekkürler", "tr"),
        ("cảm ơn nhiều", "vi"),
        ("děkuji moc", "cs"),
        ("Bravo Łukasz, quelle soirée", "fr"),
        ("my Škoda broke down", "en"),
        ("bisous à Łódź", "fr"),
        ("Dvořák at the hall tonight", "en"),
    ],
)
def test_a_letter_that_none_of_ours_has_tells_another_language_unless_the_words_are_ours(text: str, expected: str):
    found = said(text)
    assert found is not None
    assert found.label == expected


def test_a_listed_word_stands_in_one_list_alone():
    forms = Path(language.__file__).with_suffix(".toml").read_text("utf-8")
    words = [word for kind in tomllib.loads(forms).values() for one in kind.values() for word in one.split()]
    assert sorted(words) == sorted(set(words))


def test_a_text_without_a_word_has_no_language_but_that_of_its_conversation():
    assert said("👍 123") is None
    found = said("👍 123", language="fr")
    assert found is not None
    assert (found.label, found.confidence) == ("fr", 0.5)


def test_the_conversation_settles_a_doubt_and_contradicts_no_plain_word():
    plain = said("where is my parcel please", language="fr")
    assert plain is not None
    assert plain.label == "en"
    doubtful, settled = said("top"), said("top", language="nl")
    assert doubtful is not None
    assert settled is not None
    assert settled.label == "nl" or settled.confidence < doubtful.confidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Merci, non", "fr"),
        ("ah mais non", "fr"),
        ("On y va ?", "fr"),
        ("la honte", "fr"),
        ("zut alors", "fr"),
        ("bye bye", "en"),
        ("oh no thanks", "en"),
        ("grazie, non posso", "it"),
        ("la ringrazio", "it"),
        ("si, muchas gracias", "es"),
        ("je bent te laat", "nl"),
        ("gestern oder hier", "de"),
        ("obrigado, mas não", "pt"),
    ],
)
def test_a_few_words_of_which_other_languages_have_one_are_given_their_own(text: str, expected: str):
    found = said(text)
    assert found is not None
    assert found.label == expected


@pytest.mark.parametrize("text", ["Non !", "Super", "excellent", "stop", "la classe", "hier", "ok"])
def test_of_what_several_languages_say_the_conversation_tells_in_which_and_else_the_place(text: str):
    alone, at_home, told = said(text), said(text, home="fr"), said(text, language="fr", home="en")
    assert alone is not None
    assert at_home is not None
    assert told is not None
    assert (at_home.label, told.label) == ("fr", "fr")
    assert alone.confidence < 0.5 or alone.label == "fr"
    assert told.confidence > at_home.confidence


@pytest.mark.parametrize(("text", "language"), [("oui", "fr"), ("thanks", "en"), ("grazie", "it")])
def test_a_plain_word_is_of_its_language_whatever_the_conversation_and_the_place(text: str, language: str):
    other = "en" if language == "fr" else "fr"
    found = said(text, language=other, home=other)
    assert found is not None
    assert found.label == language


def test_a_whole_sentence_is_of_its_language_whatever_the_place():
    for text, expected in (("dove posso lasciare la bici", "it"), ("donde puedo dejar la bicicleta", "es")):
        found, at_home = said(text), said(text, home="fr")
        assert found is not None
        assert at_home is not None
        assert found.label == at_home.label == expected
        assert found.confidence - at_home.confidence < 0.05


def test_two_languages_in_a_message_are_both_told():
    found = said("merci pour votre réponse rapide, when do you open tomorrow morning please")
    assert found is not None
    assert {found.label, found.evidence["mixed_with"]} == {"fr", "en"}


def test_grams_of_words_read_together_are_hashed_as_each_would_be():
    words = ["été", "a", "日本語のテキスト", "z" * 60]
    found, ends = language.grams(words)
    grams = [
        (end, word[max(0, end - size) : end])
        for word in words
        for end in range(1, min(len(word), language.READ_OF_WORD) + 1)
        for size in range(language.LONGEST, 0, -1)
    ]
    assert found.tolist() == [language.key(gram) for _end, gram in grams]
    assert np.repeat(ends, language.LONGEST).tolist() == [end for end, _gram in grams]


def test_the_edges_of_a_word_are_its_beginnings_its_ends_and_the_whole_of_it():
    words = ["été", "bonjour"]
    found, starts = language.edge_slots(words)
    for word, slots in zip(words, np.split(found, starts[1:]), strict=True):
        sizes = range(1, min(len(word), language.EDGE) + 1)
        edges = [edge for size in sizes for edge in (f"<{word[:size]}", f"{word[-size:]}>")]
        assert slots.tolist() == [language.key(edge) % language.EDGES for edge in (*edges, f"={word}")]


def test_another_table_than_the_expected_one_is_refused(tmp_path, monkeypatch: pytest.MonkeyPatch):
    other = tmp_path / "language.npz"
    other.write_bytes(b"something else")
    monkeypatch.setattr(language, "WEIGHTS", other)
    with pytest.raises(ValueError, match="not the file"):
        language.model.__wrapped__()
