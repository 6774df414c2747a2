"""Whether an open lane still keeps its promise: random audits, and a gambler who bets that it no longer does.

**Statement.** If each act done alone is wrong with probability ≤ α given the past, P(the watch ever closes the lane) ≤ δ,
over the lane's whole life and however often one looks. If the risk rises for good, the lane is closed after a number of
audits that grows with ln(1/δ) and the logarithm of the lane's age.

**Construction.** An act is audited with probability p_i ≥ f_i, drawn apart from everything else; the floor f_i is fixed
before the case is known, p_i may depend on the case (nearer the threshold: more). With v_i = f_i/p_i,
E[a_i v_i (w_i − α) | past] = f_i E[w_i − α | past] ≤ 0, so each factor 1 + c v_i (w_i − α) over the *audited* acts alone,
0 ≤ c ≤ 1/α, is expected not to grow; as v_i ≤ 1 no factor has the heavy tail of 1/p. A gambler started at the k-th block of
audits gets the part γ_k = k^-0.3 − (k+1)^-0.3 of the stake (their sum is 1), spread over bets c on risks of 1.5 α … 16 α; what is not yet
staked is kept. The sum W_t is a non-negative supermartingale from 1: Ville's inequality gives the statement. Bets made
at a start every block of audits (half of 1/α of them) rather than at each audit cost less of the stake each.

Mixtures over start times: e-detectors, J. Shin, A. Ramdas, A. Rinaldo (2024); A. N. Shiryaev, S. W. Roberts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from binome.autonomy.guarantee.promise import Promise, share_of

_TIMES_WORSE = np.array([1.5, 2.0, 3.0, 4.0, 6.0, 10.0, 16.0])
_AGEING = 0.3


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watch says: *wealth* of the gambler, highest wealth so far, whether the lane is to be *closed*, audits
    seen, and *since*: from which audit on (counted from 1) things look worse; None while they do not."""

    wealth: float
    highest: float
    closed: bool
    audits: int
    since: int | None


class Watch:
    """The watch over one life of one open lane; one audit costs a few additions, whatever came before."""

    def __init__(self, promise: Promise) -> None:
        self.promise = promise
        self._worse = np.minimum(_TIMES_WORSE * promise.risk, (1 + promise.risk) / 2)
        self._bets = (self._worse - promise.risk) / (promise.risk * (1 - promise.risk))
        self._block = max(1, round(0.5 / promise.risk))
        self.audits = 0
        self._staked = np.zeros(len(self._bets))
        self._highest = 1.0
        self._closed_at: int | None = None
        self._run, self._since = 0.0, 0

    def audited(self, loss: float, probability: float = 1.0, floor: float | None = None) -> Watched:
        """Take in the verdict of one audit, in the order of the acts.

        *probability*: the chance that this act had of being audited; *floor*: the lowest that any act had just then
        (fixed before the case was known); the same by default.
        """
        loss = share_of("a loss", loss)
        floor = probability if floor is None else floor
        if not 0 < share_of("a floor", floor) <= share_of("a probability", probability):
            raise ValueError(f"an audit has a probability above 0 and not below its floor: {probability}, {floor}")
        if self.audits % self._block == 0:
            self._staked += _part(self.audits // self._block + 1) / len(self._bets)
        factors = 1 + self._bets * (floor / probability) * (loss - self.promise.risk)
        self._staked *= factors
        self.audits += 1
        self._highest = max(self._highest, self.wealth)
        self._look_back(float(np.log(factors[2])))
        if self._closed_at is None and self.wealth >= self.promise.wealth_asked:
            self._closed_at = self.audits
        return self.says()

    @property
    def wealth(self) -> float:
        """Wealth of the gambler who bets that the promise is broken; 1 before the first audit."""
        return float(self._staked.sum()) + _left(-(-self.audits // self._block))

    def says(self) -> Watched:
        """What the audits so far say."""
        since = self._since + 1 if self._run > 0 else None
        return Watched(self.wealth, self._highest, self._closed_at is not None, self.audits, since)

    def state(self) -> dict[str, Any]:
        """All that is needed to go on later, as plain JSON values."""
        return {
            "risk": self.promise.risk,
            "doubt": self.promise.doubt,
            "audits": self.audits,
            "staked": self._staked.tolist(),
            "highest": self._highest,
            "closed_at": self._closed_at,
            "run": self._run,
            "since": self._since,
        }

    @staticmethod
    def from_state(state: Mapping[str, Any]) -> Watch:
        """The watch that `state` described."""
        watch = Watch(Promise(state["risk"], state["doubt"]))
        watch.audits, watch._highest, watch._closed_at = state["audits"], state["highest"], state["closed_at"]
        watch._staked = np.array(state["staked"], float)
        watch._run, watch._since = state["run"], state["since"]
        return watch

    def _look_back(self, grown: float) -> None:
        """The likeliest moment of the change: since when a bet on three times the risk has paid (Page's CUSUM)."""
        self._run = max(self._run, 0.0) + grown
        if self._run <= 0:
            self._run, self._since = 0.0, self.audits


def _left(blocks: int) -> float:
    """The part of the stake that is kept after so many blocks."""
    return float((blocks + 1) ** -_AGEING)


def _part(block: int) -> float:
    """The part of the stake for a start at this block (1, 2, …)."""
    return _left(block - 1) - _left(block)


def start_cost(promise: Promise, audits: int) -> float:
    """What a start after so many audits costs, in logarithm of the stake: −ln of its part on one bet."""
    block = max(1, round(0.5 / promise.risk))
    return float(np.log(len(_TIMES_WORSE) / _part(audits // block + 1)))
