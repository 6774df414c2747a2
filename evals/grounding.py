"""Measures whether a draft's sentences are told apart: python -m evals.grounding [--split …] [--show].

Pairs written by hand (evals/data/grounding.*.jsonl): a passage, sentences that it supports, sentences that it does not.
The half marked "report" was not looked at while the rules were made, but the same hand wrote both: these figures flatter.
Beside it, the naive rule: supported where the vectors are near enough, at the threshold that suits the development half best.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from binome.assistant import grounding
from binome.assistant.grounding import Passage
from binome.kit import encoder
from evals.loading import own_rows
from evals.measures import share


def main() -> int:
    """Print the scorecard."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--split", default="report", choices=["report", "development"])
    options.add_argument("--show", action="store_true", help="name the sentences judged wrongly")
    given, _others = options.parse_known_args()
    for language in ("fr", "en"):
        rows = own_rows(f"grounding.{language}")
        naive = _threshold([row for row in rows if row["split"] == "development"])
        mine = [row for row in rows if row["split"] == given.split]
        meant, said, near = _judged(mine, given.show)
        print(f"{language} supported, and said to be: {share(said[meant])}")
        print(f"{language} not supported, and marked: {share(~said[~meant])}")
        print(
            f"{language} by vectors alone (≥ {naive:.2f}): kept {share(near[meant] >= naive)}, marked {share(near[~meant] < naive)}"
        )
    return 0


def _judged(rows: Sequence[dict[str, Any]], show: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    meant, said, near = [], [], []
    for row in rows:
        passage = [Passage(1, "", row["passage"])]
        for key in ("supported", "unsupported"):
            for sentence in row[key]:
                checked = grounding.check(sentence, passage, encoder.encode)
                meant.append(key == "supported")
                said.append(all(one.supported for one in checked))
                near.append(min(one.near for one in checked))
                if show and meant[-1] != said[-1]:
                    print(f"    {key}: {sentence} {[one.against for one in checked]}")
    return np.array(meant), np.array(said), np.array(near)


def _threshold(rows: Sequence[dict[str, Any]]) -> float:
    meant, _said, near = _judged(rows, show=False)
    tried = np.unique(near)
    balanced = [((near[meant] >= one).mean() + (near[~meant] < one).mean()) for one in tried]
    return float(tried[int(np.argmax(balanced))])


if __name__ == "__main__":
    raise SystemExit(main())
