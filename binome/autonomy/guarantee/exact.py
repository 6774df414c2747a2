"""Exact binomial tails, for a sample whose size was fixed before it was looked at; looking twice voids them."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import exp, lgamma, log, log1p

import numpy as np

from binome.autonomy.guarantee.promise import Promise, share_of


def tail(mistakes: int, cases: int, risk: float) -> float:
    """P(at most so many mistakes in the cases) if each is wrong with probability *risk*, independently."""
    if mistakes >= cases:
        return 1.0
    return min(1.0, sum(_chance(k, cases, risk) for k in range(mistakes + 1)))


def at_most(mistakes: int, cases: int, doubt: float) -> float:
    """The risk that is not exceeded, but for a chance *doubt*: the upper end of Clopper and Pearson's interval (1934)."""
    if mistakes >= cases:
        return 1.0
    return _where(lambda risk: tail(mistakes, cases, risk) > doubt)


def at_least(mistakes: int, cases: int, doubt: float) -> float:
    """The risk that is reached, but for a chance *doubt*: the lower end of Clopper and Pearson's interval."""
    if not mistakes:
        return 0.0
    return _where(lambda risk: 1 - tail(mistakes - 1, cases, risk) <= doubt)


@lru_cache(maxsize=4096)
def interval(mistakes: int, cases: int, doubt: float = 0.05) -> tuple[float, float]:
    """Clopper and Pearson's two-sided interval of a share counted once; (0, 1) where nothing was counted."""
    if cases <= 0:
        return 0.0, 1.0
    return at_least(mistakes, cases, doubt / 2), at_most(mistakes, cases, doubt / 2)


def cases_without_mistake(promise: Promise) -> int:
    """How many cases without a mistake show the promise when looked at once: 149 for α = 2 %, δ = 5 %."""
    floor = int(np.ceil(log(promise.doubt) / log1p(-promise.risk)))
    return floor if tail(0, floor, promise.risk) <= promise.doubt else floor + 1


def threshold_once(
    promise: Promise, thresholds: Sequence[float], confidences: Sequence[float], losses: Sequence[float]
) -> float | None:
    """The lowest threshold that one look at a fixed sample allows: fixed-sequence testing from the strictest down.

    P(R(threshold) ≥ α) ≤ δ for independent cases; SGR, Geifman and El-Yaniv (2017), without its union bound because
    the sequence is fixed. Losses are 0 or 1.
    """
    sure = np.array([share_of("a confidence", value) for value in confidences])
    wrong = np.array([share_of("a loss", value) for value in losses])
    found = None
    for threshold in thresholds:
        over = sure >= threshold
        if not over.any() or tail(int(wrong[over].sum()), int(over.sum()), promise.risk) > promise.doubt:
            break
        found = float(threshold)
    return found


def _chance(k: int, n: int, risk: float) -> float:
    if risk <= 0 or risk >= 1:
        return float(k == (0 if risk <= 0 else n))
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(risk) + (n - k) * log1p(-risk))


def _where(holds: Callable[[float], bool]) -> float:
    """The risk up to which it holds."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2
