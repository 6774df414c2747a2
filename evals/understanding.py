"""Measures how well messages are understood: python -m evals.understanding [--data DIR] [--tasks a,b] [--no-peers].

Writes docs/models/understanding-scorecard.md and .json. Each set says whether it is of our own kept texts (written by
those who wrote the texts trained on: flattering), held out of a set trained on, or never trained on.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from binome.sdk.stage import Annotation, Reading
from binome.understanding import scorecard
from binome.understanding.running import run_stages
from evals.loading import DEFAULT, DataAbsent
from evals.measures import (
    Figure,
    auroc,
    balanced_accuracy,
    calibration_error,
    calibration_floor,
    f1_of,
    macro_f1,
    reviewed,
    share,
)
from evals.understanding_peers import Peers
from evals.understanding_sets import Case, Set, sets
from training.understanding.examples import TASKS
from training.understanding.learning_set import to_learn_from

DOCS = Path(__file__).parents[1] / "docs" / "models"
BATCH = 256
ALARMS = {
    "irony": "ironic",
    "toxicity": "toxic",
    "hate": "hate",
    "spam": "spam",
    "asks": "question",
    "urgency": "urgent",
    "distress": "distress",
    "conflict": "derailing",
    "commitment": "promise",
}
"""In tasks of two labels, the one that is looked for."""

STAGE_OF = {"asks": "question", "target": "toxicity"}
ASKS = {"question": "question", "request": "question"}
LEAST_OF_KIND = 8
SILENT = Annotation("calm", 1.0)
"""What the silence of a stage means: only conflict has nothing to say, of a first message."""

Result = dict[str, Any]


def main() -> int:
    """Print and write the scorecard; 1 when the data are absent."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DEFAULT)
    options.add_argument("--tasks", default="", help="some tasks only, separated by commas; nothing is written")
    options.add_argument("--no-peers", action="store_true")
    given = options.parse_args()
    wanted = [task for task in given.tasks.split(",") if task]
    try:
        found = [one for one in sets(given.data) if one.task != "target" and (not wanted or one.task in wanted)]
        peers = None if given.no_peers else Peers(given.data, lambda: to_learn_from(given.data)[0])
        results = list(measured(found, peers))
    except DataAbsent as absent:
        print(f"No evaluation data: {absent}. Give their folder with --data.")
        return 1
    if not wanted:
        (DOCS / "understanding-scorecard.json").write_text(
            json.dumps(results, indent=1, ensure_ascii=False, default=_plain) + "\n"
        )
        (DOCS / "understanding-scorecard.md").write_text(page(results))
        scorecard.FILE.write_text(scorecard.packed(results), "utf-8")
    return 0


def measured(found: Sequence[Set], peers: Peers | None) -> Iterator[Result]:
    """One result a set, told as it comes."""
    for one in found:
        chances = ours(one)
        result: Result = {"set": one.name, "task": one.task, "language": one.language, "origin": one.origin}
        result["ours"] = figures(one, chances)
        if one.task in {"hate", "toxicity"} or one.name == "functional suite":
            result |= {"kinds": by(one, chances, "kind"), "groups": by(one, chances, "group")}
        if peers:
            texts = [case.text for case in one.cases]
            result["peers"] = {name: figures(one, peer(texts)) for name, peer in peers.of(one.task, one.language)}
        print(told(result), flush=True)
        yield result


def ours(one: Set) -> np.ndarray:
    """The chance of each label, (n, classes), by the stage of this task, texts before included."""
    name = STAGE_OF.get(one.task, one.task)
    readings = [Reading(case.text, case.context) for case in one.cases]
    chances = np.zeros((len(readings), len(TASKS[one.task])))
    for first in range(0, len(readings), BATCH):
        for row, read in enumerate(run_stages(readings[first : first + BATCH], {name}), start=first):
            said = read.annotations.get(name) or SILENT
            label = ASKS.get(said.label, "no") if one.task == "asks" else said.label
            at = TASKS[one.task].index(label)
            chances[row] = (1 - said.confidence) / (chances.shape[1] - 1)
            chances[row, at] = said.confidence
    return chances


def figures(one: Set, chances: np.ndarray) -> Mapping[str, Figure]:
    """The figures that matter for this task."""
    classes = TASKS[one.task]
    truth = np.array([case.label for case in one.cases])
    said, sure = np.array(classes)[chances.argmax(1)], chances.max(1)
    right = said == truth
    found: dict[str, Figure] = {}
    if alarm := ALARMS.get(one.task):
        score, there = chances[:, classes.index(alarm)], truth == alarm
        found["f1"] = f1_of(alarm, truth, said)
        found["balanced"] = balanced_accuracy(truth, said)
        found["caught"], found["kept"] = share(right[there]), share(right[~there])
        found["auroc"] = auroc(score[there], score[~there])
    else:
        found["macro_f1"] = macro_f1(truth, said)
        found["accuracy"] = share(right)
    found["calibration"], found["floor"] = calibration_error(sure, right), calibration_floor(sure)
    found["reviewed"] = reviewed(sure, right)
    return found


def by(one: Set, chances: np.ndarray, key: str) -> Mapping[str, Mapping[str, Figure]]:
    """Share right by functionality or by group, of what alarms and of what is harmless."""
    said = np.array(TASKS[one.task])[chances.argmax(1)]
    names = sorted({getattr(case, key) for case in one.cases} - {""})
    found = {name: _of(name, one.cases, said, key) for name in names}
    return {name: parts for name, parts in found.items() if parts}


def _of(name: str, cases: Sequence[Case], said: np.ndarray, key: str) -> Mapping[str, Figure]:
    parts = {}
    for part, harmless in (("caught", False), ("kept", True)):
        rows = [i for i, case in enumerate(cases) if getattr(case, key) == name and (case.label == "ok") == harmless]
        if len(rows) >= LEAST_OF_KIND:
            parts[part] = share(np.array([said[i] == cases[i].label for i in rows]))
    return parts


def told(result: Result) -> str:
    """One set in a few lines of plain text."""
    head = f"{result['task']} {result['language']}, {result['set']} ({result['origin']})"
    lines = [f"  {who}: {_short(found)}" for who, found in {"ours": result["ours"], **result.get("peers", {})}.items()]
    return "\n".join([head, *lines])


def _short(found: Mapping[str, Figure]) -> str:
    cases = next(iter(found.values())).cases
    return ", ".join(f"{name} {figure.value:.3f}" for name, figure in found.items()) + f" (n={cases})"


def page(results: Sequence[Result]) -> str:
    """The scorecard as a page."""
    lines = ["# Scorecard: understanding", "", *_INTRODUCTION]
    for task in TASKS:
        own = [result for result in results if result["task"] == task]
        if own:
            lines += ["", f"## {task}", "", *_table(own)]
            lines += [line for result in own for line in _kinds(result)]
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "Written by `python -m evals.understanding`. Each figure with its 95 % interval. Origin: *kept* are our own texts that",
    "were not trained on, by the same writers (flattering); *held out* is a part of a set trained on; *unseen* sets were",
    "never trained on. *Reviewed* is the share right when a person reads the least sure tenth; *floor* the calibration error of",
    "a reading that is right exactly as often as it says, on as many cases. Peers learn from the same examples, or come as they",
    "are.",
)


def _table(own: Sequence[Result]) -> Iterator[str]:
    names = list(own[0]["ours"])
    yield "| set | origin | who | " + " | ".join(names) + " |"
    yield "|---|---|---|" + "--:|" * len(names)
    for result in own:
        for who, found in {"**ours**": result["ours"], **result.get("peers", {})}.items():
            cells = " | ".join(_cell(found[name]) for name in names)
            cases = found["calibration"].cases
            yield f"| {result['language']} {result['set']} ({cases}) | {result['origin']} | {who} | {cells} |"


def _cell(figure: Figure) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _kinds(result: Result) -> Iterator[str]:
    for title, key in (("By functionality", "kinds"), ("By group", "groups")):
        if found := result.get(key):
            yield f"\n{title}, {result['language']} {result['set']}:\n"
            yield "| | caught | kept |"
            yield "|---|--:|--:|"
            for name, parts in found.items():
                cells = (
                    _cell(parts[part]) + f" n={parts[part].cases}" if part in parts else "–"
                    for part in ("caught", "kept")
                )
                yield f"| {name} | {' | '.join(cells)} |"


def _plain(value: object) -> object:
    if isinstance(value, Figure):
        return {
            "value": round(value.value, 4),
            "low": round(value.low, 4),
            "high": round(value.high, 4),
            "cases": value.cases,
        }
    return str(value)


if __name__ == "__main__":
    raise SystemExit(main())
