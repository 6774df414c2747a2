"""A gambler against "risk ≥ α" where an act can be wrong in part: losses from 0 to 1.

**Statement.** E_t = Σ_j π_j ∏_i (1 + b_j (α − w_i)), Σ π_j = 1, 0 ≤ b_j ≤ 1/(1 − α), never goes below 0 and is expected not to
grow if E[w_i | past] ≥ α, for any losses w_i in [0, 1]: P(it ever reaches 1/δ) ≤ δ (Ville's inequality).

Half of the stake goes to the strongest bet, which a whole mistake ruins; the rest is spread evenly over the bets of the
true risks 0.1 α … 0.9 α. I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting",
JRSS B 86 (2024).
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
_SUPPOSED = np.arange(1, 10) / 10
_STRONGEST = 0.5


def bets(risk: float) -> Numbers:
    """The bets b_j: b = (α − r)/(α (1 − α)) is the best one where the true risk is r and losses are 0 or 1."""
    return (1 - np.concatenate(([0.0], _SUPPOSED))) / (1 - risk)


def stakes() -> Numbers:
    """The part of the first stake on each bet."""
    return np.concatenate(([_STRONGEST], np.full(len(_SUPPOSED), (1 - _STRONGEST) / len(_SUPPOSED))))


def log_growth(risk: float, losses: Numbers) -> Numbers:
    """Logarithm of each bet's factor for each loss (n, bets); −∞ where a whole mistake ruins the strongest bet."""
    with np.errstate(divide="ignore"):
        grown: Numbers = np.log(np.maximum(1 + bets(risk)[None, :] * (risk - losses[:, None]), 0.0))
    return grown


def wealth(log_capitals: Numbers) -> Numbers:
    """Wealth of the whole stake from the bets' logarithms (…, bets), kept finite by a cap of e^700."""
    mixed: Numbers = np.exp(np.minimum(log_capitals, 700.0)) @ stakes()
    return mixed
