"""Made-up lanes whose truth is known: how confidence is spread, and how often each confidence is wrong."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Numbers = np.ndarray
_FINE = 400_000


@dataclass(frozen=True)
class World:
    """*draw* gives confidences of a shape; *wrong* the chance of being wrong at each confidence."""

    name: str
    draw: Callable[[np.random.Generator, tuple[int, ...]], Numbers]
    wrong: Callable[[Numbers], Numbers]

    def cases(self, random: np.random.Generator, shape: tuple[int, ...]) -> tuple[Numbers, Numbers]:
        """Confidences, and whether each case is wrong."""
        sure = self.draw(random, shape)
        return sure, random.random(shape) < self.wrong(sure)

    def truth(self) -> "Truth":
        """What nobody in the world knows."""
        sure = np.sort(self.draw(np.random.default_rng(99), (_FINE,)))
        return Truth(sure, np.cumsum(self.wrong(sure)[::-1])[::-1] / np.arange(_FINE, 0, -1))


@dataclass(frozen=True)
class Truth:
    """Confidences in order, and the true risk of acting from each of them on."""

    sure: Numbers
    risks: Numbers

    def risk(self, threshold: Numbers) -> Numbers:
        """R(threshold)."""
        return self.risks[np.minimum(np.searchsorted(self.sure, threshold), _FINE - 1)]

    def coverage(self, threshold: Numbers) -> Numbers:
        """Share of the cases at or above the threshold."""
        return 1 - np.searchsorted(self.sure, threshold) / _FINE

    def oracle(self, risk: float) -> float:
        """The largest coverage with a true risk ≤ *risk*."""
        fit = np.flatnonzero(self.risks <= risk)
        return float(1 - fit[0] / _FINE) if len(fit) else 0.0


def worlds() -> list[World]:
    """Well separated, calibrated, over- and under-confident, non-monotone, with noisy verdicts."""
    return [
        World("well separated", _two_groups, lambda s: 1 - s),
        World("calibrated", _spread, lambda s: 1 - s),
        World("over-confident", _spread, lambda s: 1 - s**2.5),
        World("under-confident", _spread, lambda s: (1 - s) ** 2.5),
        World("non-monotone", _two_groups, lambda s: np.where(s > 0.996, 0.15, 1 - s)),
        World("verdicts wrong 1 time in 100", _two_groups, lambda s: 0.01 + 0.98 * (1 - s)),
    ]


def at_the_limit(risk: float) -> World:
    """Confidence says nothing, and the risk is exactly the promised one at every threshold: the hardest case."""
    return World("exactly α everywhere", _spread, lambda s: np.full(s.shape, risk))


def just_above(risk: float) -> World:
    """The risk at every threshold is a tenth above the promised one."""
    return World("1.1 α everywhere", _spread, lambda s: np.full(s.shape, 1.1 * risk))


def _spread(random: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """Mostly sure, thinning out: Beta(8, 1)."""
    return random.beta(8, 1, shape)


def _two_groups(random: np.random.Generator, shape: tuple[int, ...]) -> Numbers:
    """Four in five well known, the rest doubtful: what FAQ matching looks like on real questions."""
    known = random.random(shape) < 0.8
    return np.where(known, random.beta(150, 1, shape), random.beta(2, 2, shape))
