"""The product's rules and their rivals on many lanes at once: same results as the package, lane by lane, only faster."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import binom

from binome.autonomy.guarantee import Opening, Promise, thresholds_from
from binome.autonomy.guarantee.exact import tail
from binome.autonomy.guarantee.opening import _Tests
from evals.guarantee_worlds import Truth

Numbers = np.ndarray
NEVER = np.iinfo(np.int64).max
BEFORE = 500
"""Confidences without verdict from which thresholds are placed."""


@dataclass(frozen=True)
class Opened:
    """For each lane the threshold offered after the last verdict (NaN: none), and after how many it was first opened."""

    threshold: Numbers
    opened_at: Numbers


def open_lanes(promise: Promise, thresholds: Numbers, sure: Numbers, wrong: Numbers) -> Opened:
    """`Opening` after every verdict of each lane: thresholds (lanes, m), cases (lanes, n)."""
    lanes, m = thresholds.shape
    halfway = Opening(promise, thresholds[0].tolist())._halfway
    tests = _Tests.of(promise, halfway < m)
    shown = np.full((lanes, m), NEVER)
    second = np.full((lanes, m), NEVER)
    for place in range(m):
        over = sure >= thresholds[:, [place]]
        cases, losses = over.cumsum(axis=1), (over & wrong).cumsum(axis=1)
        first_test = tests.boundaries[0 if place < halfway else 2]
        shown[:, place] = _first(first_test.few_enough(cases, losses))
        if place >= halfway:
            second[:, place] = _first(tests.boundaries[1].few_enough(cases, losses))
    first, later = _unbroken(shown), _unbroken(second[:, halfway:])
    reach = np.where((later > 0) & (first < halfway), halfway + later, first)
    offered = np.where(reach > 0, np.take_along_axis(thresholds, np.maximum(reach - 1, 0)[:, None], 1)[:, 0], np.nan)
    by_second = second[:, halfway] if halfway < m else np.full(lanes, NEVER)
    return Opened(offered, np.minimum(shown[:, 0], by_second))


def place_thresholds(promise: Promise, before: Numbers) -> Numbers:
    """Thresholds of each lane from its confidences of before (lanes, n)."""
    rows = [thresholds_from(row, promise) for row in before]
    least = min(len(row) for row in rows)
    return np.array([row[:least] for row in rows])


def single_look(promise: Promise, thresholds: Numbers, sure: Numbers, wrong: Numbers) -> Numbers:
    """The lowest threshold that exact binomial tests allow when one looks once, after the last verdict: what waiting buys."""
    most = np.array([_most_mistakes(n, promise) for n in range(sure.shape[1] + 1)])
    lowest = np.full(len(sure), np.nan)
    going = np.ones(len(sure), bool)
    for place in range(thresholds.shape[1]):
        over = sure >= thresholds[:, [place]]
        going &= (over & wrong).sum(axis=1) <= most[over.sum(axis=1)]
        lowest[going] = thresholds[going, place]
    return lowest


@cache
def _most_mistakes(cases: int, promise: Promise) -> int:
    """The most mistakes that still show the promise in one look at so many cases; -1 when none would."""
    mistakes = -1
    while tail(mistakes + 1, cases, promise.risk) <= promise.doubt:
        mistakes += 1
    return mistakes


def three_bands(risk: float, sure: Numbers, wrong: Numbers) -> Numbers:
    """High (from 0.9), medium (from 0.7), low: a band acts once thirty of its cases showed at most a share *risk* wrong."""
    lowest = np.full(len(sure), np.nan)
    going = np.ones(len(sure), bool)
    for low, high in ((0.9, 1.1), (0.7, 0.9), (0.0, 0.7)):
        inside = (sure >= low) & (sure < high)
        cases, losses = inside.cumsum(axis=1), (inside & wrong).cumsum(axis=1)
        going &= ((cases >= 30) & (losses <= risk * cases)).any(axis=1)
        lowest[going] = low
    return lowest


def daily_z(promise: Promise, thresholds: Numbers, sure: Numbers, wrong: Numbers, a_day: int = 20) -> Numbers:
    """The lowest threshold whose z-test against the risk was below −1.64 (δ = 5 %) or −1.28 on any evening."""
    quantile = 1.6449 if promise.doubt <= 0.05 else 1.2816
    lowest = np.full(len(sure), np.nan)
    for place in range(thresholds.shape[1]):
        over = sure >= thresholds[:, [place]]
        cases = over.cumsum(axis=1)[:, a_day - 1 :: a_day]
        losses = (over & wrong).cumsum(axis=1)[:, a_day - 1 :: a_day]
        spread = np.sqrt(np.maximum(cases, 1) * promise.risk * (1 - promise.risk))
        passed = ((losses - promise.risk * cases) / spread <= -quantile).any(axis=1)
        lowest[passed] = thresholds[passed, place]
    return lowest


def watch_lanes(promise: Promise, wrong: Numbers) -> Numbers:
    """`Watch` over the audits (lanes, n) of each lane: the audit at which it is closed (NEVER: it is not)."""
    from binome.autonomy.guarantee import watching

    watch = watching.Watch(promise)
    staked = np.zeros((len(wrong), len(watch._bets)))
    closed = np.full(len(wrong), NEVER)
    for audit in range(wrong.shape[1]):
        if audit % watch._block == 0:
            staked += watching._part(audit // watch._block + 1) / len(watch._bets)
        staked *= 1 + watch._bets * (wrong[:, [audit]] - promise.risk)
        wealth = staked.sum(axis=1) + watching._left(audit // watch._block + 1)
        np.minimum(closed, np.where(wealth >= promise.wealth_asked, audit + 1, NEVER), out=closed)
    return closed


def _first(flags: Numbers) -> Numbers:
    """The 1-based column of the first true value of each row; NEVER without one."""
    return np.where(flags.any(axis=1), flags.argmax(axis=1) + 1, NEVER)


def _unbroken(shown: Numbers) -> Numbers:
    missing = shown == NEVER
    return np.where(missing.any(axis=1), missing.argmax(axis=1), shown.shape[1])


def told_where(promise: Promise, truth: Truth, verdicts: int) -> float:
    """Coverage expected of who is told in advance at which threshold to test, once and exactly, after all the verdicts.

    No test of that threshold that errs with at most δ opens it more often (Neyman and Pearson; up to randomising), so what
    is missing from the oracle's coverage here is the price of having seen no more than so many verdicts.
    """
    best = 0.0
    for place in range(0, len(truth.sure), max(1, len(truth.sure) // 400)):
        risk, coverage = float(truth.risks[place]), 1 - place / len(truth.sure)
        if risk <= promise.risk * (1 - 1e-9):
            cases = np.arange(verdicts + 1)
            allowed = _allowed(promise, cases)
            passes = np.where(allowed >= 0, binom.cdf(allowed, cases, risk), 0.0)
            best = max(best, coverage * float((binom.pmf(cases, verdicts, coverage) * passes).sum()))
    return best


def _allowed(promise: Promise, cases: np.ndarray) -> np.ndarray:
    """The most mistakes among so many cases that are less likely than δ at a risk of α; -1 where even none is likely."""
    most = binom.ppf(promise.doubt, cases, promise.risk)
    return np.where(binom.cdf(most, cases, promise.risk) <= promise.doubt, most, most - 1)
