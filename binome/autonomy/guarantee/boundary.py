"""When mistakes are few enough, at every look: the exact boundary for verdicts that are right or wrong.

**The rule.** Numbers n_0 < n_1 < n_2 … are fixed in advance; "risk ≥ α" is rejected as soon as the n-th case comes with k
mistakes in all and n ≥ n_k.

**Statement.** If each case is wrong with probability at least α given those before it, the rule ever rejects with
probability ≤ δ, however often one looks.

**Proof.** (1) For independent cases wrong with probability exactly α, a path leaves "exactly k mistakes, not yet rejected"
for the rejection only at case n_k, so P(ever rejected) = Σ_k q_k with q_k = P(k mistakes at n_k, not rejected before).
`Boundary.of` carries these probabilities forward exactly and puts n_k at the first case where the sum so far plus q_k is
at most δ S(k), S rising to 1. (2) Cases wrong with probability ≥ α given the past can be coupled with independent ones of
probability α so that each mistake of the latter is one of the former; fewer mistakes never delay a rejection, so the
chance can only be lower.

**As a bet.** V(n, k) = P(the rule will reject | k mistakes in n cases), under α, is a martingale from V(0, 0) = δ to 1 at
the rejection. V/δ is therefore the wealth of a gambler who stakes 1 against "risk ≥ α" and reaches exactly 1/δ when the
rule rejects: an e-process without overshoot (G. Shafer, "Testing by betting", JRSS A 184 (2021); the boundary is an
alpha-spending function, K. Lan and D. DeMets, Biometrika 70 (1983)).

**The shares S.** Half of δ is spent on "no mistake" (183 cases for α = 2 %, δ = 5 %, where a test that may look once, at the
149th case, needs 149), the rest in proportion to k^-1.6: chosen by simulation, see docs/models/guarantee-simulations.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LEVELS = 160
"""Mistakes up to which a case can still be made; with more of them at one threshold nothing can be shown any more."""

_AT_ONCE, _DECAY = 0.5, 1.6


@dataclass(frozen=True, slots=True)
class Boundary:
    """*cases_at*[k]: from how many cases on k mistakes are few enough (n_k). *spent*: P(ever rejected) at exactly α."""

    risk: float
    doubt: float
    cases_at: NDArray[np.int64]
    spent: float

    @staticmethod
    @lru_cache(maxsize=64)
    def of(risk: float, doubt: float) -> "Boundary":
        """The boundary of this α and δ, computed once."""
        shares = doubt * _shares()
        waiting = np.zeros(LEVELS + 1)  # P(k mistakes, not rejected), the last entry being lost
        waiting[0] = 1.0
        cases_at, spent, n = np.zeros(LEVELS, np.int64), 0.0, 0
        for level in range(LEVELS):
            while n <= level / risk or spent + waiting[level] > shares[level]:
                waiting[1:] += risk * (waiting[:-1] - waiting[1:])
                waiting[0] *= 1 - risk
                n += 1
            cases_at[level] = n
            spent += waiting[level]
            waiting[level] = 0.0
        return Boundary(risk, doubt, cases_at, float(spent))

    def within(self, wider: "Boundary") -> "Boundary":
        """This boundary, made so that it never rejects before the *wider* one does."""
        return Boundary(self.risk, self.doubt, np.maximum(self.cases_at, wider.cases_at), self.spent)

    def few_enough(self, cases: NDArray[np.int64], mistakes: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether these mistakes in these cases reject "risk ≥ α" (elementwise)."""
        level = np.minimum(mistakes, LEVELS - 1)
        return (mistakes < LEVELS) & (cases >= self.cases_at[level])

    def wealths(self, cases: Sequence[int], mistakes: Sequence[int]) -> list[float]:
        """The gambler's wealth V/δ at each of these states: 1/δ once it is shown, 0 when it cannot be any more.

        All states are read off one pass from the end of the boundary back to the earliest of them.
        """
        wanted: dict[int, list[int]] = {}
        for place, n in enumerate(cases):
            wanted.setdefault(min(n, int(self.cases_at[-1])), []).append(place)
        found = [0.0] * len(cases)
        chance = np.zeros(LEVELS + 1)  # V(n, k) for every k; with LEVELS mistakes nothing can be shown
        for n in range(int(self.cases_at[-1]), min(wanted, default=0) - 1, -1):
            chance[:-1] += self.risk * (chance[1:] - chance[:-1])
            chance[: np.searchsorted(self.cases_at, n, side="right")] = 1.0
            for place in wanted.get(n, ()):
                found[place] = float(chance[min(mistakes[place], LEVELS)]) / self.doubt
        return found

    def cases_missing(self, cases: int, mistakes: int, rate: float = 0.0) -> int | None:
        """How many more cases it takes if a share *rate* of them is wrong; None when it never comes to that."""
        for level in range(mistakes, LEVELS):
            more = max(int(self.cases_at[level]) - cases, 0)
            if mistakes + int(rate * more) <= level:
                return more
        return None


def _shares() -> NDArray[np.float64]:
    """S(0) … S(LEVELS - 1): the part of δ that may be spent up to each number of mistakes; the last is 1."""
    later = np.cumsum(np.arange(1, LEVELS, dtype=np.float64) ** -_DECAY)
    return np.concatenate(([_AT_ONCE], _AT_ONCE + (1 - _AT_ONCE) * later / later[-1]))
