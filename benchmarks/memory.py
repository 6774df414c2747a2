"""How fast years of replies are taken in and learnt from: `python -m benchmarks.memory [--messages 1000000] [--data DIR]`.

A made-up export (`benchmarks.past`) goes the way of any file: read through, confirmed, taken, learnt from, looked at, in
the order of a worker's studies. First a tenth of it into one community, then the whole into another: what a message
costs must not grow. Beside it, in the same run, what one would do without: rows copied into a table, questions grouped
by TF-IDF and k-means.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.figures import target, tell
from benchmarks.installation import Installation, a_team, conditions, installation
from benchmarks.past import written
from evals.loading import DEFAULT

MINUTES = 20
"""A million messages are to be in within so many."""

PLAIN_GROUPS = 1_000
SAID_EVERY = 30.0


def main() -> None:
    options = _options()
    before = conditions()
    with installation() as place:
        tenth = _imported(place, options.messages // 10, options.data, "A tenth")
        whole = _imported(place, options.messages, options.data, "The whole")
        peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        size = _database_mb()
        plain = _plainly(written(place.home, options.messages, options.data))
    growth = whole["wall_s"] / whole["messages"] / (tenth["wall_s"] / tenth["messages"])
    a_million = round(whole["wall_s"] / whole["messages"] * 1e6 / 60, 1)
    tell(
        before
        | {
            "a_tenth": tenth,
            "whole": whole,
            "minutes_for_a_million_at_this_pace": target(a_million, MINUTES),
            "cost_of_a_message_beside_a_tenth": round(growth, 2),
            "peak_memory_mb": peak,
            "database_mb": size,
            "plain": plain,
            "times_the_plain_way": round(whole["wall_s"] / plain["wall_s"], 1),
        }
    )


def _imported(place: Installation, count: int, data: Path, name: str) -> dict[str, Any]:
    """A history of so many messages, by the product's own hands: seconds and messages a second of each of them."""
    from binome.knowledge.memory import learning, looking, taking
    from binome.knowledge.memory.models import Case, Intake, Problem, Reply, Wording

    workspace = _team(name).workspace
    path = written(place.home, count, data)
    spent, done = Counter[str](), Counter[str]()
    start = said = time.perf_counter()
    with path.open("rb") as content:
        intake = taking.prepare(workspace, path.name, content, actor="benchmark")
    path.unlink()
    spent["prepare"] = time.perf_counter() - start
    studies = {
        "read_through": taking.read_through,
        "take": taking.advance,
        "learn": learning.learn,
        "look": looking.look,
    }
    moved = True
    while moved:
        moved = False
        for phase, study in studies.items():
            begun = time.perf_counter()
            number = study()
            spent[phase] += time.perf_counter() - begun
            done[phase] += number
            moved |= number > 0
        intake.refresh_from_db()
        if intake.state == Intake.State.PREVIEW:
            taking.confirm(intake)
            moved = True
        if time.perf_counter() - said > SAID_EVERY:
            said = time.perf_counter()
            print(f"{said - start:.0f} s: {dict(done)} {_rounded(spent)}", file=sys.stderr, flush=True)
    wall = time.perf_counter() - start
    if intake.state != Intake.State.DONE or intake.taken != count:
        raise SystemExit(f"{intake.taken} of {count} messages were taken ({intake.state}).")
    held = {
        model.__name__.lower(): model.objects.filter(workspace=workspace).count()
        for model in (Case, Wording, Reply, Problem)
    }
    return {
        "messages": count, "wall_s": round(wall, 1), "messages_per_s": round(count / wall),
        "seconds": _rounded(spent), "phases_messages_per_s": {name: round(count / its) for name, its in spent.items()},
        "holds": held,
    }  # fmt: skip


def _team(name: str) -> Any:
    """A workspace of the owner that all have in common."""
    from binome.accounts.models import User
    from binome.workspaces import services as workspaces

    owner = User.objects.first()
    return workspaces.create_workspace(name, owner=owner) if owner else a_team(name)


def _database_mb() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return round(cursor.fetchone()[0] / 2**20)


def _plainly(path: Path) -> dict[str, Any]:
    """The same file without Binôme: COPY into one table, TF-IDF of the different questions, k-means."""
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    start = time.perf_counter()
    questions: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain (id text PRIMARY KEY, thread text, at timestamptz, side text, author text, text text)"
        )
        with path.open(encoding="utf-8") as lines, cursor.copy("COPY plain FROM STDIN") as copy:
            for line in lines:
                row = json.loads(line)
                copy.write_row([row[name] for name in ("id", "thread", "at", "by", "author", "text")])
                if row["by"] == "member":
                    questions.add(re.sub(r"\s+", " ", row["text"].lower()).strip())
    copied = time.perf_counter()
    rows = TfidfVectorizer(strip_accents="unicode", sublinear_tf=True, min_df=2).fit_transform(sorted(questions))
    groups = MiniBatchKMeans(
        min(PLAIN_GROUPS, rows.shape[0] // 4), batch_size=4_096, n_init=1, random_state=0
    ).fit_predict(rows)
    end = time.perf_counter()
    return {
        "copy_s": round(copied - start, 1), "group_s": round(end - copied, 1), "wall_s": round(end - start, 1),
        "different_questions": len(questions), "groups": len(set(groups.tolist())),
    }  # fmt: skip


def _rounded(spent: Counter[str]) -> dict[str, float]:
    return {name: round(its, 1) for name, its in spent.items()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    return parser.parse_args()


if __name__ == "__main__":
    main()
