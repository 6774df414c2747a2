"""What was asked before and what people did: the cases nearest to a new one, the newer a little nearer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
NOTHING = -1
"""The code of "people answered nothing that is known"."""

_NEIGHBOURS = 15
_SHARPNESS = 12.0
_STALE_BY = 0.02
"""What a case loses in nearness by being as old as the memory."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest cases of one question: their nearness, what people did (codes), and each one's say (sum 1)."""

    near: NDArray[np.float32]
    answers: NDArray[np.int64]
    say: NDArray[np.float32]

    def share(self, answer: int) -> float:
        """The say of the neighbours whose answer this was."""
        return float(self.say[self.answers == answer].sum())

    def nearest(self, answer: int) -> float:
        """Nearness of the nearest with this answer; 0 when none has it."""
        return float(self.near[self.answers == answer].max(initial=0.0))

    def nearest_other(self, answer: int) -> float:
        """Nearness of the nearest with another answer; 0 when there is none."""
        return float(self.near[self.answers != answer].max(initial=0.0))


class Memory:
    """Vectors of past questions with the code of what people did; grows, never forgets."""

    def __init__(self, dimensions: int = 512) -> None:
        self._vectors = np.zeros((1024, dimensions), np.float32)
        self._answers = np.zeros(1024, np.int64)
        self.size = 0

    def add(self, vectors: Vectors, answers: Sequence[int]) -> None:
        """Keep these cases."""
        needed = self.size + len(vectors)
        while needed > len(self._vectors):
            self._vectors = np.concatenate((self._vectors, np.zeros_like(self._vectors)))
            self._answers = np.concatenate((self._answers, np.zeros_like(self._answers)))
        self._vectors[self.size : needed] = vectors
        self._answers[self.size : needed] = answers
        self.size = needed

    def neighbours(self, vectors: Vectors) -> list[Neighbours]:
        """The nearest past cases of each of these."""
        if not self.size:
            none = np.zeros(0, np.float32)
            return [Neighbours(none, np.zeros(0, np.int64), none) for _ in vectors]
        near = vectors @ self._vectors[: self.size].T
        ranked = near - _STALE_BY * np.linspace(1, 0, self.size, dtype=np.float32)
        k = min(_NEIGHBOURS, self.size)
        best = np.argpartition(-ranked, k - 1, axis=1)[:, :k]
        return [self._of(row, ranked_row, places) for row, ranked_row, places in zip(near, ranked, best, strict=True)]

    def _of(self, near: Vectors, ranked: Vectors, places: NDArray[np.int64]) -> Neighbours:
        say = np.exp(_SHARPNESS * (ranked[places] - ranked[places].max()))
        return Neighbours(near[places], self._answers[places], say / say.sum())
