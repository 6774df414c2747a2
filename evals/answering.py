"""Measures how questions find their answers: python -m evals.answering [--data DIR] [--only NAME]."""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from binome.knowledge.matching import DEFAULT_STRICTNESS, Matcher
from evals.answering_baselines import baselines
from evals.answering_sets import Asked, Set, sets
from evals.loading import DEFAULT, DataAbsent
from evals.measures import Figure, auroc, balanced, calibration_error, recall_at_coverage, share

SCORECARD = Path(__file__).resolve().parents[1] / "docs" / "models" / "answering-scorecard"


def main() -> int:
    """Measure every set, print and write the scorecard; 1 when the data are absent."""
    arguments = _arguments()
    cards = []
    try:
        for make in sets(arguments.data):
            measured = make()
            if arguments.only.lower() in measured.name.lower() and measured.reported:
                cards.append(card(measured))
                print("\n".join(lines(cards[-1])), flush=True)
    except DataAbsent as absent:
        print(f"No evaluation data: {absent}. Give their folder with --data.")
        return 1
    if not arguments.only:
        write(cards)
    return 0


def card(measured: Set) -> dict[str, Any]:
    """All figures of one set, the engine's and the baselines'."""
    load = seconds = 0.0
    rankings: list[list[str]] = []
    confidence, fixed = np.zeros(0), np.zeros(0)
    for piece in measured.parts:
        started = time.perf_counter()
        matcher = Matcher(piece.entries)
        loaded = time.perf_counter()
        ranked, sure = _ask(matcher, piece.reported)
        seconds, load = seconds + time.perf_counter() - loaded, load + loaded - started
        rankings, confidence = rankings + ranked, np.r_[confidence, sure]
        fixed = np.r_[fixed, _ask(matcher, piece.fixing)[1]]
    figures = engine_figures(measured, rankings, confidence)
    if len(fixed):
        figures |= fixed_threshold(measured, fixed, confidence)
    return {
        "set": measured.name,
        "entries": sum(len(piece.entries) for piece in measured.parts),
        "seconds to load": round(load, 1),
        "questions per second": round(len(measured.reported) / seconds),
        "engine": figures,
        "baselines": baselines(measured),
    }


def engine_figures(measured: Set, rankings: list[list[str]], confidence: np.ndarray) -> dict[str, Figure]:
    """Recall, refusal, calibration of one set of answers."""
    asked = measured.reported
    has = np.array([bool(a.right) for a in asked])
    first = np.array([bool(r) and r[0] in a.right for r, a in zip(rankings, asked, strict=True)])
    five = np.array([bool(set(a.right) & set(r[:5])) for r, a in zip(rankings, asked, strict=True)])
    figures = {"recall@1": share(first[has]), "recall@5": share(five[has])}
    for kind in sorted({a.kind for a in asked if a.right and a.kind}):
        chosen = np.array([a.kind == kind and bool(a.right) for a in asked])
        figures[f"recall@1 {kind}"] = share(first[chosen])
    figures["calibration error"] = calibration_error(confidence, first.astype(float))
    if not has.all():
        figures["AUROC"] = auroc(confidence[has], confidence[~has])
        figures["refused at 95 % coverage"] = recall_at_coverage(confidence[has], confidence[~has])
        answered = confidence >= DEFAULT_STRICTNESS
        figures["right answers given"] = share((first & answered)[has])
        figures["rightly refused"] = share(~answered[~has])
        figures["balanced answering and refusing"] = balanced((first & answered)[has], ~answered[~has])
        figures["balanced, whichever answer"] = balanced(answered[has], ~answered[~has])
        for kind in sorted({a.kind for a in asked if not a.right and a.kind}):
            chosen = np.array([a.kind == kind and not a.right for a in asked])
            figures[f"rightly refused, {kind}"] = share(~answered[chosen])
    return figures


def fixed_threshold(measured: Set, fixed: np.ndarray, confidence: np.ndarray) -> dict[str, Figure]:
    """Coverage and refusal at the threshold that lets 95 % of one half through, measured on the other."""
    fixing = [asked for piece in measured.parts for asked in piece.fixing]
    threshold = np.quantile(fixed[[bool(asked.right) for asked in fixing]], 0.05)
    has = np.array([bool(a.right) for a in measured.reported])
    return {
        "coverage at the threshold fixed": share(confidence[has] >= threshold),
        "refused at the threshold fixed": share(confidence[~has] < threshold),
    }


def lines(found: dict[str, Any]) -> list[str]:
    """One set as lines of Markdown."""
    title = f"## {found['set']} ({found['entries']} entries, {found['questions per second']} questions/s)"
    out = [
        "",
        title,
        "",
        "| measure | engine | " + " | ".join(found["baselines"]) + " |",
        "|---" * (2 + len(found["baselines"])) + "|",
    ]
    for measure, figure in found["engine"].items():
        others = [str(its.get(measure, "")) for its in found["baselines"].values()]
        out.append("| " + " | ".join([measure, str(figure), *others]) + " |")
    return out


def write(cards: Sequence[dict[str, Any]]) -> None:
    """The scorecard as Markdown and JSON."""
    SCORECARD.parent.mkdir(parents=True, exist_ok=True)
    head = [
        "# How questions find their answers: scorecard",
        "",
        "Written by `python -m evals.answering`. 95 % intervals in brackets.",
    ]
    SCORECARD.with_suffix(".md").write_text(
        "\n".join([*head, *(line for c in cards for line in lines(c)), ""]), "utf-8"
    )
    plain = json.dumps(
        cards, default=lambda f: {"value": f.value, "low": f.low, "high": f.high, "n": f.cases}, indent=1
    )
    SCORECARD.with_suffix(".json").write_text(plain + "\n", "utf-8")


def _ask(matcher: Matcher, asked: Sequence[Asked]) -> tuple[list[list[str]], np.ndarray]:
    matches = matcher.answer([a.text for a in asked])
    return [[entry for entry, _ in m.ranking] for m in matches], np.array([m.confidence for m in matches])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--only", default="", help="part of the name of the sets to measure; nothing is written then")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
