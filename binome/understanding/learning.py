"""The mathematics of the workspace's own layer: a small correction of what a stage says, learned from people's verdicts.

score = (1 + a) × log of the chance as said + W × sentence vector + b, with a, W and b held near zero: without evidence
nothing changes. Why: docs/decisions/0020.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]

STIFFNESS = (3.0, 30.0, 1_000.0)
"""How firmly the vector's weights are held near zero: what is tried."""

LEAST, HELD_LEAST = 30, 15
"""Verdicts to learn from, and drawn ones to be tried on, below which nothing is learned."""

ONE_SIDED_95 = 1.645
_FLOOR = 1e-4


@dataclass(frozen=True)
class Layer:
    """The correction: *scale* of what was said, *vector* (labels, 512), *shift* (labels)."""

    scale: float
    vector: Floats
    shift: Floats

    def chances(self, said: Floats, vectors: Floats) -> Floats:
        """The corrected chances (n, labels), given those that were said."""
        return softmax((1 + self.scale) * _logs(said) + vectors @ self.vector.T + self.shift)

    def pack(self) -> bytes:
        scales = np.full((len(self.shift), 1), self.scale)
        return np.hstack([scales, self.vector, self.shift[:, None]]).astype("<f4").tobytes()

    @classmethod
    def unpack(cls, packed: bytes, labels: int) -> "Layer":
        rows = np.frombuffer(packed, "<f4").reshape(labels, -1).astype(float)
        return cls(float(rows[0, 0]), rows[:, 1:-1], rows[:, -1])


@dataclass(frozen=True)
class Tried:
    """Shares right on what was held out (each case by its weight), and whether the gain is more than chance."""

    before: float
    after: float
    better: bool


def learn(said: Floats, vectors: Floats, right: NDArray[np.int64], weights: Floats) -> Layer:
    """The correction that fits best, as stiff as cross-validation on these same verdicts says."""
    best = min(STIFFNESS, key=lambda stiffness: _cross_validated(said, vectors, right, weights, stiffness))
    return _fitted(said, vectors, right, weights, best)


def compare(
    before: Floats, after: Floats, right: NDArray[np.int64], weights: Floats, texts: NDArray[np.int64] | None = None
) -> Tried:
    """Whether *after* is better on verdicts that neither has seen: likelihood beyond chance (95 %, one-sided), no more errors.

    *texts*: the number of each case's text, from 0 (by default all differ): chance is one for all copies of a text.
    """
    rows = np.arange(len(right))
    gains = np.log(np.maximum(after[rows, right], _FLOOR)) - np.log(np.maximum(before[rows, right], _FLOOR))
    share = weights / weights.sum()
    mean = float(share @ gains)
    off = np.bincount(rows if texts is None else texts, share * (gains - mean))
    error = float(np.sqrt(off @ off))
    rights = [float(share @ (chances.argmax(1) == right)) for chances in (before, after)]
    return Tried(rights[0], rights[1], mean > ONE_SIDED_95 * error and mean > 1e-6 and rights[1] >= rights[0])


def spread(labels: Sequence[str], label: str, confidence: float) -> Floats:
    """The chances of all labels when only the first is known: the rest shares what remains."""
    rest = (1 - confidence) / max(1, len(labels) - 1)
    return np.array([confidence if one == label else rest for one in labels])


def softmax(scores: Floats) -> Floats:
    risen = np.exp(scores - scores.max(1, keepdims=True))
    chances: Floats = risen / risen.sum(1, keepdims=True)
    return chances


def _cross_validated(
    said: Floats, vectors: Floats, right: NDArray[np.int64], weights: Floats, stiffness: float, folds: int = 3
) -> float:
    """The mean loss on thirds left out in turn."""
    fold, loss = np.arange(len(right)) % folds, 0.0
    for out in range(folds):
        own, other = fold != out, fold == out
        chances = _fitted(said[own], vectors[own], right[own], weights[own], stiffness).chances(
            said[other], vectors[other]
        )
        loss -= float(weights[other] @ np.log(np.maximum(chances[np.arange(other.sum()), right[other]], _FLOOR)))
    return loss


def _fitted(said: Floats, vectors: Floats, right: NDArray[np.int64], weights: Floats, stiffness: float) -> Layer:
    logs, count, width = _logs(said), said.shape[1], vectors.shape[1]
    truth = np.eye(count)[right]

    def loss(flat: Floats) -> tuple[float, Floats]:
        layer = _layer(flat, count, width)
        chances = layer.chances(said, vectors)
        off = weights[:, None] * (chances - truth)
        value = -float(weights @ np.log(np.maximum((chances * truth).sum(1), 1e-12)))
        value += (stiffness * float((layer.vector**2).sum()) + float(layer.shift @ layer.shift) + layer.scale**2) / 2
        slopes = [
            [(off * logs).sum() + layer.scale],
            (off.T @ vectors + stiffness * layer.vector).ravel(),
            off.sum(0) + layer.shift,
        ]
        return value, np.concatenate(slopes)

    found = minimize(loss, np.zeros(1 + count * width + count), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return _layer(found.x, count, width)


def _layer(flat: Floats, count: int, width: int) -> Layer:
    return Layer(float(flat[0]), flat[1 : 1 + count * width].reshape(count, width), flat[1 + count * width :])


def _logs(chances: Floats) -> Floats:
    logs: Floats = np.log(np.clip(chances, _FLOOR, 1))
    return logs
