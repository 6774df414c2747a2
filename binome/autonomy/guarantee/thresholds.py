"""Which thresholds of confidence are tried, fixed before the evidence that decides about them."""

from collections.abc import Sequence

import numpy as np

from binome.autonomy.guarantee.boundary import Boundary
from binome.autonomy.guarantee.promise import Promise

STEPS = 20
_PLANNED = 1000
_SPARE = 2.5
_LEAST, _MOST = 0.2, 0.6


def thresholds_from(confidences: Sequence[float], promise: Promise, planned: int = _PLANNED) -> list[float]:
    """At most twenty thresholds, the strictest first, at quantiles of *confidences*: those of cases that are no evidence.

    Fixed-sequence testing stops at the first threshold that cannot be shown, so the strictest must not starve: it lets
    through the share of cases that brings two and a half times the verdicts that no mistake needs, within the
    *planned* number of verdicts. No verdict is looked at, so any confidences may serve that are not themselves evidence
    (messages of before, without verdicts). Equal thresholds are tried once.
    """
    values = np.asarray([value for value in confidences if np.isfinite(value)], float)
    if not len(values):
        raise ValueError("no confidence to place thresholds by")
    first = first_share(promise, planned)
    shares = first + (1 - first) * np.linspace(0, 1, STEPS)
    found = np.quantile(values, 1 - shares, method="inverted_cdf")
    return [float(value) for value in sorted(set(np.clip(found, 0, 1)), reverse=True)]


def first_share(promise: Promise, planned: int = _PLANNED) -> float:
    """The share of cases that the strictest threshold lets through."""
    enough = _SPARE * float(Boundary.of(promise.risk, promise.doubt).cases_at[0]) / planned
    return min(max(enough, _LEAST), _MOST)


def even_thresholds(first: float = 0.95, last: float = 0.05, steps: int = STEPS) -> list[float]:
    """Thresholds for confidences of which nothing is known yet: even in log-odds, the strictest first."""
    ends = np.log([first / (1 - first), last / (1 - last)])
    return [float(value) for value in 1 / (1 + np.exp(-np.linspace(ends[0], ends[1], steps)))]
