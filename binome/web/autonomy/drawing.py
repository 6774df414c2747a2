"""Small drawings as numbers, for the templates to put in SVG: the proof so far, and risk against coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from binome.autonomy.guarantee import Boundary, Promise, interval

WIDE, HIGH = 108, 28
_POINTS = 28

LEFT, RIGHT, TOP, BOTTOM = 44, 356, 14, 190
"""The curve's own frame, within 400 × 220."""


@dataclass(frozen=True)
class Spark:
    """How the evidence grew, in a frame of `WIDE` × `HIGH`: the line, and where the level asked for lies."""

    line: str
    asked: float


def spark(pairs: Sequence[tuple[float, bool]], threshold: float, promise: Promise) -> Spark | None:
    """The wealth against "the risk is not below α" after each verdict at or above a threshold; None without any."""
    wrong = np.array([int(was) for confidence, was in pairs if confidence >= threshold])
    if not len(wrong):
        return None
    places = np.unique(np.linspace(1, len(wrong), min(_POINTS, len(wrong))).astype(int))
    mistakes = np.cumsum(wrong)
    wealths = Boundary.of(promise.risk, promise.doubt).wealths(
        [int(n) for n in places], [int(mistakes[n - 1]) for n in places]
    )
    least, most = 1 / promise.wealth_asked, promise.wealth_asked * 1.5
    heights = [_height(log(min(max(one, least), most)), log(least), log(most)) for one in (1.0, *wealths)]
    across = [0.0, *(WIDE * n / len(wrong) for n in places)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, heights, strict=True))
    return Spark(line, round(_height(log(promise.wealth_asked), log(least), log(most)), 1))


@dataclass(frozen=True)
class Curve:
    """The share of errors against the share that would be done alone: line, band of the interval, the risk chosen, the point."""

    line: str
    band: str
    risk: float
    top: int
    point: tuple[float, float] | None
    rows: Sequence[dict[str, Any]]
    ends: tuple[int, int, int, int] = (LEFT, RIGHT, TOP, BOTTOM)


def curve(
    steps: Sequence[dict[str, Any]], verdicts: int, risk: float, doubt: float, chosen: float | None
) -> Curve | None:
    """One point for each threshold that lets other cases through than the one before; None without evidence."""
    rows: list[dict[str, Any]] = []
    for step in steps:
        if step["cases"] and (not rows or step["cases"] != rows[-1]["cases"]):
            low, high = interval(int(step["losses"]), step["cases"], doubt)
            share, coverage = step["losses"] / step["cases"], step["cases"] / verdicts
            rows.append({**step, "share": share, "low": low, "high": high, "coverage": coverage})
    if not rows:
        return None
    top = min(1.0, max(4 * risk, *(row["share"] * 1.5 for row in rows)))
    at = [(_across(row["coverage"]), _up(row["share"], top)) for row in rows]
    above = [(_across(row["coverage"]), _up(row["high"], top)) for row in rows]
    below = [(_across(row["coverage"]), _up(row["low"], top)) for row in rows]
    taken = [row for row in rows if chosen is not None and row["threshold"] >= chosen]
    point = (_across(taken[-1]["coverage"]), _up(taken[-1]["share"], top)) if taken else None
    return Curve(_path(at), _path([*above, *reversed(below)]), _up(risk, top), round(top * 100), point, rows)


def _height(value: float, least: float, most: float) -> float:
    return HIGH - 2 - (HIGH - 4) * (value - least) / (most - least)


def _across(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * share, 1)


def _up(share: float, top: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * min(share, top) / top, 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
