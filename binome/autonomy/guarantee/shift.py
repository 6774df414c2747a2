"""When cases no longer resemble those that people judged: unknown territory, a slow change, and verdicts that are void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
UNKNOWN = 0.01
"""A case with a p-value at or below this is unknown territory: of cases like the evidence, so many are taken for it."""

_POWERS = np.array([0.2, 0.4, 0.6, 0.8])
_RESTART = 0.01


class Territory:
    """What the evidence covers. Half of the judged cases are the map, the other half says what distances are usual.

    **Statement.** For a case exchangeable with the second half, P(p-value ≤ ε) ≤ ε: its rank among their distances to the
    map is uniform. V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World" (2005).

    A case farther from the map than all n of the second half is unknown however few they are: with n < 99 such a case has a
    p-value below its rank, and one in n + 1 of the like cases is refused instead of one in a hundred.
    """

    def __init__(self, judged: Vectors) -> None:
        """*judged* (n, d): unit vectors of the judged cases, in order; every second one is kept for comparison."""
        self._map = judged[::2]
        self._usual = np.sort(_distances(judged[1::2], self._map))

    def distances(self, cases: Vectors) -> NDArray[np.float64]:
        """1 − cosine to the nearest case of the map; 2 when there is none."""
        return _distances(cases, self._map)

    def p_values(self, cases: Vectors) -> NDArray[np.float64]:
        """Share of judged cases at least as far from the map, the case itself counted: small in unknown territory."""
        farther = len(self._usual) - np.searchsorted(self._usual, self.distances(cases), side="left")
        values: NDArray[np.float64] = (1 + farther) / (1 + len(self._usual))
        return np.where((farther == 0) & (len(self._usual) > 0), np.minimum(values, UNKNOWN), values)


class Novelty:
    """A gambler who bets, case after case, that p-values are smaller than they should be.

    Each factor ε p^(ε−1) is expected to be ≤ 1 under p-values that are not too small; a hundredth of the gain is put back
    into fresh starts at each case, so that old quiet weighs little. It only raises audits, so it is a detector (its
    average run without change is at least its level: Shiryaev and Roberts), not a test for life.
    """

    def __init__(self, wealth: Sequence[float] | None = None) -> None:
        self._wealth = np.full(len(_POWERS), 1 / len(_POWERS)) if wealth is None else np.array(wealth, float)

    @property
    def wealth(self) -> float:
        return float(self._wealth.sum())

    def saw(self, p_value: float) -> float:
        """Take in the p-value of one case; the wealth afterwards."""
        if not 0 < p_value <= 1:
            raise ValueError(f"a p-value is above 0 and at most 1, not {p_value}")
        kept = (1 - _RESTART) * self._wealth + _RESTART / len(_POWERS)
        self._wealth = np.minimum(kept * _POWERS * p_value ** (_POWERS - 1), 1e12)
        return self.wealth

    def state(self) -> list[float]:
        """All that is needed to go on later, as plain JSON values: `Novelty(state)`."""
        return [float(value) for value in self._wealth]


def mix_moved(usual: Mapping[Any, int], now: Mapping[Any, int]) -> float:
    """How far the mix of labels (topics, languages) moved, 0 … 1: half the sum of the differences of their shares."""
    before, after = max(sum(usual.values()), 1), max(sum(now.values()), 1)
    labels = usual.keys() | now.keys()
    return sum(abs(usual.get(one, 0) / before - now.get(one, 0) / after) for one in labels) / 2


@dataclass(frozen=True, slots=True)
class MixShift:
    """How far a mix moved (*distance*), and how far two samples of one mix lie apart but once in a hundred (*by_chance*)."""

    distance: float
    by_chance: float

    @property
    def moved(self) -> bool:
        return self.distance > self.by_chance


def mix_shift(usual: Mapping[str, int], now: Mapping[str, int], level: float = 0.01) -> MixShift:
    """Whether the mix of labels is another than it was.

    **Statement.** For n and m independent cases of one mix, P(distance > by_chance) ≤ level, where the shares in the
    first term are the true ones: E|p̂ − q̂| ≤ √Var for each label, and the half sum moves by at most 1/n or 1/m with one
    case, so that McDiarmid's inequality gives the second term (C. McDiarmid, 1989). The shares of both samples together
    stand for the true ones.
    """
    before, after = sum(usual.values()), sum(now.values())
    if not before or not after:
        return MixShift(0.0, 1.0)
    spread = 1 / before + 1 / after
    shares = [(usual.get(one, 0) + now.get(one, 0)) / (before + after) for one in usual.keys() | now.keys()]
    expected = sum(sqrt(share * (1 - share) * spread) for share in shares) / 2
    return MixShift(mix_moved(usual, now), min(1.0, expected + sqrt(log(1 / level) * spread / 2)))


def thinned(judged: Mapping[str, int], now: Mapping[str, int]) -> dict[str, float]:
    """The chance with which a verdict on each label counts, so that those that count are mixed as the cases of *now* are.

    **Statement.** With a coin for each verdict that knows its label alone, the verdicts that count are a sample of the mix
    of *now* wherever it was judged at all (rejection sampling), and a part chosen without a look at any outcome is
    evidence like the whole.
    """
    total = sum(now.values())
    rates = {label: now.get(label, 0) / total / number for label, number in judged.items() if number and total}
    most = max(rates.values(), default=0.0)
    return {label: rate / most for label, rate in rates.items()} if most else dict.fromkeys(judged, 0.0)


def unjudged(judged: Mapping[str, int], now: Mapping[str, int]) -> float:
    """The share of the cases of *now* whose label was never judged."""
    return sum(number for label, number in now.items() if not judged.get(label)) / max(sum(now.values()), 1)


def coin(key: object) -> float:
    """A draw from 0 to 1 that is the same at every look for the same key, and knows nothing else of it."""
    return int.from_bytes(sha256(str(key).encode()).digest()[:7], "big") / 2**56


@dataclass(frozen=True, slots=True)
class Basis:
    """What an act leaned on: the *act* proposed (an answer's id, say), *version* of model and prompt, and the state
    (a digest) of each source it used."""

    act: str
    version: str
    sources: Mapping[str, str] = field(default_factory=dict)


def why_void(
    then: Basis, sources: Mapping[str, str], version: str, again: str | None = None, trained_on: bool = False
) -> str:
    """Why a verdict no longer counts as evidence, or "" when it does: the written rule.

    *sources*: their state now; *version* now; *again*: the act that this version proposes for the same case, None
    when it was not asked; *trained_on*: this version learnt from the case. In order:
    a source changed or is gone → "source_changed"; the version learnt from it → "trained_on"; another version that was not
    asked again → "not_rescored"; one that proposes something else → "other_act". Where the act is the same, the verdict
    counts, with the new version's confidence.
    """
    if any(sources.get(source) != state for source, state in then.sources.items()):
        return "source_changed"
    if version == then.version:
        return ""
    if trained_on:
        return "trained_on"
    if again is None:
        return "not_rescored"
    return "" if again == then.act else "other_act"


def _distances(cases: Vectors, known: Vectors) -> NDArray[np.float64]:
    if not len(known) or not len(cases):
        return np.full(len(cases), 2.0)
    nearest: NDArray[np.float64] = 1.0 - (cases @ known.T).max(axis=1).astype(np.float64)
    return nearest
