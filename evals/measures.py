"""Measures with their 95 % intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from binome.kit.intervals import wilson

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
    n = len(right)
    low, high = wilson(int(np.count_nonzero(right)), n)
    return Figure(float(np.mean(right)), low, high, n)


def auroc(inside: np.ndarray, outside: np.ndarray) -> Figure:
    """Chance that a question with an answer scores above one without."""
    return _drawn(_auroc, inside, outside)


def recall_at_coverage(inside: np.ndarray, outside: np.ndarray, coverage: float = 0.95) -> Figure:
    """Share of the questions without answer that are refused when this share of those with one is let through."""
    return _drawn(lambda i, o: float(np.mean(o < np.quantile(i, 1 - coverage))), inside, outside)


def balanced(answered: np.ndarray, refused: np.ndarray) -> Figure:
    """Mean of: questions with an answer that get it, questions without that are refused."""
    return _drawn(lambda i, o: float((i.mean() + o.mean()) / 2), answered.astype(float), refused.astype(float))


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> Figure:
    """Mean gap between confidence and share right, over ten bins of equal size."""
    random = np.random.default_rng(0)
    redrawn = (random.integers(0, len(right), len(right)) for _ in range(_DRAWS // 4))
    low, high = np.quantile([_gap(confidence[some], right[some]) for some in redrawn], [0.025, 0.975])
    return Figure(_gap(confidence, right), float(low), float(high), len(right))


def calibration_floor(confidence: np.ndarray) -> Figure:
    """The same of a reading that is right exactly as often as it says: what so few cases leave to luck."""
    random = np.random.default_rng(0)
    drawn = [_gap(confidence, random.random(len(confidence)) < confidence) for _ in range(_DRAWS // 4)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(float(np.mean(drawn)), float(low), float(high), len(confidence))


def _gap(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    parts = np.array_split(np.argsort(confidence, kind="stable"), bins)
    return float(sum(len(p) * abs(confidence[p].mean() - right[p].mean()) for p in parts if len(p)) / len(right))


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


def macro_f1(truth: np.ndarray, said: np.ndarray) -> Figure:
    """Mean over the labels that occur of the harmonic mean of precision and recall."""
    return _redrawn(_macro_f1, truth, said)


def f1_of(label: str, truth: np.ndarray, said: np.ndarray) -> Figure:
    """Harmonic mean of precision and recall of one label."""
    return _redrawn(lambda t, s: _f1(t == label, s == label), truth, said)


def balanced_accuracy(truth: np.ndarray, said: np.ndarray) -> Figure:
    """Mean over the labels of the share found."""
    return _redrawn(lambda t, s: float(np.mean([np.mean(s[t == one] == one) for one in np.unique(t)])), truth, said)


def reviewed(confidence: np.ndarray, right: np.ndarray, part: float = 0.1) -> Figure:
    """Share right when a person puts right the least sure part."""
    order = np.argsort(confidence, kind="stable")
    given = np.zeros(len(order), bool)
    given[order[: int(len(order) * part)]] = True
    return share(right | given)


def _redrawn(measure: Callable[[np.ndarray, np.ndarray], float], truth: np.ndarray, said: np.ndarray) -> Figure:
    """Bootstrap interval over the rows."""
    random = np.random.default_rng(0)
    rows = (random.integers(0, len(truth), len(truth)) for _ in range(_DRAWS // 2))
    low, high = np.quantile([measure(truth[some], said[some]) for some in rows], [0.025, 0.975])
    return Figure(measure(truth, said), float(low), float(high), len(truth))


def _macro_f1(truth: np.ndarray, said: np.ndarray) -> float:
    return float(np.mean([_f1(truth == label, said == label) for label in np.unique(truth)]))


def _f1(truth: np.ndarray, said: np.ndarray) -> float:
    hits = float((truth & said).sum())
    return 2 * hits / max(1.0, float(truth.sum() + said.sum()))
