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


def test_a_short_form_stands_in_one_language_alone():
    forms = Path(language.__file__).with_suffix(".toml").read_text("utf-8")
    words = [word for one in tomllib.loads(forms).values() for word in one.split()]
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
