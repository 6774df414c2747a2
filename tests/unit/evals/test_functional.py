"""The functional tests of hate and toxicity."""

from collections import Counter

import pytest

from evals.functional import LANGUAGES, cases


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_twenty_functionalities_or_more_has_twenty_cases_or_more(language: str) -> None:
    counts = Counter(case.functionality for case in cases(language))
    assert len(counts) >= 20
    assert min(counts.values()) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_case_has_an_unfilled_slot_and_none_comes_twice(language: str) -> None:
    texts = [case.text for case in cases(language)]
    assert [text for text in texts if "{" in text or "}" in text] == []
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_is_met_in_hateful_and_in_harmless_texts(language: str) -> None:
    found = {(case.group, case.hate) for case in cases(language) if case.group}
    groups = {group for group, _ in found}
    assert found == {(group, hate) for group in groups for hate in (True, False)}


def test_both_languages_test_the_same_functionalities() -> None:
    french, english = ({case.functionality for case in cases(language)} for language in LANGUAGES)
    assert french == english


def test_hate_is_always_toxic() -> None:
    assert all(case.toxic for language in LANGUAGES for case in cases(language) if case.hate)
