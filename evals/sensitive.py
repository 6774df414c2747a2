"""How much of what belongs to people the sensitive stage finds, and how often it troubles them for nothing.

    python evals/sensitive.py [--split report|development] [--data DIR] [--show]

Lines written for this purpose (evals/data/sensitive.jsonl), half of them never looked at while the phrases were
written ("report"), and real questions to a bank and to an assistant, of which nearly all are harmless.
"""

import argparse
import gzip
import json
import math
import random
import sys
from collections import Counter
from pathlib import Path

from binome.sdk.stage import Reading
from binome.stages.sensitive import STAGE

HERE = Path(__file__).parent
MONEY = {"refund_or_money", "complaint"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--split", default="report", choices=["report", "development"])
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--show", action="store_true", help="name the lines missed or troubled for nothing")
    given = options.parse_args()
    rows = [json.loads(line) for line in (HERE / "data/sensitive.jsonl").read_text("utf-8").splitlines()]
    for language in ("fr", "en"):
        score(language, [row for row in rows if (row["split"], row["language"]) == (given.split, language)], given.show)
    needless(given.data, given.show)


def score(language: str, rows: list[dict[str, str]], show: bool) -> None:
    said = [one.label for one in STAGE.read([Reading(row["text"]) for row in rows])]
    pairs = list(zip(rows, said, strict=True))
    grave = [(row, label) for row, label in pairs if row["label"] != "none"]
    harmless = [(row, label) for row, label in pairs if row["label"] == "none"]
    line(f"{language} found (any label)", sum(label != "none" for _row, label in grave), len(grave))
    line(f"{language} found (right label)", sum(row["label"] == label for row, label in grave), len(grave))
    line(f"{language} harmless but held", sum(label != "none" for _row, label in harmless), len(harmless))
    if show:
        for row, label in pairs:
            if (row["label"] == "none") != (label == "none") or row["label"] != label:
                print(f"    {row['label']} -> {label}: {row['text']}")


def needless(data: Path, show: bool) -> None:
    """Real questions: any label but none counts against us, also shown without money and complaints, often deserved."""
    files = [data / f"en_intent_{name}.jsonl.gz" for name in ("banking77", "clinc150")]
    if not all(file.exists() for file in files):
        print(f"  real questions: not measured, {data} is not there", file=sys.stderr)
        return
    for file in files:
        texts = sample(file, 1_000)
        said = [one.label for one in STAGE.read([Reading(text) for text in texts])]
        held = Counter(label for label in said if label != "none")
        line(f"{file.name.split('.')[0]} held", sum(held.values()), len(said))
        line("  of which neither money nor complaint", sum(n for k, n in held.items() if k not in MONEY), len(said))
        print("   ", ", ".join(f"{label} {count}" for label, count in held.most_common()))
        if show:
            for text, label in zip(texts, said, strict=True):
                if label not in MONEY | {"none"}:
                    print(f"    {label}: {text}")


def sample(file: Path, count: int) -> list[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = [json.loads(one)["text"] for one in lines]
    return random.Random(11).sample(texts, count)


def line(name: str, hits: int, of: int) -> None:
    low, high = wilson(hits, of)
    print(f"{name:<44}{hits:>5} / {of:<5}{hits / max(of, 1):>8.3f}   [{low:.3f}, {high:.3f}]")


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a proportion (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    rate, shrink = hits / of, 1 + z * z / of
    middle, half = rate + z * z / (2 * of), z * math.sqrt(rate * (1 - rate) / of + z * z / (4 * of * of))
    return max(0.0, (middle - half) / shrink), min(1.0, (middle + half) / shrink)


if __name__ == "__main__":
    main()
