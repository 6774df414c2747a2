"""Which answer served best: answers that say the same gathered as one solution, ranked by what came of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.memory import speech
from binome.knowledge.memory.claims import claims
from binome.knowledge.memory.pairing import Outcome

HALF_LIFE_DAYS = 365
"""After a year an answer's outcome counts half."""

PRIOR = 2.0
"""So many uses without any outcome are added to each solution, so that one lucky thanks does not win."""

AGREED = 0.3
"""What it adds that the whole team always gives this answer; less if it often gives others."""

USED = 0.15
"""What a use without any sign counts: nobody came back."""

SAME_MEANING, SAME_WORDS = 0.78, 0.6
AGREEING = 0.4
"""Enough likeness for answers that commit to exactly the same amounts, days and hours."""

_TOLD = ("used", "thanked", "complained", "again", "reopened", "edited", "out_of_date")
_EXACT = ("money", "duration", "share", "clock", "date", "reply")


@dataclass(frozen=True, slots=True)
class Use:
    """One time that an answer was given, and what came of it. *vector*: of the answer."""

    id: int
    answer: str
    at: datetime
    author: str
    channel: str
    outcome: Outcome
    vector: NDArray[np.float32]
    out_of_date: bool = False


@dataclass(frozen=True, slots=True)
class Solution:
    """Uses that say the same, the best worded first. *reasons*: what speaks for and against, with how often."""

    uses: Sequence[Use]
    score: float
    reasons: Sequence[tuple[str, int]]

    @property
    def best(self) -> Use:
        return self.uses[0]

    @property
    def authors(self) -> list[str]:
        return [name for name, _number in Counter(use.author for use in self.uses if use.author).most_common()]

    @property
    def channels(self) -> list[str]:
        return [name for name, _number in Counter(use.channel for use in self.uses if use.channel).most_common()]

    @property
    def first_at(self) -> datetime:
        return min(use.at for use in self.uses)

    @property
    def last_at(self) -> datetime:
        return max(use.at for use in self.uses)


def solutions(uses: Sequence[Use]) -> list[Solution]:
    """The solutions to one problem, the best first."""
    if not uses:
        return []
    latest = max(use.at for use in uses)
    found = [_weighed(group, latest, len(uses)) for group in _grouped(uses)]
    return sorted(found, key=lambda one: (-one.score, -one.last_at.timestamp(), one.best.id))


def _weighed(group: Sequence[Use], latest: datetime, number: int) -> Solution:
    ages = [(latest - use.at).days / HALF_LIFE_DAYS for use in group]
    fresh = [0.5**age for age in ages]
    total = sum(weight * (use.outcome.weight + USED) for use, weight in zip(group, fresh, strict=True))
    score = total / (sum(fresh) + PRIOR) + AGREED * len(group) / number
    score -= sum(use.out_of_date for use in group) / len(group)
    ordered = sorted(group, key=lambda use: (use.out_of_date, -use.outcome.weight, -use.at.timestamp(), use.id))
    return Solution(ordered, score, _reasons(group))


def _reasons(group: Sequence[Use]) -> list[tuple[str, int]]:
    counts = Counter[str](used=len(group))
    for use in group:
        signs: Mapping[str, bool] = {
            "thanked": use.outcome.thanked, "complained": use.outcome.complained, "again": use.outcome.again,
            "reopened": use.outcome.reopened, "edited": use.outcome.edited, "out_of_date": use.out_of_date,
        }  # fmt: skip
        counts.update(name for name, seen in signs.items() if seen)
    return [(name, counts[name]) for name in _TOLD if counts[name]]


def _grouped(uses: Sequence[Use]) -> list[list[Use]]:
    """Each joins the first group whose first answer says the same."""
    groups: list[list[Use]] = []
    claimed = {use.id: claims(use.answer) for use in uses}
    for use in sorted(uses, key=lambda one: (one.at, one.id), reverse=True):
        group = next((group for group in groups if _same(use, group[0], claimed)), None)
        if group is None:
            groups.append([use])
        else:
            group.append(use)
    return groups


def _same(one: Use, other: Use, claimed: Mapping[int, Mapping[str, frozenset[str]]]) -> bool:
    first, second = claimed[one.id], claimed[other.id]
    if any(kind in first and kind in second and not first[kind] & second[kind] for kind in _EXACT):
        return False
    exact = {kind: first[kind] for kind in _EXACT if kind in first}
    agree = bool(exact) and exact == {kind: second[kind] for kind in _EXACT if kind in second}
    if float(one.vector @ other.vector) >= (AGREEING if agree else SAME_MEANING):
        return True
    return speech.shared(speech.telling(one.answer), speech.telling(other.answer)) >= SAME_WORDS
