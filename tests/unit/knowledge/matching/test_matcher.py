"""A small collection is asked what it knows and what it does not."""

import numpy as np
import pytest

from binome.kit.encoder import encode
from binome.knowledge.matching import (
    DEFAULT_STRICTNESS,
    CollectionStatistics,
    Entry,
    Matcher,
    judgement,
    prepare,
    score_shortlist,
    vectors_of,
)
from binome.knowledge.matching.classifier import TextClassifier

FAQ = [
    Entry("hours", "Quels sont vos horaires d'ouverture ?", "Nous ouvrons du mardi au samedi, de 10 h à 19 h.", "fr"),
    Entry("delivery", "Combien de temps prend la livraison ?", "Trois jours ouvrés en France.", "fr"),
    Entry(
        "refund",
        "Comment être remboursé ?",
        "Renvoyez l'article sous 30 jours : nous remboursons sous une semaine.",
        "fr",
    ),
    Entry("join", "Comment adhérer à l'association ?", "Remplissez le bulletin et réglez 15 €.", "fr"),
    Entry("parking", "Y a-t-il un parking ?", "Oui, gratuit, derrière la mairie.", "fr"),
]
MANY = [
    Entry(
        "arrival",
        "where is my card",
        "",
        "en",
        ("my card has not arrived", "when will the card come", "still waiting for my card"),
    ),
    Entry(
        "pin", "how do i change my pin", "", "en", ("i want a new pin", "change the code of my card", "set another pin")
    ),
    Entry(
        "rate",
        "what is the exchange rate",
        "",
        "en",
        ("rate for euros", "how much is a dollar in pounds", "current exchange rates"),
    ),
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(FAQ)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("c koi vos horaires", "hours"),
        ("how long does delivery take?", "delivery"),
        ("je veux etre rembourser", "refund"),
        ("ou garer ma caisse, ya un parking", "parking"),
    ],
)
def test_the_right_entry_comes_first(matcher: Matcher, question: str, entry: str) -> None:
    assert matcher.answer([question])[0].entry_id == entry


@pytest.mark.parametrize("text", ["ta gueule", "merci beaucoup !", "what is the capital of Peru", "mon chat est mort"])
def test_what_no_entry_answers_is_refused_at_the_default_strictness(matcher: Matcher, text: str) -> None:
    assert matcher.answer([text])[0].answered_at(DEFAULT_STRICTNESS) is None


@pytest.mark.parametrize("text", ["", "   ", "🎉🎉", "?!", "\x00\x07", "مرحبا كيف الحال", "x" * 10_000, "mot " * 5_000])
def test_odd_texts_get_a_match_and_no_error(matcher: Matcher, text: str) -> None:
    match = matcher.answer([text])[0]
    assert 0.0 <= match.confidence < DEFAULT_STRICTNESS
    assert match.answered_at(DEFAULT_STRICTNESS) is None


def test_matches_come_in_the_order_of_the_questions(matcher: Matcher) -> None:
    questions = ["vos horaires ?", "délai de livraison ?", "parking ?"]
    together = [match.entry_id for match in matcher.answer(questions)]
    assert together == ["hours", "delivery", "parking"]


def test_a_question_gets_the_same_match_alone_and_in_company(matcher: Matcher) -> None:
    alone = matcher.answer(["vos horaires ?"])[0]
    assert matcher.answer(["bonjour", "vos horaires ?"])[1].ranking == alone.ranking


def test_confidences_go_down_and_stay_between_0_and_1(matcher: Matcher) -> None:
    ranking = matcher.answer(["horaires de livraison"])[0].ranking
    confidences = [confidence for _, confidence in ranking]
    assert len(ranking) == 5
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


def test_a_match_tells_why(matcher: Matcher) -> None:
    match = matcher.answer(["quels sont les horaires ?"])[0]
    assert (match.matched_field, match.matched_text) == ("question", FAQ[0].question)
    assert match.common_words == ["hor"] or "horair" in match.common_words
    assert match.signals["meaning_question"] > 0.5


def test_no_entry_at_all_answers_nothing() -> None:
    match = Matcher([]).answer(["vos horaires ?"])[0]
    assert (match.entry_id, match.confidence, match.ranking) == (None, 0.0, [])


def test_one_entry_alone_can_answer() -> None:
    assert Matcher(FAQ[:1]).answer(["vos horaires ?"])[0].entry_id == "hours"


def test_entries_with_many_wordings_train_a_classifier() -> None:
    trained = Matcher(MANY)
    assert trained.statistics.kind == "trained"
    assert [m.entry_id for m in trained.answer(["card not here yet", "another pin please", "euro rate"])] == [
        "arrival",
        "pin",
        "rate",
    ]


def test_the_classifier_gives_back_what_it_learnt() -> None:
    texts = [text for entry in MANY for text in entry.texts]
    owners = np.repeat(np.arange(3), 4)
    scores, nearest = TextClassifier(texts, encode(texts), owners, 3).scores(texts, encode(texts))
    assert (scores.argmax(axis=1) == owners).all()
    assert (nearest > 2.9).all()


def test_a_shortlist_from_elsewhere_is_scored_alike(matcher: Matcher) -> None:
    statistics = CollectionStatistics.from_dict(matcher.statistics.to_dict())
    prepared = [prepare(entry, vectors) for entry, vectors in zip(FAQ, vectors_of(FAQ, encode), strict=True)]
    question = matcher.prepare_questions(["vos horaires ?"])[0]
    match = score_shortlist(question, prepared, statistics, matcher.word_vectors)
    assert match.entry_id == "hours"
    assert match.confidence == pytest.approx(matcher.answer(["vos horaires ?"])[0].confidence, abs=1e-3)


def test_altered_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judgement, "SHA256", "0" * 64)
    judgement.networks.cache_clear()
    with pytest.raises(judgement.DamagedWeights):
        judgement.networks()
    monkeypatch.undo()
    judgement.networks.cache_clear()


def test_an_entry_is_compared_as_question_and_answer_together_and_with_the_others() -> None:
    entries = [Entry("same", "parking", "parking", "en"), Entry("other", "refund", "refund", "en")]
    signals = Matcher(entries).answer(["parking"])[0].signals
    likeness = float(encode(["parking"])[0] @ encode(["refund"])[0])
    assert signals["meaning_together"] == pytest.approx(1.0, abs=1e-3)
    assert signals["unlike_others"] == pytest.approx(1.0 - likeness, abs=1e-3)


@pytest.mark.parametrize(
    ("values", "first", "lead"), [([0.9, 0.4, 0.7], 0, 0.2), ([0.9, 0.4, 0.7], 2, -0.2), ([0.3], 0, 0.3)]
)
def test_the_lead_is_over_the_best_of_the_others(values: list[float], first: int, lead: float) -> None:
    assert judgement.lead(np.array(values, np.float32), first) == pytest.approx(lead)
