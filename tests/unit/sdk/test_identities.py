"""Words that say what people are: found as they are written, and no evidence of abuse by themselves."""

import tomllib
from pathlib import Path

import pytest

from binome.sdk import identities
from binome.sdk.identities import named
from binome.sdk.stage import Reading
from binome.understanding.running import run_stages

LISTS = tomllib.loads(Path(identities.__file__).with_suffix(".toml").read_text("utf-8"))


def abuse(*texts: str) -> list[tuple[str, str]]:
    read = run_stages([Reading(text) for text in texts], only=["hate", "toxicity"])
    return [(one.annotations["hate"].label, one.annotations["toxicity"].label) for one in read]


def test_who_is_named_is_found_with_accents_capitals_and_endings() -> None:
    assert named("Deux Algériennes, un réfugié et des Turcs au café") == ["Algériennes", "réfugié", "Turcs"]
    assert named("Jewish bakery near the Romanian church") == ["Jewish", "Romanian"]
    assert named("Quels sont vos horaires ?") == []


def test_no_word_that_only_says_what_people_are_is_abuse() -> None:
    words = sorted({word for language in ("fr", "en") for word in LISTS[language]} - {"gros", "grosse", "fat", "sdf"})
    told = dict(zip(words, abuse(*words), strict=True))
    assert {word for word, said in told.items() if said != ("ok", "ok")} == set()


@pytest.mark.parametrize(
    "text",
    ["association de turcs", "cours de français pour migrants", "pakistani restaurant", "les réfugiés du quartier"],
)
def test_a_short_mention_is_no_abuse(text: str) -> None:
    assert abuse(text) == [("ok", "ok")]


@pytest.mark.parametrize(
    "text",
    [
        "mort aux juifs",
        "les noirs sont des singes",
        "trans people are freaks",
        "immigrants are vermin",
        "musulmans = terroristes",
    ],
)
def test_what_is_said_of_people_in_a_few_words_still_counts(text: str) -> None:
    assert abuse(text) == [("hate", "toxic")]
