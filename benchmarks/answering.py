"""Questions answered a second against 2,000 entries, beside plain TF-IDF: python -m benchmarks.answering [--data DIR]."""

import argparse
import os
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from binome.knowledge.matching import Entry, Matcher
from evals.loading import DEFAULT, DataAbsent, own_rows, rows

ENTRIES, QUESTIONS = 2_000, 2_000


def main() -> int:
    """Load, warm up, measure both, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    try:
        entries, questions = collection(parser.parse_args().data)
    except DataAbsent as absent:
        print(f"No data: {absent}. Give their folder with --data.")
        return 1
    started = time.perf_counter()
    matcher = Matcher(entries)
    print(f"engine: {len(entries)} entries loaded in {time.perf_counter() - started:.1f} s on {os.cpu_count()} cores")
    matcher.answer(questions[:20])
    print(f"engine: {rate(lambda: matcher.answer(questions[20:]), len(questions) - 20):.0f} questions/s")
    words = TfidfVectorizer(strip_accents="unicode", sublinear_tf=True)
    known = words.fit_transform([f"{entry.question} {entry.answer}" for entry in entries])
    plain = rate(lambda: np.asarray((words.transform(questions) @ known.T).argmax(axis=1)), len(questions))
    print(f"plain TF-IDF cosine: {plain:.0f} questions/s")
    return 0


def collection(folder: Path) -> tuple[list[Entry], list[str]]:
    """Real pages, made 2,000 by naming some a second time; real questions, none twice."""
    pages = [row for row in rows("fr_faq_service_public", folder) if row["answer"]]
    entries = [
        Entry(f"{row['id']}-{i // len(pages)}", row["question"], row["answer"], "fr")
        for i, row in enumerate((pages * 2)[:ENTRIES])
    ]
    probes = [row["text"] for row in own_rows("fr_faq_probes") + own_rows("fr_faq_dev")]
    english = [row["text"] for row in rows("en_intent_banking77", folder)]
    return entries, list(dict.fromkeys(probes + english))[:QUESTIONS]


def rate(work: object, number: int) -> float:
    """How many a second."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return number / (time.perf_counter() - started)


if __name__ == "__main__":
    raise SystemExit(main())
