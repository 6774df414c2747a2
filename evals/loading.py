"""Reads the evaluation data, which stay outside the project."""

import csv
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"
OWN = Path(__file__).parent / "data"


class DataAbsent(Exception):
    """The folder of evaluation data, or a file of it, is not there."""


def rows(name: str, folder: Path = DEFAULT) -> list[dict[str, Any]]:
    """The rows of NAME.jsonl.gz; DataAbsent when it is not there."""
    path = folder / f"{name}.jsonl.gz"
    if not path.exists():
        raise DataAbsent(str(path))
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def own_rows(name: str) -> list[dict[str, Any]]:
    """The rows of evals/data/NAME.jsonl; [] when it is not there."""
    path = OWN / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def customer_turns(folder: Path = DEFAULT) -> list[dict[str, str]]:
    """MultiDoGO: what customers wrote to six brands: {"domain", "text", "intent"}, each text of a domain once."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    place = folder / "resources" / "multidogo_customer_care"
    if not place.exists():
        raise DataAbsent(str(place))
    for path in sorted(place.glob("*.tsv")):
        domain = path.stem.split("_")[0]
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                text, intent = (row["utterance"] or "").strip(), row["intent"]
                if text and intent and " " not in intent:
                    found.setdefault((domain, text), {"domain": domain, "text": text, "intent": intent})
    return list(found.values())


def paraphrases(folder: Path = DEFAULT) -> list[tuple[str, str]]:
    """StackFAQ: (question of the FAQ, a paraphrase of it)."""
    path = folder / "resources" / "stackfaq_paraphrases_en" / "StackFAQ-paraphrases.tsv"
    if not path.exists():
        raise DataAbsent(str(path))
    pairs = (line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return [(question.strip(), paraphrase.strip()) for question, paraphrase in pairs]


def part(text: str, parts: int, salt: str = "") -> int:
    """Which of the parts (0 … parts-1) a text falls in, by its hash: the same on every machine."""
    return int(hashlib.sha256((salt + text).encode()).hexdigest(), 16) % parts
