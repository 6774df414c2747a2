"""The short FAQs that the answering engine learns from are well formed."""

import pytest

from training.answering.simulate import Brand, brands

ALL = brands()


@pytest.fixture(params=ALL, ids=lambda brand: brand.name)
def brand(request: pytest.FixtureRequest) -> Brand:
    found: Brand = request.param
    return found


def test_there_are_as_many_french_as_english_ones() -> None:
    assert [brand.language for brand in ALL].count("fr") == [brand.language for brand in ALL].count("en") == 4


def test_every_entry_has_a_question_an_answer_and_two_ways_of_asking(brand: Brand) -> None:
    assert [entry for entry in brand.entries if len(entry) < 4 or not all(entry)] == []


def test_no_text_is_there_twice(brand: Brand) -> None:
    texts = [*brand.refused, *(text for entry in brand.entries for text in (entry[0], *entry[2:]))]
    assert sorted(texts) == sorted(set(texts))


def test_each_has_messages_to_refuse(brand: Brand) -> None:
    assert len(brand.refused) >= 14
