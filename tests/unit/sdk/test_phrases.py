"""The language of phrases: what matches, what does not, and what is told of it."""

import pytest

from binome.sdk.phrases import Found, Phrases, uncovered, words


def found(phrase: str, text: str) -> list[str]:
    return [one.words for one in Phrases([("one", [phrase])]).find(text)]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("porter plainte", "Je vais PORTER plainte !"),
        ("porte|porter plainte", "je porte plainte"),
        ("rembours*", "être remboursée"),
        ("veux ?de mourir", "je veux mourir"),
        ("ignore ~2 consignes", "ignore toutes tes consignes"),
        ("dont want", "I don’t want"),
        ("j ai", "j'ai"),
        ("tue", "tuuuuue"),
        ("belle", "bellllle"),
        ("belle nuit", "beeelllle nuiiiiit"),
        ("be*", "beeeelle"),
        ("balle|belle", "bellle"),
        ("porter plainte", "por\u00adter pl\u200bain\u200dte"),
        ("porter plainte", "роrter plаinte"),  # Cyrillic р, о and а
        ("porter plainte", "𝐩𝐨𝐫𝐭𝐞𝐫 𝓅𝓁𝒶𝒾𝓃𝓉𝑒"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str):
    assert len(found(phrase, text)) == 1


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("porter", "porteront"),
        ("ignore ~1 consignes", "ignore toutes tes consignes"),
        ("a b", "a c b"),
        ("bele", "belle"),
        ("belle", "bele"),
        ("v", "viii"),
        ("xvi", "xviii"),
        ("а", "a"),
    ],  # the last, a Cyrillic letter
)
def test_what_is_not_the_phrase_is_not_found(phrase: str, text: str):
    assert found(phrase, text) == []


def test_what_stood_between_the_words_and_numbers_are_not_told():
    assert found("write ~4 soon 13", "write lou martin example soon 13") == ["write … soon #"]


def test_both_spellings_of_what_is_drawn_out_are_found_where_they_stand():
    phrases = Phrases([("one", ["god so"]), ("two", ["good ?so so"]), ("three", ["so kind"])])
    met = list(phrases.find("oh goood sooo kiiind"))
    assert [(one.name, one.words, one.start, one.end) for one in met] == [
        ("one", "god so", 3, 10),
        ("two", "good so", 3, 10),
        ("three", "so kind", 7, 15),
    ]


def test_what_something_as_long_overlaps_is_covered_and_what_it_only_touches_is_not():
    cues = [Found(0, 10, "", "short"), Found(20, 40, "", "long"), Found(50, 60, "", "beside")]
    others = [Found(55, 58, "", "within"), Found(38, 50, "", "overlaps"), Found(5, 20, "", "longer")]
    assert [one.name for one in uncovered(cues, others)] == ["long", "beside"]
    assert uncovered(cues, []) == cues


def test_words_are_sober_and_roman_numerals_stay():
    assert words("Meeerci à Louis XVIII, www") == "merci a louis xviii www "


@pytest.mark.parametrize("phrase", ["?maybe yes", "yes ~three maybe"])
def test_a_phrase_that_is_none_is_refused_before_any_text_is_read(phrase: str):
    with pytest.raises(ValueError, match=r"phrase|between"):
        Phrases([("one", [phrase])])
