"""Which words weighed in a reading: what each brought to the score, followed back through the layers (slope × input)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from binome.kit.encoder.weights import EMBEDDING, Floats
from binome.kit.reader.heads import hidden
from binome.kit.reader.network import LENGTH, Layers, Seen
from binome.kit.reader.weights import Head, Parameters

SHOWN = 3
"""Words named of one reading."""

_EDGE = "\u2581"
_TRIMMED = " \t.,;:!?…\"'«»()[]“”’*-"


def weights_of_tokens(p: Parameters, seen: Seen, rows: Sequence[int], slopes: Floats) -> list[Floats]:
    """For each of the rows (one may come several times), what its tokens brought, given the slope of its score."""
    at = np.array(rows)
    meaning, rest = slopes[:, :EMBEDDING], slopes[:, EMBEDDING:]
    width = p.peaks.shape[1]
    raised = seen.peaks[at] @ p.peaks + p.peaks_bias > 0
    peaks = ((rest[:, :width] * raised) @ p.peaks.T) * seen.peaks[at]
    along = _through_meaning(p, seen.layers, at, meaning) @ p.tuned.pooled.T
    lex = rest[:, width : width + p.lex.shape[1]]
    brought: list[Floats] = [np.zeros(0, np.float32)] * len(rows)
    for row in np.unique(at):
        same = np.flatnonzero(at == row)
        for place, weights in zip(same, _of_row(p, seen, row, along[same], peaks[same], lex[same]), strict=True):
            brought[place] = weights
    return brought


def slopes_of(head: Head, vectors: Floats, before: Floats, classes: Sequence[int]) -> Floats:
    """How the score of a class, against the others, rises along each number of the vector."""
    alive = hidden(head, vectors, before) > 0
    out = head.out[:, classes].T - head.out.mean(1)
    slopes: Floats = (alive * out) @ head.hidden.T
    return slopes


def words_that_weighed(pieces: Sequence[str], weights: Floats) -> tuple[str, ...]:
    """The words, of those cut in pieces, that brought most, none that brought nothing or that holds a figure."""
    words: list[str] = []
    brought: list[float] = []
    for piece, weight in zip(pieces, weights, strict=True):
        if piece.startswith(_EDGE) or not words:
            words.append("")
            brought.append(0.0)
        words[-1] += piece.lstrip(_EDGE)
        brought[-1] += float(weight)
    best = sorted(range(len(words)), key=lambda at: -brought[at])
    shown = (words[at].strip(_TRIMMED) for at in best if brought[at] > 0)
    told = dict.fromkeys(word for word in shown if sum(map(str.isalpha, word)) > 1 and _may_be_told(word))
    return tuple(list(told)[:SHOWN])


def _may_be_told(word: str) -> bool:
    return len(word) <= 30 and not any(sign.isdigit() or sign in "@/" for sign in word)


def _of_row(p: Parameters, seen: Seen, row: int, along: Floats, peaks: Floats, lex: Floats) -> Floats:
    """(readings of this text, tokens): through the meaning, the peaks and the small table."""
    start, length = seen.starts[row], seen.lengths[row]
    own = seen.features[start : start + length]
    mean = own.mean(1)
    spread = np.sqrt(np.einsum("ij,ij->i", own, own) / own.shape[1] - mean * mean + p.tuned.epsilon)
    brought: Floats = (along @ own.T - along.sum(1, keepdims=True) * mean) / (spread * np.sqrt(length))
    brought += lex @ p.lex[p.lex_of[seen.tokens[start : start + length]]].T / length
    places = seen.peak_at[row] - start
    for one, brought_by_peaks in zip(brought, peaks, strict=True):
        one += np.bincount(places, weights=brought_by_peaks, minlength=length)
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
