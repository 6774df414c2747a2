"""Answers to near-same questions that cannot all be right: other amounts, days, hours, yes against no, other pages."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.memory import speech
from binome.knowledge.memory.claims import claims

SAME_QUESTION = 0.72
"""From which cosine two questions are near enough for their answers to be compared."""

MOST = 120
"""Answers of one problem that are compared with each other, the latest first."""

KINDS = ("reply", "money", "duration", "share", "clock", "date", "day", "link")
"""What is compared, the gravest first."""

APART = timedelta(days=60)
"""How long two answers must lie apart for the later one to count as a change, where each was given only once."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given. *vector*: of its question."""

    id: int
    question: str
    answer: str
    author: str
    channel: str
    at: datetime
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two groups of answers, the older first, that say different things. *between*: colleagues, channels, dates."""

    kind: str
    older: str
    newer: str
    older_ids: tuple[int, ...]
    newer_ids: tuple[int, ...]
    between: tuple[str, ...]

    @property
    def changed_since(self) -> bool:
        """Whether it looks like a change in time, rather than two people at odds."""
        return "dates" in self.between


def contradictions(given: Sequence[Given]) -> list[Contradiction]:
    """At most one for each kind of claim: the one that most answers have a part in."""
    latest = sorted(given, key=lambda one: one.at, reverse=True)[:MOST]
    claimed = [claims(one.answer) for one in latest]
    alike = _alike(latest)
    found = []
    for kind in KINDS:
        places = [place for place, its in enumerate(claimed) if kind in its]
        held = [(latest[place], claimed[place][kind]) for place in places]
        best = _gravest(kind, held, alike[np.ix_(places, places)])
        if best:
            found.append(best)
    return found


def _gravest(kind: str, held: Sequence[tuple[Given, frozenset[str]]], alike: NDArray[np.bool_]) -> Contradiction | None:
    sides: dict[tuple[str, str], tuple[dict[int, Given], dict[int, Given]]] = defaultdict(lambda: ({}, {}))
    values = [values for _one, values in held]
    agree, spoken = spoken_of(kind, values, values)
    lines = {one: in_a_line(one) for one in values}
    for i, j in np.argwhere(np.triu(alike & spoken & ~agree, 1)).tolist():
        first, second = sorted(((lines[values[place]], held[place][0]) for place in (i, j)), key=lambda side: side[0])
        left, right = sides[first[0], second[0]]
        left[first[1].id], right[second[1].id] = first[1], second[1]
    if not sides:
        return None
    told, groups = max(sides.items(), key=lambda pair: (len(pair[1][0]) + len(pair[1][1]), pair[0]))
    return _contradiction(kind, told, list(groups[0].values()), list(groups[1].values()))


def _contradiction(kind: str, told: tuple[str, str], left: Sequence[Given], right: Sequence[Given]) -> Contradiction:
    if max(one.at for one in left) > max(one.at for one in right):
        told, left, right = (told[1], told[0]), right, left
    between = []
    if {one.author for one in left} != {one.author for one in right}:
        between.append("colleagues")
    if {one.channel for one in left} != {one.channel for one in right}:
        between.append("channels")
    if _one_after_the_other(left, right):
        between.append("dates")
    return Contradiction(kind, *told, tuple(one.id for one in left), tuple(one.id for one in right), tuple(between))


def _one_after_the_other(older: Sequence[Given], newer: Sequence[Given]) -> bool:
    end, start = max(one.at for one in older), min(one.at for one in newer)
    return end < start and (start - end >= APART or (len(older) > 1 and len(newer) > 1))


def comparable(kind: str, values: frozenset[str], others: frozenset[str]) -> bool:
    """Amounts of one currency, durations of one unit; a long list of hours or days is a timetable, compared as a whole."""
    if kind in ("money", "duration"):
        return bool({value.split()[-1] for value in values} & {value.split()[-1] for value in others})
    return len(values) <= 4 and len(others) <= 4


def spoken_of(
    kind: str, ones: Sequence[frozenset[str] | None], others: Sequence[frozenset[str] | None]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of these values agree with which of those, and which speak of the same: (ones, others) both.

    None: that answer says nothing of this kind."""
    mine, theirs = list(dict.fromkeys(ones)), list(dict.fromkeys(others))
    shape = (len(mine), len(theirs))
    agree, spoken = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for row, one in enumerate(mine):
        for column, other in enumerate(theirs):
            if one and other:
                agree[row, column] = not one.isdisjoint(other)
                spoken[row, column] = agree[row, column] or comparable(kind, one, other)
    rows, columns = {one: place for place, one in enumerate(mine)}, {one: place for place, one in enumerate(theirs)}
    whole = np.ix_([rows[one] for one in ones], [columns[other] for other in others])
    return agree[whole], spoken[whole]


def _alike(given: Sequence[Given]) -> NDArray[np.bool_]:
    if not given:
        return np.zeros((0, 0), np.bool_)
    vectors = np.stack([one.vector for one in given])
    telling = [speech.telling(one.question) for one in given]
    near: NDArray[np.bool_] = (vectors @ vectors.T >= SAME_QUESTION) | (speech.shares(telling, telling) >= 0.5)
    return near


def in_a_line(values: frozenset[str]) -> str:
    """The values of a claim in one line."""
    return ", ".join(sorted(values))
