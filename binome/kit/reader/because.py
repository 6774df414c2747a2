"""Which words weighed in a reading: what each brought to the score, followed back through the layers (slope × input)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from binome.kit.encoder.weights import EMBEDDING, Floats
from binome.kit.reader.network import LENGTH, Layers, Seen
from binome.kit.reader.weights import Head, Parameters

SHOWN = 3
"""Words named of one reading."""

_EDGE = "\u2581"
_TRIMMED = " \t.,;:!?…\"'«»()[]“”’*-"


def weights_of_tokens(p: Parameters, seen: Seen, rows: Sequence[int], slopes: Floats) -> list[Floats]:
    """For each of the rows, in order (one may come several times), what its tokens brought, given the slope of its score."""
    at = np.array(rows)
    meaning, rest = slopes[:, :EMBEDDING], slopes[:, EMBEDDING:]
    width = p.peaks.shape[1]
    peaks = ((rest[:, :width] * seen.raised[at]) @ p.peaks.T) * seen.peaks[at]
    along = _through_meaning(p, seen.layers, at, meaning) @ p.tuned.pooled.T
    lex = rest[:, width : width + p.lex.shape[1]]
    texts, firsts = np.unique(at, return_index=True)
    slices = [slice(first, end) for first, end in pairwise([*firsts.tolist(), len(at)])]
    return [
        weights
        for row, same in zip(texts.tolist(), slices, strict=True)
        for weights in _of_row(seen, row, along[same], peaks[same], lex[same])
    ]


def slopes_of(head: Head, layer: Floats, classes: Sequence[int]) -> Floats:
    """How the score of a class, against the others, rises along each number of the vector; *layer*: the hidden one."""
    out = head.out[:, classes].T - head.out.mean(1)
    slopes: Floats = ((layer > 0) * out) @ head.hidden.T
    return slopes


def words_that_weighed(pieces: Sequence[str], weights: Sequence[Floats]) -> list[tuple[str, ...]]:
    """For each of these readings of a text, the words, of those cut in pieces, that brought most.

    None that brought nothing or that holds a figure is named.
    """
    if not pieces:
        return [() for _one in weights]
    begins = [place for place, piece in enumerate(pieces) if place == 0 or piece.startswith(_EDGE)]
    words = [pieces[begin:end] for begin, end in pairwise([*begins, len(pieces)])]
    brought = np.add.reduceat(np.array(weights), begins, axis=1)
    ranks = np.argsort(-brought, axis=1, kind="stable")
    return [_best(words, *each) for each in zip(brought.tolist(), ranks.tolist(), strict=True)]


def _best(words: Sequence[Sequence[str]], brought: Sequence[float], ranks: Sequence[int]) -> tuple[str, ...]:
    told: list[str] = []
    for at in ranks:
        if brought[at] <= 0 or len(told) == SHOWN:
            break
        word = "".join(piece.lstrip(_EDGE) for piece in words[at]).strip(_TRIMMED)
        if word not in told and _may_be_told(word):
            told.append(word)
    return tuple(told)


@lru_cache(maxsize=16_384)
def _may_be_told(word: str) -> bool:
    if len(word) > 30 or any(sign.isdigit() or sign in "@/" for sign in word):
        return False
    return sum(map(str.isalpha, word)) > 1


def _of_row(seen: Seen, row: int, along: Floats, peaks: Floats, lex: Floats) -> Floats:
    """(readings of this text, tokens): through the meaning, the peaks and the small table."""
    length = seen.lengths[row]
    here = slice(seen.starts[row], seen.starts[row] + length)
    own = seen.features[here]
    brought: Floats = (along @ own.T - along.sum(1, keepdims=True) * seen.mean[here]) * seen.share[here]
    brought += lex @ seen.lex[here].T / length
    highest = (own[:, EMBEDDING:] == seen.peaks[row]).astype(np.float32)
    brought += (peaks / highest.sum(0)) @ highest.T
    return brought


def _through_meaning(p: Parameters, layers: Layers, rows: np.ndarray, slope: Floats) -> Floats:
    """The slope along the pooled features, from the slope along the vector of the meaning."""
    w = p.tuned.head
    flat, norm = layers.flat[rows], layers.norm[rows]
    unit = flat / norm
    slope = (slope - (slope * unit).sum(1, keepdims=True) * unit) * LENGTH / norm * (1 - flat**2)
    slope = slope @ w["p3"].T + ((slope @ w["d3"].T) * (layers.deep[rows] > 0)) @ w["d2"].T
    slope = slope * (layers.middle[rows] > 0)
    back: Floats = slope @ w["p1"].T + ((slope @ w["d1"].T) * (layers.wide[rows] > 0)) @ w["d0"].T
    return back
