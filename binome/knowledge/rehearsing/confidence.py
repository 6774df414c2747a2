"""How likely a guess is right, learnt from how earlier guesses turned out: logistic regression, refitted in batches."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
CAUTION = 0.5
_FIRST, _GROWTH = 60, 1.12
_KEPT = 6_000
_RIDGE = 3.0
_ROUNDS = 12
_FADING = 0.5
"""A past guess fades over this share of the guesses known, so that the newest habits count most."""

_LEAST_FADING = 300.0


@dataclass
class Confidence:
    """The confidence of a guess is fixed before its outcome is known: it is read from earlier outcomes alone.

    That is what keeps the guarantee whole through the refits: each verdict meets a confidence that it had no part in.
    """

    _signs: list[Numbers] = field(default_factory=list)
    _right: list[bool] = field(default_factory=list)
    _seen: int = 0
    _next_fit: float = _FIRST
    _fitted: tuple[Numbers, Numbers, Numbers, Numbers] | None = None

    def of(self, signs: Numbers) -> float:
        """Probability that the guess with these signs is right; 0 while there is nothing to tell it by."""
        if self._fitted is None or not len(signs):
            return 0.0
        middle, spread, weights, doubt = self._fitted
        row = _standard(signs[None], middle, spread)[0]
        log_odds = row @ weights - CAUTION * np.sqrt(row @ doubt @ row)
        return float(1 / (1 + np.exp(-log_odds)))

    def learn(self, signs: Numbers, right: bool) -> None:
        """One more guess turned out right or wrong."""
        if not len(signs):
            return
        self._signs.append(signs)
        self._right.append(right)
        self._seen += 1
        if self._seen >= self._next_fit:
            self._fit()

    def _fit(self) -> None:
        self._signs, self._right = self._signs[-_KEPT:], self._right[-_KEPT:]
        rows, right = np.stack(self._signs), np.array(self._right, float)
        middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
        ages = np.arange(len(right))[::-1]
        counts = np.exp(-ages / max(_FADING * len(right), _LEAST_FADING))
        self._fitted = middle, spread, *_regression(_standard(rows, middle, spread), right, counts)
        self._next_fit = self._seen * _GROWTH


def _standard(rows: Numbers, middle: Numbers, spread: Numbers) -> Numbers:
    """Standardised, far values pulled in, with a constant."""
    return np.column_stack((np.clip((rows - middle) / spread, -5, 5), np.ones(len(rows))))


def _regression(rows: Numbers, right: Numbers, counts: Numbers) -> tuple[Numbers, Numbers]:
    """Ridge logistic regression by Newton's method, with its covariance; the constant is not held back."""
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[-1] = 0.01
    weights = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        sure = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (counts * (right - sure)) - ridge * weights
        bend = (rows * (counts * sure * (1 - sure))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights = weights + step * min(1.0, 5.0 / (np.abs(step).max() + 1e-9))
    covariance: Numbers = np.asarray(np.linalg.inv(bend), np.float64)
    return weights, covariance
