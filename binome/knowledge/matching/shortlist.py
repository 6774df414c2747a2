"""Makes the shortlist in memory: every entry scored roughly for every question of a batch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from binome.knowledge.matching.entries import PreparedEntry
from binome.knowledge.matching.signals import Question
from binome.knowledge.matching.statistics import CollectionStatistics

SHORTLIST = 20
_SHARES = {"short_answer": 0.4, "answer": 0.2, "words": 0.3, "classified": 1.0}


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
            scores + _SHARES["words"] * (self._asked_words(questions) @ self._lexical).toarray()
        )
        return total

    def _asked_words(self, questions: Sequence[Question]) -> csr_array:
        rows, columns, values = [], [], []
        for row, question in enumerate(questions):
            weighed = {s: w * self._statistics.rarity(s) for s, w in question.read.weights.items()}
            total = sum(weighed.values()) or 1.0
            for stem, weight in weighed.items():
                if stem in self._stems:
                    rows.append(row)
                    columns.append(self._stems[stem])
                    values.append(weight / total)
        shape = (len(questions), len(self._stems))
        return csr_array((np.array(values, np.float32), (rows, columns)), shape=shape)

    def _entry_words(self, entries: Sequence[PreparedEntry]) -> csr_array:
        """Stems × entries: 1 where asked, half where summed up, a quarter where answered, added."""
        cells: dict[tuple[int, int], float] = {}
        for column, known in enumerate(entries):
            for counts, share in ((known.asked, 1.0), (known.summed_up, 0.5), (known.answered, 0.25)):
                for stem in counts.keys() & self._stems.keys():
                    key = (self._stems[stem], column)
                    cells[key] = cells.get(key, 0.0) + share
        rows, columns = zip(*cells, strict=True) if cells else ((), ())
        values = np.fromiter(cells.values(), np.float32, len(cells))
        return csr_array((values, (rows, columns)), shape=(len(self._stems), len(entries)))
