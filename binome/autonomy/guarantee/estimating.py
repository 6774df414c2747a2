"""The true share of wrong acts among all that were done alone, silence included, from random audits.

**Estimate.** Σ w_i/p_i over Σ 1/p_i of the audited acts: each stands for the 1/p_i acts like it that nobody looked at.

**Interval.** {m: M_t(m) < 1/δ} with M_t(m) = Σ_q π_q ∏ (1 + c(q, m) v_i (w_i − m)), v_i = floor/p_i ≤ 1 and
c(q, m) = (q − m)/(m (1 − m)). If every act is wrong with probability m given the past, M_t(m) is a non-negative martingale
from 1, so the interval misses m *at any time of looking* with probability ≤ δ (Ville). Bets on q > m and on q < m are both in the
mixture, so both ends come out of it. I. Waudby-Smith and A. Ramdas, JRSS B 86 (2024). If the rate moves, it is an
interval of no single moment: the watch is what looks for that.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binome.autonomy.guarantee.promise import share_of

_Z = np.linspace(-8.0, 8.0, 801)
_RATES = 1 / (1 + np.exp(-_Z))
_SUPPOSED = 1 / (1 + np.exp(-np.linspace(-7.0, 4.0, 45)))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Share of wrong acts with its interval, and from how many audits."""

    share: float
    low: float
    high: float
    audits: int


def error_rate(
    losses: Sequence[float],
    probabilities: Sequence[float] | None = None,
    floors: Sequence[float] | None = None,
    doubt: float = 0.05,
) -> Estimate:
    """Estimate of the share of wrong acts with an interval valid at any time of looking.

    *losses* of the audited acts; the *probabilities* that they had of being audited (1 by default); *floors*: the
    lowest that any act had just then (by default the lowest given). Nothing audited: anything is possible.
    """
    wrong = np.array([share_of("a loss", value) for value in losses])
    if not len(wrong):
        return Estimate(0.0, 0.0, 1.0, 0)
    chances = np.ones(len(wrong)) if probabilities is None else np.asarray(probabilities, float)
    least = np.full(len(wrong), chances.min()) if floors is None else np.asarray(floors, float)
    if not ((least > 0) & (least <= chances) & (chances <= 1)).all():
        raise ValueError("an audit has a probability above 0, not below its floor and not above 1")
    share = float((wrong / chances).sum() / (1 / chances).sum())
    low, high = _interval(wrong, least / chances, doubt)
    return Estimate(share, min(low, share), max(high, share), len(wrong))


def _interval(wrong: NDArray[np.float64], weights: NDArray[np.float64], doubt: float) -> tuple[float, float]:
    """The rates that no gambler has refuted, up to the next point of the grid on either side."""
    kept = np.flatnonzero(_log_wealth(wrong, weights) < np.log(1 / doubt))
    if not len(kept):
        return 0.0, 1.0
    first, last = int(kept[0]), int(kept[-1])
    low = float(_RATES[first - 1]) if first else 0.0
    return low, float(_RATES[last + 1]) if last + 1 < len(_RATES) else 1.0


def _log_wealth(wrong: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of M_t(m) at every rate m; equal audits are counted together, as their order does not matter."""
    bets = (_SUPPOSED[None, :] - _RATES[:, None]) / (_RATES * (1 - _RATES))[:, None]
    total = np.zeros_like(bets)
    for (loss, weight), times in Counter(zip(wrong.tolist(), weights.round(12).tolist(), strict=True)).items():
        total += times * np.log1p(np.maximum(bets * weight * (loss - _RATES)[:, None], -1 + 1e-12))
    highest = total.max(axis=1)
    mixed: NDArray[np.float64] = highest + np.log(np.exp(total - highest[:, None]).mean(axis=1))
    return mixed
