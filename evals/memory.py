"""Measures what the reply memory recalls on later questions: python -m evals.memory [--data DIR] [--half choose|report]."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from binome.kit.encoder import encode
from binome.knowledge.memory import speech
from evals.answering_baselines import _bm25 as bm25
from evals.loading import DEFAULT, DataAbsent, own_rows
from evals.measures import Figure, share
from evals.memory_sets import History, Question, Vectors, gathered, histories, memory, out_of_date

SCORECARD = Path(__file__).resolve().parents[1] / "docs" / "models" / "memory-scorecard.md"
DRAWS = 2_000


def main() -> int:
    """Measure every history, print, and write the scorecard of the half that reports."""
    arguments = _arguments()
    cards, absent = [], ""
    try:
        for history in histories(arguments.data):
            cards.append(card(history, arguments.half))
            print("\n".join(cards[-1]), flush=True)
    except DataAbsent as missing:
        absent = f"No evaluation data: {missing}. Give their folder with --data."
        print(absent)
    if arguments.half == "report" and not absent:
        SCORECARD.write_text("\n".join([*HEAD, *(line for card in cards for line in card), ""]), "utf-8")
    return int(bool(absent))


HEAD = [
    "# What the reply memory recalls: scorecard",
    "",
    "Written by `python -m evals.memory`, on the questions kept for reporting. 95 % intervals in brackets: Wilson's for shares,",
    "of a paired bootstrap for differences. *Old*: the first suggestion was right once and no longer is.",
]


def card(history: History, half: str) -> list[str]:
    """One history as lines of Markdown."""
    vectors = dict(zip(history.texts, encode(history.texts), strict=True))
    asked = [question for question in history.questions if question.part == half]
    found = {"reply memory": recalled(history, asked, vectors), **plain(history, asked, vectors)}
    rows = [_row(name, ranked, asked) for name, ranked in found.items()]
    head = ["", f"## {history.name} ({len(history.cases)} cases, {len(asked)} questions)", ""]
    table = ["| | recall@1 | recall@5 | old |", "|---|---|---|---|", *rows]
    beaten = [
        _difference(name, found["reply memory"], ranked, asked)
        for name, ranked in found.items()
        if name != "reply memory"
    ]
    return [*head, *table, "", *beaten, *(_of_the_demo(history, vectors, half) if history.pairs else [])]


def recalled(history: History, asked: Sequence[Question], vectors: Vectors) -> list[list[str]]:
    """What the memory suggests: the names of up to five cases, each of another problem."""
    texts = [speech.compared(question.text) for question in asked]
    found = memory(history, vectors).best(texts, 5)
    return [[history.cases[one.id][0] for one in best] for best in found]


def plain(history: History, asked: Sequence[Question], vectors: Vectors) -> dict[str, list[list[str]]]:
    """What plain search finds on the same cases: five different threads, the best first."""
    questions = [speech.compared(question) for _name, question, _answer in history.cases]
    both = [
        f"{question} {answer}" for question, (_name, _question, answer) in zip(questions, history.cases, strict=True)
    ]
    texts = [speech.compared(question.text) for question in asked]
    known = np.stack([vectors[text] for text in questions])
    scores = {
        "BM25, questions": bm25(questions, texts),
        "BM25, questions and answers": bm25(both, texts),
        "vectors": np.stack([vectors[text] for text in texts]) @ known.T,
    }
    return {name: [_best(history, row) for row in its] for name, its in scores.items()}


def _best(history: History, scores: np.ndarray) -> list[str]:
    """Five different cases' names; of a canned reply or page, only the first."""
    found: dict[str, str] = {}
    for place in np.argsort(-scores, kind="stable"):
        name = history.cases[place][0]
        found.setdefault(history.groups[place] if history.groups else name, name)
        if len(found) == 5:
            break
    return list(found.values())


def _row(name: str, ranked: Sequence[Sequence[str]], asked: Sequence[Question]) -> str:
    first, five = _hits(ranked, asked)
    old = np.array([bool(best) and best[0] in one.stale for best, one in zip(ranked, asked, strict=True)])
    told = str(share(old)) if any(one.stale for one in asked) else "–"
    return f"| {name} | {share(first)} | {share(five)} | {told} |"


def _hits(ranked: Sequence[Sequence[str]], asked: Sequence[Question]) -> tuple[np.ndarray, np.ndarray]:
    first = np.array([bool(best) and best[0] in one.right for best, one in zip(ranked, asked, strict=True)])
    five = np.array([bool(set(best[:5]) & one.right) for best, one in zip(ranked, asked, strict=True)])
    return first, five


def _difference(
    name: str, ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]], asked: Sequence[Question]
) -> str:
    told = []
    for measure, mine, other in zip(("recall@1", "recall@5"), _hits(ours, asked), _hits(theirs, asked), strict=True):
        told.append(f"{measure} {_paired(mine.astype(float) - other.astype(float))}")
    return f"- above {name}: {', '.join(told)}"


def _paired(differences: np.ndarray) -> Figure:
    random = np.random.default_rng(0)
    drawn = [float(random.choice(differences, len(differences)).mean()) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(float(differences.mean()), float(low), float(high), len(differences))


def _of_the_demo(history: History, vectors: Vectors, half: str) -> list[str]:
    """How well problems are gathered, and old answers found, where the truth is written down."""
    questions = [speech.compared(question) for _name, question, _answer in history.cases]
    asked = np.stack([vectors[text] for text in questions])
    answered = np.stack([vectors[speech.compared(answer)] for _name, _question, answer in history.cases])
    problems = gathered(history, asked, answered)
    late = out_of_date(history.pairs, asked, answered)
    truth: dict[str, dict[str, str]] = {}
    for row in own_rows("history_truth"):
        truth.setdefault(row["message"].split("-")[0], {"problem": row["problem"], "truth": row["truth"]})
    kept = [
        place
        for place, case in enumerate(history.cases)
        if case[0] in truth and _in_half(truth[case[0]]["problem"], half)
    ]
    labels = [truth[history.cases[place][0]]["problem"] for place in kept]
    precision, recall = _b_cubed(labels, [problems[place] for place in kept])
    outdated = np.array([truth[history.cases[place][0]]["truth"] == "outdated" for place in kept])
    said = np.array([place in late for place in kept])
    return [
        "",
        f"Gathering ({len(kept)} cases of {len(set(labels))} problems): B-cubed precision {precision:.3f}, recall {recall:.3f}.",
        f"Out of date: of what is said to be, {share(outdated[said])} is; of what is, {share(said[outdated])} is said.",
    ]


def _in_half(problem: str, half: str) -> bool:
    return (int.from_bytes(problem.encode(), "big") % 2 == 1) == (half == "report")


def _b_cubed(labels: Sequence[str], groups: Sequence[int]) -> tuple[float, float]:
    """Bagga & Baldwin 1998: for each case, the share of its group that is of its problem, and of its problem that is in its group."""
    both, own, found = Counter(zip(labels, groups, strict=True)), Counter(labels), Counter(groups)
    precision = sum(number * number / found[group] for (_label, group), number in both.items()) / len(labels)
    recall = sum(number * number / own[label] for (label, _group), number in both.items()) / len(labels)
    return precision, recall


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--half", choices=("choose", "report"), default="report")
    return parser.parse_known_args()[0]


if __name__ == "__main__":
    raise SystemExit(main())
