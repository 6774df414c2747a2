"""What came of a rehearsal, as plain JSON values."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from binome.autonomy.guarantee import interval
from binome.knowledge.rehearsing.engine import Item, Rehearsal


@dataclass
class Tally:
    """Counts the items of a rehearsal as they come; keeps those done alone and wrong."""

    wrong: list[Item] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    alone: int = 0

    def add(self, items: Iterable[Item]) -> "Tally":
        """Count these; the tally itself is returned."""
        for item in items:
            self.cases += 1
            self.alone += item.alone
            self.reasons[item.reason] += 1
            if item.alone and item.wrong:
                self.wrong.append(item)
        return self


def report(rehearsal: Rehearsal, tally: Tally) -> dict[str, Any]:
    """Overall, each lane by name, and every act done alone that is not what people did."""
    promise = rehearsal.rules.promise
    return {
        "risk": promise.risk,
        "confidence": round(1 - promise.doubt, 12),
        "overall": {
            **_shares(tally.cases, tally.alone, len(tally.wrong)),
            "reasons": dict(sorted((reason, count) for reason, count in tally.reasons.items() if reason != "alone")),
        },
        "lanes": [_lane(name, rehearsal) for name, lane in sorted(rehearsal.lanes.items()) if lane.grown],
        "wrong": [_mistake(item, rehearsal) for item in tally.wrong],
    }


def _lane(name: str, rehearsal: Rehearsal) -> dict[str, Any]:
    """*follows*: the lane of a topic does as that of the whole act does, which its own verdicts are evidence for."""
    lane = rehearsal.lanes[name]
    offer, opened_at = lane.offer(), lane.leader.opened_at
    return {
        "lane": name,
        "opened_at": opened_at[0] if opened_at else None,
        "reopened_at": opened_at[1:],
        **_shares(lane.cases, lane.alone, lane.wrong),
        "fallen_back": lane.fallen_back,
        "open": lane.open,
        "threshold": None if offer.threshold is None else round(offer.threshold, 4),
        "verdicts": lane.verdicts if lane.follows else offer.verdicts,
        "follows": lane.follows,
        "verdicts_missing": None if lane.open else offer.missing,
    }


def _shares(cases: int, alone: int, wrong: int) -> dict[str, Any]:
    return {
        "cases": cases,
        "alone": alone,
        "wrong": wrong,
        "handed_over": cases - alone,
        "coverage": round(alone / cases, 4) if cases else 0.0,
        "realised_risk": round(wrong / alone, 4) if alone else None,
        "interval": _rounded(interval(wrong, alone)) if alone else None,
    }


def _rounded(ends: Sequence[float]) -> list[float]:
    return [round(end, 4) for end in ends]


def _mistake(item: Item, rehearsal: Rehearsal) -> dict[str, Any]:
    """Answers by their id; by their text where they have none."""
    return {
        "id": item.case.id,
        "given": rehearsal.said_for(item.given),
        "expected": rehearsal.said_for(item.case.answer),
        "confidence": round(item.confidence, 4),
        "lane": rehearsal.lanes.name_of(item),
    }
