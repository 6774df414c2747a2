"""What is read of a message does not change with how fast it is read.

Those of `fixtures/readings.json` were taken before the stages were made faster. A stage that reads otherwise on purpose has
a new version, and its readings are taken anew.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from binome.sdk.stage import Annotation, Reading
from binome.understanding.running import run_stages

KEPT = json.loads((Path(__file__).parents[2] / "fixtures/readings.json").read_text("utf-8"))


def _read(rows: list[dict[str, Any]]) -> list[dict[str, Annotation]]:
    readings = [Reading(row["text"], tuple(row["before"]), author=row["text"]) for row in rows]
    return [dict(reading.annotations) for reading in run_stages(readings)]


@pytest.mark.parametrize("size", [1, 7, len(KEPT)])
def test_labels_and_words_are_those_that_were_kept_and_chances_within_a_thousandth(size: int) -> None:
    told = [one for first in range(0, len(KEPT), size) for one in _read(KEPT[first : first + size])]
    for row, said in zip(KEPT, told, strict=True):
        assert {name: one.label for name, one in said.items()} == {
            name: label for name, (label, _sure) in row["said"].items()
        }, row["text"]
        for name, (_label, sure) in row["said"].items():
            assert said[name].confidence == pytest.approx(sure, abs=1.01e-3), (row["text"], name)
        words = {name: one.evidence["words"] for name, one in said.items() if one.evidence.get("words")}
        assert words == row["words"], row["text"]
