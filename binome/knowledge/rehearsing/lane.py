"""One lane of a rehearsal: it opens by itself when its evidence allows, never before, and falls back when it must.

A topic that was judged often enough has a lane of its own, as in the product (`autonomy.topics`): it follows the lane that
it grew out of, whose evidence and watch take its cases in, until a watch of its own closes it. From then on it is a lane
like any other, in its second life: fresh evidence, and a smaller part of the doubt. While it follows it can only close, so
that it spends nothing of the doubt.
"""

from collections import Counter
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
    """Evidence, watch and count of one lane. *opened_at*: the cases at which it opened, one for each life.

    A lane of a topic is *grown* once it has verdicts *enough*; until then its cases are its *parent*'s.
    """

    promise: Promise
    parent: "RehearsedLane | None" = None
    enough: int = 0
    cases: int = 0
    alone: int = 0
    wrong: int = 0
    verdicts: int = 0
    fallen_back: int = 0
    opened_at: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.grown, self.follows = self.parent is None, self.parent is not None
        self._led = Counter[str]()
        self._watch: Watch | None = None
        self._begin()

    @property
    def leader(self) -> "RehearsedLane":
        """The lane that decides how far this one goes: its parent while it follows it."""
        return self.parent if self.follows and self.parent else self

    @property
    def open(self) -> bool:
        return self.leader._opening.threshold is not None

    @property
    def threshold(self) -> float | None:
        """From which confidence on an act is done alone now; None while the lane is shut.

        Where mistakes come faster than the promise foresees, only the surest are done until they are made up for:
        doing fewer than the evidence allows asks for no new evidence.
        """
        leader = self.leader
        allowed, alone, wrong = leader._opening.threshold, leader._led["alone"], leader._led["wrong"]
        if allowed is None or wrong <= _CAUTIOUS * leader.promise.risk * alone + _SPARE:
            return allowed
        return max(allowed, float(leader._opening.thresholds[0]))

    def allows(self, confidence: float) -> bool:
        """Whether an act of this confidence is done alone now."""
        threshold = self.threshold
        return threshold is not None and confidence >= threshold

    def count(self, alone: bool, wrong: bool) -> None:
        """One more case; *wrong* counts where it was done alone."""
        for lane in (self, self.parent) if self.parent and not self.grown else (self,):
            lane.cases += 1
            lane.alone += alone
            lane.wrong += alone and wrong
        self.leader._led.update(alone=int(alone), wrong=int(alone and wrong))

    def judged(self, case: str, confidence: float, wrong: bool, alone: bool) -> None:
        """People’s verdict on a case: evidence for opening, and an audit where the act was done alone."""
        self.verdicts += 1
        leader, was_open = self.leader, self.open
        leader._opening.add(confidence, float(wrong))
        if not was_open and self.open:
            leader.opened_at.append(case)
        if alone:
            for lane in (self, leader) if leader is not self else (self,):
                lane._audited(wrong)
        if self.parent and not self.grown and self.verdicts >= self.enough:
            self._grow(self.parent)

    def offer(self) -> Offer:
        """What the evidence of who decides allows now."""
        return self.leader._opening.offer()

    def _grow(self, parent: "RehearsedLane") -> None:
        """A lane of its own, from here on; what its parent counted of it is counted here."""
        self.grown = True
        parent.cases -= self.cases
        parent.alone -= self.alone
        parent.wrong -= self.wrong

    def _audited(self, wrong: bool) -> None:
        """The watch begins with the first act of a life, on what is promised of it then."""
        if not self.grown:
            return
        self._watch = self._watch or Watch(self.leader._opening.promise)
        if self._watch.audited(float(wrong)).closed:
            if self.follows and self.parent:  # what it did under its parent was a life of its own
                self.opened_at, self.follows = self.parent.opened_at[-1:], False
                self._led.update(alone=self.alone, wrong=self.wrong)
            self.fallen_back += 1
            self._begin()

    def _begin(self) -> None:
        """A new life: fresh evidence, and a smaller part of the doubt."""
        promise = self.promise.of_life(self.fallen_back + 1)
        self._opening, self._watch = Opening(promise, rehearsed_thresholds(promise.risk)), None
