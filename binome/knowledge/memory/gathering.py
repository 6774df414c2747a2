"""Questions gathered by problem, as they come: each joins the nearest problem that is near enough, else begins one.

By the sentence vectors of the question and of its answer together: French and English meet, and two questions put in
other words meet when they were answered alike. Leaders in order of arrival (Hartigan 1975), each problem known by the
mean of its cases; with very many problems only those of the nearest cells are compared, so that the work for a question
grows far more slowly than the memory.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NEAR = 0.4
"""From which likeness a question joins a problem: see docs/models/memory.md for how it was chosen, and what it costs."""

ANSWER = 0.5
"""What the answer's cosine weighs in this likeness; the question's weighs the rest."""

WIDTH = 1024

FEW = 32_000
"""Up to so many problems all are compared: one product of large matrices is faster than many of small ones, and exact."""

CELLS, PROBED = 512, 12
"""Beyond: cells of problems, and how many of them a question is compared with."""

BLOCK = 512
_HEAVY = 30
"""After so many questions a problem's mean hardly moves any more."""


def joint(questions: Floats, answers: Floats) -> Floats:
    """Vectors (n, 1024) whose products are the weighed sum of both cosines."""
    both: Floats = np.concatenate([questions * (1 - ANSWER) ** 0.5, answers * ANSWER**0.5], axis=1)
    return both


class Gatherer:
    """The problems of one workspace in memory: their ids, means and weights."""

    def __init__(self, ids: Sequence[int] = (), means: Floats | None = None, weights: Sequence[int] = ()) -> None:
        size = max(1024, 2 * len(ids))
        self.number = len(ids)
        self.ids = np.zeros(size, np.int64)
        self._means = np.zeros((size, WIDTH), np.float32)
        self._weights = np.zeros(size, np.int64)
        self._cells = np.zeros(size, np.int32)
        self._centres: Floats | None = None
        if means is not None and len(ids):
            self.ids[: len(ids)], self._means[: len(ids)], self._weights[: len(ids)] = ids, means, weights
        self._since = 0

    def gather(self, vectors: Floats) -> list[int]:
        """The place of the problem that each case (see `joint`) belongs to; places from `number` on (before the call) are new."""
        places: list[int] = []
        for start in range(0, len(vectors), BLOCK):
            places += self._block(np.asarray(vectors[start : start + BLOCK], np.float32))
        return places

    def mean(self, place: int) -> Floats:
        """The mean of a problem's questions, of unit length."""
        mean: Floats = self._means[place]
        return mean

    def _block(self, vectors: Floats) -> list[int]:
        """Compared all at once with what was known before, then one by one with what the block itself began."""
        before = self.number
        nearest, likeness = self._nearest(vectors)
        places: list[int] = []
        for row, vector in enumerate(vectors):
            place, best = int(nearest[row]), float(likeness[row])
            if self.number > before:
                fresh = self._means[before : self.number] @ vector
                newest = int(fresh.argmax())
                if fresh[newest] > best:
                    place, best = before + newest, float(fresh[newest])
            places.append(self._join(place, vector) if best >= NEAR else self._begin(vector))
        return places

    def _nearest(self, vectors: Floats) -> tuple[NDArray[np.int64], Floats]:
        if not self.number:
            return np.zeros(len(vectors), np.int64), np.full(len(vectors), -1, np.float32)
        if self.number <= FEW:
            scores = vectors @ self._means[: self.number].T
            best = scores.argmax(axis=1)
            return best, scores[np.arange(len(vectors)), best]
        return self._nearest_in_cells(vectors)

    def _nearest_in_cells(self, vectors: Floats) -> tuple[NDArray[np.int64], Floats]:
        if self._centres is None or self._since > self.number // 4:
            self._make_cells()
        assert self._centres is not None
        probed = np.argpartition(-(vectors @ self._centres.T), PROBED, axis=1)[:, :PROBED]
        asking, asked = _by_cell(probed.ravel())
        holding, held = _by_cell(self._cells[: self.number])
        best = np.zeros(len(vectors), np.int64)
        likeness = np.full(len(vectors), -1, np.float32)
        for cell in np.flatnonzero((np.diff(asked) > 0) & (np.diff(held) > 0)):
            rows = asking[asked[cell] : asked[cell + 1]] // PROBED
            problems = holding[held[cell] : held[cell + 1]]
            scores = vectors[rows] @ self._means[problems].T
            places = scores.argmax(axis=1)
            found = scores[np.arange(len(rows)), places]
            better = found > likeness[rows]
            best[rows[better]], likeness[rows[better]] = problems[places[better]], found[better]
        return best, likeness

    def _make_cells(self) -> None:
        """A few rounds of k-means over a sample of the problems; every problem then belongs to its nearest centre."""
        random = np.random.default_rng(self.number)
        sample = self._means[random.choice(self.number, min(self.number, 20_000), replace=False)]
        centres = sample[:CELLS].copy()
        for _round in range(4):
            order, begins = _by_cell((sample @ centres.T).argmax(axis=1))
            filled = np.diff(begins) > 0
            sums = np.add.reduceat(sample[order], begins[:-1][filled])
            centres[filled] = sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9)
        self._centres, self._since = centres, 0
        for start in range(0, self.number, 8192):
            rows = slice(start, min(start + 8192, self.number))
            self._cells[rows] = (self._means[rows] @ centres.T).argmax(axis=1)

    def _join(self, place: int, vector: Floats) -> int:
        weight = min(int(self._weights[place]), _HEAVY)
        mean = self._means[place] * weight + vector
        self._means[place] = mean / (np.linalg.norm(mean) + 1e-9)
        self._weights[place] += 1
        return place

    def _begin(self, vector: Floats) -> int:
        if self.number == len(self.ids):
            self._grow()
        place = self.number
        self._means[place], self._weights[place] = vector, 1
        if self._centres is not None:
            self._cells[place] = int((self._centres @ vector).argmax())
        self.number, self._since = place + 1, self._since + 1
        return place

    def _grow(self) -> None:
        for name in ("ids", "_means", "_weights", "_cells"):
            held = getattr(self, name)
            setattr(self, name, np.concatenate([held, np.zeros_like(held)]))


def _by_cell(cells: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places ordered by their cell, and where each cell begins among them (one more at the end)."""
    order = np.argsort(cells, kind="stable")
    return order, np.searchsorted(cells[order], np.arange(CELLS + 1))
