"""Vectors of single words, each computed once."""

from collections.abc import Sequence

import numpy as np

from binome.knowledge.matching.entries import Encode, Vectors

_MOST_KEPT = 200_000


class WordVectors:
    """A table of word vectors that grows as words are met; beyond 200,000 words it starts anew."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._rows: dict[str, int] = {}
        self._table = np.zeros((1024, 512), np.float32)

    def learn(self, words: Sequence[str]) -> None:
        """Compute, in one batch, the vectors of the words not yet met."""
        new = [word for word in dict.fromkeys(words) if word not in self._rows]
        if not new:
            return
        if len(self._rows) + len(new) > _MOST_KEPT:
            self._rows.clear()
            new = list(dict.fromkeys(words))
        self._make_room(len(self._rows) + len(new))
        first = len(self._rows)
        self._table[first : first + len(new)] = self._encode(new)
        self._rows.update((word, first + offset) for offset, word in enumerate(new))

    def of(self, words: Sequence[str]) -> Vectors:
        """Unit vectors of the words, (n, 512)."""
        self.learn(words)
        vectors: Vectors = self._table[[self._rows[word] for word in words]]
        return vectors

    def _make_room(self, wanted: int) -> None:
        if wanted > len(self._table):
            larger = np.zeros((max(wanted, 2 * len(self._table)), 512), np.float32)
            larger[: len(self._rows)] = self._table[: len(self._rows)]
            self._table = larger
