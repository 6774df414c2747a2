"""Measures what the sensitive stage finds, and holds for nothing: python -m evals.sensitive [--split …] [--data DIR].

Lines written for this purpose (evals/data/sensitive.jsonl); the half marked "report" was not looked at while the phrases
were corrected, but the same hand wrote lines and phrases: these figures flatter. Comments that others labelled as grief
do not, nor do real questions to a bank and to an assistant, nearly all harmless.
"""

import argparse
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from binome.sdk.stage import Reading
from binome.stages.sensitive import STAGE
from evals.loading import DEFAULT, DataAbsent, own_rows, rows
from evals.measures import share

MONEY = {"refund_or_money", "complaint"}
REAL = ("en_intent_banking77", "en_intent_clinc150")


def main() -> int:
    """Print the scorecard; 1 when the data are absent."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--split", default="report", choices=["report", "development"])
    options.add_argument("--data", type=Path, default=DEFAULT)
    options.add_argument("--show", action="store_true", help="name the lines missed or held for nothing")
    given = options.parse_args()
    for language in ("fr", "en"):
        mine = [row for row in own_rows("sensitive") if (row["split"], row["language"]) == (given.split, language)]
        own(language, mine, given.show)
    try:
        grief(given.data)
        for name in REAL:
            needless(name, given.data, given.show)
    except DataAbsent as absent:
        print(f"No evaluation data: {absent}. Give their folder with --data.")
        return 1
    return 0


def own(language: str, mine: list[dict[str, Any]], show: bool) -> None:
    meant, said = np.array([row["label"] for row in mine]), _labels([row["text"] for row in mine])
    grave = meant != "none"
    print(f"{language} found, under any label: {share(said[grave] != 'none')}")
    print(f"{language} found, under the right one: {share(said[grave] == meant[grave])}")
    print(f"{language} harmless but held: {share(said[~grave] != 'none')}")
    for row, label in zip(mine, said, strict=True):
        if show and row["label"] != label:
            print(f"    {row['label']} -> {label}: {row['text']}")


def grief(data: Path) -> None:
    """Comments that the readers of GoEmotions found to hold grief."""
    labelled = [row["text"] for row in rows("en_emotion_goemotions_train", data) if "grief" in _emotions(row)]
    print(f"en comments labelled grief by others, found: {share(_labels(labelled) != 'none')}")


def needless(name: str, data: Path, show: bool) -> None:
    """Real questions: whatever is held counts against us; money and complaints are told apart, being often deserved."""
    texts = random.Random(11).sample([row["text"] for row in rows(name, data)], 1_000)
    said = _labels(texts)
    print(f"{name} held: {share(said != 'none')}")
    print(f"{name} held, neither money nor complaint: {share(~np.isin(said, [*MONEY, 'none']))}")
    print("   ", ", ".join(f"{label} {count}" for label, count in Counter(said).most_common() if label != "none"))
    for text, label in zip(texts, said, strict=True):
        if show and label not in MONEY | {"none"}:
            print(f"    {label}: {text}")


def _labels(texts: list[str]) -> np.ndarray:
    return np.array([one.label for one in STAGE.read([Reading(text) for text in texts])])


def _emotions(row: dict[str, Any]) -> list[str]:
    labels = row.get("labels") or row.get("label") or []
    return labels if isinstance(labels, list) else [labels]


if __name__ == "__main__":
    raise SystemExit(main())
