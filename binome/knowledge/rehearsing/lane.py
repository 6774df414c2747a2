"""One lane of a rehearsal: it opens by itself when its evidence allows, never before, and falls back when it must."""

from dataclasses import dataclass, field

import numpy as np

from binome.autonomy.guarantee import Offer, Opening, Promise, Watch

_STEP = 1.3
_LOOSEST = 0.75
_CAUTIOUS = 0.5
_SPARE = 1.0


def rehearsed_thresholds(risk: float) -> list[float]:
    """Thresholds for confidences that are probabilities: doubts from α up to three in four, each ×1.3, whatever the data."""
    steps = int(np.log(_LOOSEST / risk) / np.log(_STEP)) + 1
    return [1 - risk * _STEP**step for step in range(max(steps, 1))]


@dataclass
class RehearsedLane:
    """Evidence, watch and count of one lane. *opened_at*: the cases at which it opened, one for each life."""

    promise: Promise
    cases: int = 0
    alone: int = 0
    wrong: int = 0
    fallen_back: int = 0
    opened_at: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begin()

    @property
    def open(self) -> bool:
        return self._opening.threshold is not None

    @property
    def threshold(self) -> float | None:
        """From which confidence on an act is done alone now; None while the lane is shut.

        Where mistakes come faster than the promise foresees, only the surest are done until they are made up for:
        doing fewer than the evidence allows asks for no new evidence.
        """
        allowed = self._opening.threshold
        if allowed is None or self.wrong <= _CAUTIOUS * self.promise.risk * self.alone + _SPARE:
            return allowed
        return max(allowed, float(self._opening.thresholds[0]))

    def allows(self, confidence: float) -> bool:
        """Whether an act of this confidence is done alone now."""
        threshold = self.threshold
        return threshold is not None and confidence >= threshold

    def count(self, alone: bool, wrong: bool) -> None:
        """One more case; *wrong* counts where it was done alone."""
        self.cases += 1
        self.alone += alone
        self.wrong += alone and wrong

    def judged(self, case: str, confidence: float, wrong: bool, alone: bool) -> None:
        """People’s verdict on a case: evidence for opening, and an audit where the act was done alone."""
        was_open = self.open
        self._opening.add(confidence, float(wrong))
        if not was_open and self.open:
            self.opened_at.append(case)
        if alone and self._watch.audited(float(wrong)).closed:
            self.fallen_back += 1
            self._begin()

    def offer(self) -> Offer:
        """What its evidence allows now."""
        return self._opening.offer()

    def _begin(self) -> None:
        """A new life: fresh evidence, and a smaller part of the doubt."""
        promise = self.promise.of_life(self.fallen_back + 1)
        self._opening = Opening(promise, rehearsed_thresholds(promise.risk))
        self._watch = Watch(promise)
