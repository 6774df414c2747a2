"""Measures with their 95 % intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

_Z = 1.959964
_DRAWS = 400


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, its 95 % interval, and on how many cases it was measured."""

    value: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.cases}"


def share(right: np.ndarray) -> Figure:
    """Share of true values, with Wilson's interval."""
    n, p = len(right), float(np.mean(right))
    centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n)) / (1 + _Z**2 / n)
    return Figure(p, float(centre - half), float(centre + half), n)


def auroc(inside: np.ndarray, outside: np.ndarray) -> Figure:
    """Chance that a question with an answer scores above one without."""
    return _drawn(_auroc, inside, outside)


def recall_at_coverage(inside: np.ndarray, outside: np.ndarray, coverage: float = 0.95) -> Figure:
    """Share of the questions without answer that are refused when this share of those with one is let through."""
    return _drawn(lambda i, o: float(np.mean(o < np.quantile(i, 1 - coverage))), inside, outside)


def balanced(answered: np.ndarray, refused: np.ndarray) -> Figure:
    """Mean of: questions with an answer that get it, questions without that are refused."""
    return _drawn(lambda i, o: float((i.mean() + o.mean()) / 2), answered.astype(float), refused.astype(float))


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> Figure:
    """Mean gap between confidence and share right, over ten bins of equal size."""
    order = np.argsort(confidence, kind="stable")

    def gap(indices: np.ndarray) -> float:
        parts = np.array_split(indices[np.argsort(confidence[indices], kind="stable")], bins)
        return float(sum(len(p) * abs(confidence[p].mean() - right[p].mean()) for p in parts if len(p)) / len(indices))

    random = np.random.default_rng(0)
    drawn = [gap(random.choice(order, len(order))) for _ in range(_DRAWS // 4)]
    return Figure(gap(order), float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975)), len(order))


def _drawn(measure: Callable[[np.ndarray, np.ndarray], float], inside: np.ndarray, outside: np.ndarray) -> Figure:
    """Bootstrap interval, both groups redrawn."""
    random = np.random.default_rng(0)
    drawn = [measure(random.choice(inside, len(inside)), random.choice(outside, len(outside))) for _ in range(_DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(measure(inside, outside), float(low), float(high), len(inside) + len(outside))


def _auroc(inside: np.ndarray, outside: np.ndarray) -> float:
    ranks = rankdata(np.r_[inside, outside])
    n = len(inside)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(outside)))
