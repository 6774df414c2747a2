"""Makes the shortlist in memory: every entry scored roughly for every question of a batch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from binome.knowledge.matching.entries import PreparedEntry
from binome.knowledge.matching.lexical import met, shares
from binome.knowledge.matching.signals import Question
from binome.knowledge.matching.statistics import CollectionStatistics

SHORTLIST = 20
_SHARES = {"short_answer": 0.4, "answer": 0.2, "words": 0.3, "notions": 0.15, "classified": 1.0}


class Shortlister:
    """Dense and lexical scores of all entries at once."""

    def __init__(self, entries: Sequence[PreparedEntry], statistics: CollectionStatistics) -> None:
        self._texts = np.concatenate([known.vectors.texts for known in entries])
        self._starts = np.cumsum([0, *(len(known.vectors.texts) for known in entries)])[:-1]
        self._short = np.stack([known.vectors.short_answer for known in entries])
        self._answers = np.stack([known.vectors.answer for known in entries])
        self._statistics = statistics
        self._stems: dict[str, int] = {stem: i for i, stem in enumerate(statistics.stem_entries)}
        self._lexical = self._entry_words(entries)
        self._concepts: dict[str, int] = {concept: i for i, concept in enumerate(statistics.concept_entries)}
        self._notions = self._entry_notions(entries)

    def best(
        self,
        questions: Sequence[Question],
        classified: NDArray[np.float32] | None = None,
        size: int = SHORTLIST,
    ) -> NDArray[np.int64]:
        """Positions of the likeliest entries of each question, the best first: (n, at most size)."""
        scores = self._scores(questions)
        if classified is not None:
            scores += _SHARES["classified"] * classified
        size = min(size, scores.shape[1])
        top = np.argpartition(-scores, size - 1, axis=1)[:, :size]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable")
        return np.take_along_axis(top, order, axis=1)

    def _scores(self, questions: Sequence[Question]) -> NDArray[np.float32]:
        vectors = np.stack([question.vector for question in questions])
        nearest = np.maximum.reduceat(vectors @ self._texts.T, self._starts, axis=1)
        scores = (
            nearest
            + _SHARES["short_answer"] * (vectors @ self._short.T)
            + _SHARES["answer"] * (vectors @ self._answers.T)
        )
        total: NDArray[np.float32] = (
            scores
            + _SHARES["words"] * (self._asked_words(questions) @ self._lexical).toarray()
            + _SHARES["notions"] * (self._asked_notions(questions) @ self._notions).toarray()
        )
        return total

    def _asked_words(self, questions: Sequence[Question]) -> csr_array:
        rarity = self._statistics.rarity
        return shares(
            [{s: w * rarity(s) for s, w in question.read.weights.items()} for question in questions], self._stems
        )

    def _asked_notions(self, questions: Sequence[Question]) -> csr_array:
        rarity = self._statistics.concept_rarity
        return shares([{one: rarity(one) for one in question.read.notions} for question in questions], self._concepts)

    def _entry_words(self, entries: Sequence[PreparedEntry]) -> csr_array:
        return met([(known.asked, known.summed_up, known.answered) for known in entries], self._stems)

    def _entry_notions(self, entries: Sequence[PreparedEntry]) -> csr_array:
        sides = [(known.notions_asked, known.notions_summed_up, known.notions_answered) for known in entries]
        return met(sides, self._concepts)
