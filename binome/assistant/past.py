"""What was judged before, beside what is asked now: the nearest past cases, and how far a case lies from all of them."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from binome.autonomy import selectors as autonomy
from binome.autonomy.guarantee import Territory
from binome.autonomy.models import Lane, Opening
from binome.kit import encoder
from binome.knowledge.finding import Asked

KEPT = 32
"""Maps of guaranteed lanes that one process keeps ready."""


@dataclass(frozen=True)
class Near:
    """A past case that resembles this one: its suggestion, what a person said of it, and how near it is (cosine)."""

    suggestion: int
    judgement: str
    wrong: bool
    done_alone: bool
    source: int | None
    likeness: float


class Past:
    """The past beside a batch of questions, looked up once, when the first of them asks for it."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._asked = asked
        self._vectors: NDArray[np.float32] | None = None
        self._near: dict[int, list[Near]] | None = None

    def nearest(self, place: int) -> list[Near]:
        """The judged cases that are most like this question, the likest first."""
        if self._near is None:
            self._near = self._looked_up()
        return self._near.get(place, [])

    def resemblance(self, place: int, lane: Lane) -> float:
        """p-value of the question's distance to what a guaranteed lane was opened on; 1 where there is no such lane."""
        opening = lane.leader.opening
        if opening is None:
            return 1.0
        return float(_territory(opening).p_values(self._encoded()[place : place + 1])[0])

    def _encoded(self) -> NDArray[np.float32]:
        if self._vectors is None:
            self._vectors = encoder.encode([one.text for one in self._asked])
        return self._vectors

    def _looked_up(self) -> dict[int, list[Near]]:
        found: dict[int, list[Near]] = {}
        for workspace in {one.workspace_id for one in self._asked}:
            if not autonomy.has_vectors(workspace):
                continue
            places = [place for place, one in enumerate(self._asked) if one.workspace_id == workspace]
            for place, row in autonomy.nearest_verdicts(workspace, {place: self._encoded()[place] for place in places}):
                found.setdefault(place, []).append(Near(**row))
        return found


_maps: OrderedDict[int, Territory] = OrderedDict()
_lock = Lock()


def _territory(opening: Opening) -> Territory:
    """What the evidence of an opening covers: fixed when it was opened."""
    with _lock:
        known = _maps.pop(opening.pk, None) or Territory(autonomy.vectors_of(opening))
        _maps[opening.pk] = known
        while len(_maps) > KEPT:
            _maps.popitem(last=False)
        return known
