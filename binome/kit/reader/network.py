"""The network in numpy: from the texts of a batch to their vectors, and what each word brought to a reading.

The first layers are the encoder's own, kept by token; the upper ones are tuned. The same computation in JAX, which is
how it was trained: training.understanding.network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binome.kit.encoder.network import FEATURES, Network
from binome.kit.encoder.token_rows import Integers, TokenRows
from binome.kit.encoder.weights import EMBEDDING, Floats
from binome.kit.reader.grams import Grams, bags_of, grams_by_word, grams_of
from binome.kit.reader.style import styles_of
from binome.kit.reader.weights import Parameters

LENGTH = 4.0
"""What the vector of the meaning is brought to, so that it weighs like the rest."""


@dataclass(frozen=True)
class Seen:
    """What the network saw of a batch, kept while its readings are explained."""

    features: Floats
    starts: Integers
    lengths: Integers
    mean: Floats  # of the features of each token
    share: Floats  # what each token's features are multiplied by where they are summed
    lex: Floats  # what the small table says of each token
    peaks: Floats
    raised: NDArray[np.bool_]  # which of the peaks' own small layer said something
    layers: Layers


@dataclass(frozen=True)
class Layers:
    """The dense layers of a batch, as they were before their bends."""

    wide: Floats  # pooled @ d0
    middle: Floats
    deep: Floats  # middle @ d2
    flat: Floats  # the vector before it was given its length
    norm: Floats


class Trunk(Network):
    """One worker's scratch memory over the shared parameters: not to be used by two threads at once."""

    def __init__(self, parameters: Parameters, token_rows: TokenRows, height: int) -> None:
        super().__init__(parameters.tuned, token_rows, height)
        self._own = parameters

    def see(self, texts: Sequence[str], read: Sequence[str], pieces: Sequence[Sequence[int]]) -> tuple[Floats, Seen]:
        """The vectors of the texts: as written, as prepared, as pieces."""
        features, tokens, starts, lengths = self._features_by_text(pieces)
        mean, share = self._shares(features, lengths)
        layers = self._layers(self._pool(features, mean, share, starts, lengths))
        own = self._own
        lex = own.lex[own.lex_of[tokens]]
        peaks = np.array([features[s : s + n, EMBEDDING:].max(0) for s, n in zip(starts, lengths, strict=True)])
        grams = grams_of(read)
        highest = np.maximum(peaks @ own.peaks + own.peaks_bias, 0.0)
        parts = [
            layers.flat / layers.norm * LENGTH,
            highest,
            np.add.reduceat(lex, starts) / lengths[:, None],
            np.maximum.reduceat(lex, starts),
            *self._words(grams, len(read)),
            styles_of(texts),
            bags_of(grams, len(read)) @ own.letters,
            own.valence(texts, read),
        ]
        seen = Seen(features, starts, lengths, mean, share, lex, peaks, highest > 0, layers)
        return np.concatenate(parts, 1, dtype=np.float32, casting="same_kind"), seen

    def _room(self, height: int) -> Floats:
        """New, since what was seen outlives the next batch."""
        return np.empty((height, FEATURES), np.float32)

    def _layers(self, pooled: Floats) -> Layers:
        w = self._weights.head
        wide = pooled @ w["d0"]
        middle = np.maximum(pooled @ w["p1"] + np.maximum(wide, 0.0) @ w["d1"], 0.0)
        deep = middle @ w["d2"]
        flat = np.tanh(middle @ w["p3"] + np.maximum(deep, 0.0) @ w["d3"])
        return Layers(wide, middle, deep, flat, np.linalg.norm(flat, axis=1, keepdims=True) + np.float32(1e-9))

    def _words(self, grams: Grams, count: int) -> tuple[Floats, Floats]:
        """The mean and the peak of what the letters of each word say."""
        own = self._own
        text_of = grams[2]
        width = own.gram.shape[1]
        mean, peak = np.zeros((count, width), np.float32), np.zeros((count, width), np.float32)
        if len(text_of):
            by_word = grams_by_word(grams)
            per_word = np.sqrt(np.diff(by_word.indptr)).astype(np.float32)
            said = np.maximum(by_word @ own.gram / per_word[:, None] + own.gram_bias, 0.0)
            there, firsts, sizes = np.unique(text_of, return_index=True, return_counts=True)
            mean[there] = np.add.reduceat(said, firsts, axis=0) / sizes[:, None]
            peak[there] = np.maximum.reduceat(said, firsts, axis=0)
        return mean, peak
