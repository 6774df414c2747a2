"""Scores a shortlist, wherever it comes from: the one place where a question meets its possible answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.matching.entries import PreparedEntry
from binome.knowledge.matching.judgement import judge
from binome.knowledge.matching.signals import SIGNALS, Evidence, Question, compare
from binome.knowledge.matching.statistics import CollectionStatistics
from binome.knowledge.matching.wordvectors import WordVectors

DEFAULT_STRICTNESS = 0.4
"""Chosen on simulated collections where half of the messages have an answer: see docs/models/answering.md."""
_SHOWN = 5
_SIMILAR = 3


@dataclass(frozen=True, slots=True)
class Match:
    """The likeliest answer to a question, how sure it is, the runners-up, and why."""

    entry_id: str | None
    confidence: float
    ranking: list[tuple[str, float]]
    language: str
    matched_field: str = ""
    matched_text: str = ""
    similar: list[str] = field(default_factory=list)
    common_words: list[str] = field(default_factory=list)
    signals: dict[str, float] = field(default_factory=dict)

    def answered_at(self, strictness: float) -> str | None:
        """The entry's id when the confidence reaches the strictness (0..1); None: would not answer."""
        return self.entry_id if self.confidence >= strictness else None


def score_shortlist(
    question: Question,
    shortlist: Sequence[PreparedEntry],
    statistics: CollectionStatistics,
    word_vectors: WordVectors,
    classified: NDArray[np.float32] | None = None,
    nearest_example: float = 0.0,
) -> Match:
    """The match of a question among shortlisted entries of a collection; no entry when the shortlist is empty."""
    if not shortlist or not question.read.weights:
        return Match(None, 0.0, [], question.language)
    evidence = compare(question, shortlist, statistics, word_vectors, classified)
    judgement = judge(question, evidence.signals, statistics, nearest_example)
    ranking = [
        (shortlist[position].entry.id, round(confidence, 4))
        for position, confidence in zip(judgement.order[:_SHOWN], judgement.confidences, strict=False)
    ]
    return _explained(question, shortlist, evidence, judgement.order[0], ranking)


def _explained(
    question: Question,
    shortlist: Sequence[PreparedEntry],
    evidence: Evidence,
    first: int,
    ranking: list[tuple[str, float]],
) -> Match:
    known = shortlist[first]
    nearest = evidence.best_texts[first]
    near = np.argsort(-(known.vectors.texts @ question.vector), kind="stable")[:_SIMILAR]
    return Match(
        ranking[0][0],
        ranking[0][1],
        ranking,
        question.language,
        "alternative" if nearest else "question",
        known.entry.texts[nearest],
        [known.entry.texts[i] for i in near],
        evidence.common[first],
        {name: round(float(value), 4) for name, value in zip(SIGNALS, evidence.signals[first], strict=True)},
    )
