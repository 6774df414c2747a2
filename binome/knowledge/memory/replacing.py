"""Answers that are given no longer: later ones to the same question, or an approved entry, say something else.

Each answer is held beside what was said after it, in its problem and in its neighbours: a problem often lies in several
pieces. What two colleagues say in turn is no change; what nobody has said again since is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.memory import speech
from binome.knowledge.memory.claims import claims
from binome.knowledge.memory.disagreeing import APART, SAME_QUESTION, Given, in_a_line, spoken_of

KINDS = ("money", "duration", "share", "clock", "date", "day")
"""What is compared; yes and no, and pages, say too little by themselves."""

ALIKE, LIKE_ENTRY = 0.45, 0.5
"""From which likeness (half the questions', half the answers') two exchanges, an exchange and an entry, are of one matter."""

ENOUGH = 2
"""Later answers in a row that say otherwise; one is enough where it comes after a long while (`disagreeing.APART`)."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stated:
    """An answer with what it commits to. *given*: as it was given, or as the entry stands."""

    given: Given
    answered: Floats
    claims: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What was said, and what is said since."""

    kind: str
    older: str
    newer: str


def stated(given: Sequence[Given], answered: Sequence[Floats]) -> list[Stated]:
    """Those of these answers that commit to something that can be compared. *answered*: the vectors of the answers."""
    every = (Stated(one, vector, claims(one.answer)) for one, vector in zip(given, answered, strict=True))
    return [one for one in every if any(kind in one.claims for kind in KINDS)]


def replaced(own: Sequence[Stated], others: Sequence[Stated], approved: Sequence[Stated]) -> dict[int, list[Change]]:
    """Answer → what it says that is said otherwise now, for those of *own* that are out of date."""
    found: dict[int, list[Change]] = defaultdict(list)
    said = sorted({one.given.id: one for one in (*others, *own)}.values(), key=lambda one: one.given.at)
    later = _alike(own, said) & (_instants(said) > _instants(own)[:, None])
    near = _likeness(own, approved) >= LIKE_ENTRY
    for kind in KINDS:
        mine = [one.claims.get(kind) for one in own]
        agree, spoken = spoken_of(kind, mine, [one.claims.get(kind) for one in said])
        approves, of_matter = spoken_of(kind, mine, [one.claims.get(kind) for one in approved])
        after, entries = spoken & later, of_matter & near
        for row in np.flatnonzero(entries.any(axis=1)).tolist():
            if not (approves[row] & entries[row]).any():
                found[own[row].given.id].append(_change(own[row], approved[int(entries[row].argmax())], kind))
        for row in np.flatnonzero(after.any(axis=1) & ~entries.any(axis=1)).tolist():
            change = _by_later(
                own[row],
                [(said[place], bool(agree[row, place])) for place in np.flatnonzero(after[row]).tolist()],
                kind,
            )
            if change:
                found[own[row].given.id].append(change)
    return found


def _by_later(one: Stated, later: Sequence[tuple[Stated, bool]], kind: str) -> Change | None:
    """Whether those who answered last all say something else. *later*: who spoke of it since, and whether they agree."""
    agreed = [place for place, (_other, agrees) in enumerate(later) if agrees]
    otherwise = [other for other, _agrees in (later[agreed[-1] + 1 :] if agreed else later)]
    last_said = later[agreed[-1]][0].given.at if agreed else one.given.at
    long_since = bool(otherwise) and otherwise[0].given.at - last_said >= APART
    return _change(one, otherwise[-1], kind) if len(otherwise) >= ENOUGH or long_since else None


def _instants(rows: Sequence[Stated]) -> NDArray[np.float64]:
    return np.array([one.given.at.timestamp() for one in rows], np.float64)


def _change(one: Stated, now: Stated, kind: str) -> Change:
    return Change(kind, in_a_line(one.claims[kind]), in_a_line(now.claims[kind]))


def _alike(own: Sequence[Stated], others: Sequence[Stated]) -> NDArray[np.bool_]:
    """Which of these were asked nearly the same, or asked and answered alike."""
    near: NDArray[np.bool_] = _likeness(own, others) >= ALIKE
    if own and others:
        near |= _table(own, "question") @ _table(others, "question").T >= SAME_QUESTION
    mine, theirs = ([speech.telling(one.given.question) for one in rows] for rows in (own, others))
    near |= speech.shares(mine, theirs) >= 0.5
    return near


def _likeness(own: Sequence[Stated], others: Sequence[Stated]) -> Floats:
    if not own or not others:
        return np.zeros((len(own), len(others)), np.float32)
    asked = _table(own, "question") @ _table(others, "question").T
    both = asked + _table(own, "answer") @ _table(others, "answer").T
    return (both / 2).astype(np.float32)


def _table(rows: Sequence[Stated], side: str) -> Floats:
    return np.stack([one.given.vector if side == "question" else one.answered for one in rows])
