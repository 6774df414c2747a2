"""Notions that go by several names."""

from binome.knowledge.matching import Entry, Matcher
from binome.knowledge.matching.concepts import concepts_in
from binome.knowledge.matching.statistics import CollectionStatistics
from binome.knowledge.matching.tokens import words


def shared(one: str, other: str) -> set[str]:
    return set(concepts_in(words(one))) & set(concepts_in(words(other)))


def test_an_everyday_name_and_the_official_one_share_a_concept() -> None:
    assert shared("les flics m'ont pris mon permis", "Retrait de permis : quelles sont les règles ?")
    assert shared("g fait un cheque en bois", "Comment régulariser un chèque sans provision ?")


def test_french_and_english_names_share_a_concept() -> None:
    assert shared("I want my money back", "Comment être remboursé ?")


def test_words_that_have_nothing_in_common_share_none() -> None:
    assert shared("mon chien aboie", "la date du concert") == set()


def test_small_words_alone_name_nothing() -> None:
    assert concepts_in(words("où est-ce que vous êtes")) == {}


def test_a_name_of_several_words_counts_only_as_a_whole() -> None:
    assert any(concept.startswith("carte grise") for concept in concepts_in(["carte", "grise"]))
    assert not any(concept.startswith("carte grise") for concept in concepts_in(["carte"]))


def test_each_concept_tells_which_words_named_it() -> None:
    named = concepts_in(words("refund please"))
    assert {"refund"} in named.values()


def test_statistics_that_went_through_json_count_the_same_concepts() -> None:
    statistics = CollectionStatistics.of([Entry("1", "How do I get a refund?", "Within a week.", "en")])
    again = CollectionStatistics.from_dict(statistics.to_dict())
    assert again == statistics
    assert again.concept_rarity(next(iter(again.concept_entries))) == statistics.concept_rarity(
        next(iter(statistics.concept_entries))
    )


def test_an_entry_is_found_by_another_name_of_what_it_tells_of() -> None:
    entries = [
        Entry("fine", "Comment contester une contravention ?", "Écrivez à l'officier du ministère public.", "fr"),
        Entry("deposit", "Quand le dépôt de garantie est-il rendu ?", "Sous un mois après l'état des lieux.", "fr"),
        Entry("school", "Comment inscrire un enfant à la cantine ?", "Sur le portail des familles.", "fr"),
    ]
    match = Matcher(entries).answer(["j'ai pris une prune je suis pas d'accord"])[0]
    assert match.entry_id == "fine"
    assert match.signals["notions_asked"] > 0
