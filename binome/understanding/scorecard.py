"""The figures that ship with this version, as `python -m evals.understanding` measured them; none if it did not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("scorecard.json")

UNSEEN_FIRST = {"unseen": 0, "held out": 1, "kept": 2}
"""What a set says of the future: texts of others never trained on say most, our own kept apart least."""

SHOWN = ("caught", "kept", "accuracy")
STAGE_OF = {"asks": "question"}


@dataclass(frozen=True)
class Figure:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Measured:
    """One stage on one set of texts in one language. *caught* of what alarms, *kept* of the rest; or *accuracy*."""

    stage: str
    language: str
    set: str
    origin: str
    cases: int
    figures: Mapping[str, Figure]


@cache
def shipped(file: Path = FILE) -> Mapping[str, Sequence[Measured]]:
    """By stage, the sets that say most first."""
    if not file.exists():
        return {}
    found: dict[str, list[Measured]] = {}
    for row in json.loads(file.read_text("utf-8")):
        figures = {name: Figure(*three) for name, three in row.pop("figures").items()}
        found.setdefault(row["stage"], []).append(Measured(**row, figures=figures))
    return {stage: sorted(rows, key=_what_it_says) for stage, rows in found.items()}


def packed(results: Sequence[Mapping[str, Any]]) -> str:
    """The scorecard's results in the small form that ships: called by `evals.understanding`."""
    rows = [_packed(result) for result in results if any(name in result["ours"] for name in SHOWN)]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n"


def _packed(result: Mapping[str, Any]) -> dict[str, Any]:
    ours = {name: _plain(figure) for name, figure in result["ours"].items() if name in SHOWN}
    return {
        "stage": STAGE_OF.get(result["task"], result["task"]), "language": result["language"], "set": result["set"],
        "origin": result["origin"], "cases": max(figure["cases"] for figure in ours.values()),
        "figures": {name: [round(figure[end], 4) for end in ("value", "low", "high")] for name, figure in ours.items()},
    }  # fmt: skip


def _plain(figure: Any) -> Mapping[str, Any]:
    if isinstance(figure, Mapping):
        return figure
    return {name: getattr(figure, name) for name in ("value", "low", "high", "cases")}


def _what_it_says(measured: Measured) -> tuple[int, str, int]:
    return UNSEEN_FIRST.get(measured.origin, 3), measured.language, -measured.cases
