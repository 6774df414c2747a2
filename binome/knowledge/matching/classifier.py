"""Learns from an entry's many alternatives which question belongs to it: kernel ridge regression on the spot."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from sklearn.feature_extraction.text import TfidfVectorizer

from binome.knowledge.matching.tokens import fold

Scores = NDArray[np.float32]
MOST_TEXTS = 16_000
_SHARPNESS = 4
_RIDGE = 0.3
_BLOCK = 1_000


class TextClassifier:
    """Scores of every entry for any text, from examples of each entry.

    The kernel is ((1 + cosine of sentence vectors) / 2)⁴ × (1 + cosine of words + cosine of pieces of words): texts are
    near when they mean the same, nearer when they also say it with the same words.
    """

    def __init__(self, texts: Sequence[str], vectors: Scores, owners: NDArray[np.int64], entries: int) -> None:
        self._words = TfidfVectorizer(
            preprocessor=fold, ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32, token_pattern=r"\w+"
        )
        self._pieces = TfidfVectorizer(
            preprocessor=fold, analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32
        )
        self._vectors = vectors
        self._known_words = self._words.fit_transform(texts)
        self._known_pieces = self._pieces.fit_transform(texts)
        self._weights = self._solve(owners, entries)

    def scores(self, texts: Sequence[str], vectors: Scores) -> tuple[Scores, Scores]:
        """Score of each entry for each text (n, entries), about 1 for a sure one; and the nearest example's kernel (n,)."""
        kernel = self._kernel(vectors, self._words.transform(texts), self._pieces.transform(texts))
        return kernel @ self._weights, kernel.max(axis=1)

    def _solve(self, owners: NDArray[np.int64], entries: int) -> Scores:
        size = len(owners)
        kernel = np.empty((size, size), np.float32)
        for start in range(0, size, _BLOCK):
            rows = slice(start, start + _BLOCK)
            kernel[rows] = self._kernel(self._vectors[rows], self._known_words[rows], self._known_pieces[rows])
        kernel[np.diag_indices(size)] += _RIDGE
        wanted = np.zeros((size, entries), np.float32)
        wanted[np.arange(size), owners] = 1.0
        factor = cho_factor(kernel, overwrite_a=True, check_finite=False)
        solved: Scores = cho_solve(factor, wanted, check_finite=False)
        return solved

    def _kernel(self, vectors: Scores, word_rows: NDArray[np.float32], piece_rows: NDArray[np.float32]) -> Scores:
        meaning = ((1 + vectors @ self._vectors.T) / 2) ** _SHARPNESS
        same_words = (word_rows @ self._known_words.T).toarray()
        same_pieces = (piece_rows @ self._known_pieces.T).toarray()
        product: Scores = meaning * (1 + same_words + same_pieces)
        return product
