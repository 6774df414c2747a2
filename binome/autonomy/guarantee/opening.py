"""When a lane may be opened, and from which confidence on: valid after every single verdict.

**Statement.** Let thresholds λ_1 > … > λ_m be fixed in advance, and R(λ) be the share of wrong among cases of confidence ≥ λ.
If in each case with s ≥ λ the chance of being wrong given the past is at least α whenever R(λ) ≥ α (as for cases drawn alike),
then P(the lane is ever offered a threshold with R(λ) ≥ α) ≤ δ, whatever the shape of R, however often one looks, and
whenever one opens.

**Proof.** Thresholds are tested in a fixed order, from the strictest down, each only if all before it were shown: the first
with R ≥ α is shown with probability ≤ the doubt it is tested at, and nothing beyond it is offered otherwise (fixed-sequence
testing; A. Angelopoulos and others, "Learn then Test" (2021); for a fixed sample Y. Geifman and R. El-Yaniv (2017)). A strict
threshold starves where few cases are that sure, so a second sequence starts halfway down: the first has 4/5 of δ, the
second 1/5, and all of δ once the first arrives there. Let λ_j be the first threshold with R ≥ α. If it lies above halfway, a
wrong offer needs a rejection at λ_j by the first sequence (≤ 4δ/5) or by the second at the first such threshold it meets (≤ δ/5).
If it lies below, it is rejected with probability ≤ δ, the second's rejections being among those of all of δ. No other
correction for the number of thresholds is needed (the fallback procedure, B. Wiens (2003)). Each test is valid at all
looks together: `boundary` where verdicts are right or wrong, `betting` where they are graded.

**Assumptions.** Verdicts of all cases with s ≥ λ enter in order, none left out because of what it says; confidences come
from a model that was not trained on the verdict that it is tested with; cases resemble one another over time
(`watching` and `shift` look for when they do not). A lane's later lives and other lanes: `Promise.of_life`, `shared_by`.

**Two cautions.** Once a lane acts, what it does alone is judged only where an audit falls: let one coin of the same chance
decide for *every* case, done alone or not, whether its verdict enters here, or the doubtful cases weigh too much. And an
offer is not withdrawn by later verdicts: feed those at or above the offered threshold to a `Watch` until the lane is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binome.autonomy.guarantee import betting
from binome.autonomy.guarantee.boundary import Boundary
from binome.autonomy.guarantee.promise import Promise, share_of

Flags = NDArray[np.bool_]
_LONG = 6
"""From so many thresholds on, a second sequence starts halfway down."""

_SECOND = 0.2
"""Its part of the doubt."""


@dataclass(frozen=True, slots=True)
class Step:
    """One threshold: the cases at or above it, the sum of their losses, the *wealth* against "risk ≥ α" beside the one
    *asked*, and after how many verdicts of the lane it was shown (None: not yet)."""

    threshold: float
    cases: int
    losses: float
    wealth: float
    asked: float
    shown_at: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a lane's evidence allows now.

    *threshold*: act alone from this confidence on; None: not at all yet. *coverage*: the share of the cases judged
    that it lets through. *missing*: verdicts until the next threshold can be shown, at the present rate of mistakes and
    of confident cases; *missing_at_best*: if no more mistake is made; None when it will not come to that.
    """

    threshold: float | None
    coverage: float
    missing: int | None
    missing_at_best: int | None
    verdicts: int
    steps: tuple[Step, ...]


class Opening:
    """The evidence for opening one lane. *graded*: losses between 0 and 1 occur, decided in advance."""

    def __init__(self, promise: Promise, thresholds: Sequence[float], graded: bool = False) -> None:
        self.promise, self.graded = promise, graded
        self.thresholds = np.array([share_of("a threshold", value) for value in thresholds])
        if not len(thresholds) or (np.diff(self.thresholds) >= 0).any():
            raise ValueError("thresholds go from the strictest down, each lower than the one before")
        self._halfway = len(thresholds) // 2 if len(thresholds) >= _LONG else len(thresholds)
        self._tests = _Tests.of(promise, self._halfway < len(thresholds))
        self.verdicts = 0
        self._cases = np.zeros(len(thresholds), np.int64)
        self._losses = np.zeros(len(thresholds))
        self._capitals = np.zeros((len(thresholds), len(betting.stakes())))
        self._shown_at: list[int | None] = [None] * len(thresholds)
        self._second_at: list[int | None] = [None] * len(thresholds)

    def add(self, confidence: float, loss: float) -> None:
        """Take in one verdict, in the order of the cases. *loss*: 0 right, 1 wrong."""
        share_of("a confidence", confidence)
        self._check(share_of("a loss", loss))
        self.verdicts += 1
        over = confidence >= self.thresholds
        self._cases[over] += 1
        self._losses[over] += loss
        if self.graded:
            self._capitals[over] += betting.log_growth(self.promise.risk, np.array([loss]))
        first, second = self._beyond()
        for latch, beyond in ((self._shown_at, first), (self._second_at, second)):
            for place in np.flatnonzero(over & beyond):
                latch[place] = latch[place] or self.verdicts

    def add_all(self, verdicts: Iterable[tuple[float, float]]) -> Opening:
        """Take in several (confidence, loss), in order; the opening itself is returned."""
        for confidence, loss in verdicts:
            self.add(confidence, loss)
        return self

    @property
    def threshold(self) -> float | None:
        """The lowest threshold that may be acted from now, if any: cheap, for after every verdict."""
        shown = self._shown()
        return float(self.thresholds[shown - 1]) if shown else None

    def offer(self, steps: bool = True) -> Offer:
        """What the evidence allows now, with all that a person is to see.

        Without *steps* it is cheap, for after every verdict: their wealths take a pass over the whole boundary.
        """
        shown = self._shown()
        coverage = self._cases[shown - 1] / self.verdicts if shown else 0.0
        return Offer(
            self.threshold,
            float(coverage),
            self._missing(shown),
            self._missing(shown, 0.0),
            self.verdicts,
            self._steps() if steps else (),
        )

    def state(self) -> dict[str, Any]:
        """All that is needed to go on later, as plain JSON values."""
        return {
            "risk": self.promise.risk,
            "doubt": self.promise.doubt,
            "graded": self.graded,
            "thresholds": self.thresholds.tolist(),
            "verdicts": self.verdicts,
            "cases": self._cases.tolist(),
            "losses": self._losses.tolist(),
            "capitals": np.maximum(self._capitals, -1e300).tolist() if self.graded else [],
            "shown_at": self._shown_at,
            "second_at": self._second_at,
        }

    @staticmethod
    def from_state(state: Mapping[str, Any]) -> Opening:
        """The opening that `state` described."""
        opening = Opening(Promise(state["risk"], state["doubt"]), state["thresholds"], state["graded"])
        opening.verdicts = state["verdicts"]
        opening._cases = np.array(state["cases"], np.int64)
        opening._losses = np.array(state["losses"], float)
        if opening.graded:
            opening._capitals = np.array(state["capitals"], float)
        opening._shown_at, opening._second_at = list(state["shown_at"]), list(state["second_at"])
        return opening

    def _check(self, loss: float) -> None:
        if not self.graded and loss not in (0.0, 1.0):
            raise ValueError(
                "a loss between 0 and 1 was given where verdicts are right or wrong: say graded=True first"
            )

    def _beyond(self) -> tuple[Flags, Flags]:
        """Where the first and the second sequence reject now."""
        before = np.arange(len(self.thresholds)) < self._halfway
        reached = [self._few_enough(place) for place in range(3)]
        return np.where(before, reached[0], reached[2]), ~before & reached[1]

    def _few_enough(self, place: int) -> Flags:
        """Where the losses are few enough for the first sequence (0), the second (1), all of δ (2)."""
        if self.graded:
            return betting.wealth(self._capitals) >= 1 / self._tests.doubts[place]
        return self._tests.boundaries[place].few_enough(self._cases, self._losses.astype(np.int64))

    def _shown(self) -> int:
        """How many thresholds from the strictest on the one offered lets in; 0: none is offered."""
        first = _unbroken(self._shown_at)
        second = _unbroken(self._second_at[self._halfway :])
        return self._halfway + second if second and first < self._halfway else first

    def _steps(self) -> tuple[Step, ...]:
        arrived = _unbroken(self._shown_at) >= self._halfway
        levels = [0 if place < self._halfway else 2 if arrived else 1 for place in range(len(self.thresholds))]
        wealths = self._wealths(levels)
        return tuple(
            Step(
                float(self.thresholds[place]),
                int(self._cases[place]),
                float(self._losses[place]),
                wealths[place],
                1 / self._tests.doubts[level],
                self._second_at[place] or self._shown_at[place] if level else self._shown_at[place],
            )
            for place, level in enumerate(levels)
        )

    def _wealths(self, levels: Sequence[int]) -> list[float]:
        if self.graded:
            return [float(value) for value in betting.wealth(self._capitals)]
        losses = self._losses.astype(int).tolist()
        found = [self._tests.boundaries[level].wealths(self._cases.tolist(), losses) for level in sorted(set(levels))]
        order = sorted(set(levels))
        return [found[order.index(level)][place] for place, level in enumerate(levels)]

    def _missing(self, shown: int, rate: float | None = None) -> int | None:
        """Verdicts until one more threshold is shown; the boundary of whole mistakes serves for graded losses too."""
        if shown >= len(self.thresholds):
            return 0
        waits = [self._wait(shown, 0 if shown < self._halfway else 2, rate)]
        if shown < self._halfway < len(self.thresholds):
            waits.append(self._wait(self._halfway, 1, rate))
        return min((wait for wait in waits if wait is not None), default=None)

    def _wait(self, place: int, level: int, rate: float | None) -> int | None:
        cases, losses = int(self._cases[place]), float(self._losses[place])
        rate = losses / max(cases, 1) if rate is None else rate
        more = self._tests.boundaries[level].cases_missing(cases, int(np.ceil(losses)), rate)
        reach = (cases + 1) / (self.verdicts + 1)
        return None if more is None else int(np.ceil(more / reach))


@dataclass(frozen=True, slots=True)
class _Tests:
    """The doubts of the first sequence, of the second, of both once the first has arrived; and their boundaries."""

    doubts: tuple[float, float, float]
    boundaries: tuple[Boundary, Boundary, Boundary]

    @staticmethod
    def of(promise: Promise, halved: bool) -> _Tests:
        shares = (1 - _SECOND, _SECOND, 1.0) if halved else (1.0, 1.0, 1.0)
        doubts = (shares[0] * promise.doubt, shares[1] * promise.doubt, promise.doubt)
        first, second, whole = (Boundary.of(promise.risk, doubt) for doubt in doubts)
        return _Tests(doubts, (first, second.within(whole), whole))


def _unbroken(shown_at: Sequence[int | None]) -> int:
    """How many were shown before the first that was not."""
    return next((i for i, at in enumerate(shown_at) if at is None), len(shown_at))
