"""What letters alone say of spam, beside the network: python -m training.understanding.letters --parameters FILE --output FILE.

Logistic regression on which grams a message has, learned from the same examples as the network; its score is added to
the network's. Addresses of numbers to text, "sub4sub" and "check my channel" are told by how they are written.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from binome.kit.reader.grams import bags_of, grams_of
from binome.kit.reader.prepare import prepared
from evals.loading import DEFAULT
from training.understanding.examples import Example
from training.understanding.export import read
from training.understanding.learning_set import to_learn_from

TASK, ALARM = "spam", "spam"
OTHERS = 3_000
"""Harmless texts written for other subjects that are learned from as well."""

STRENGTH = 8.0


def main() -> None:
    """Learn, and write the parameters with one more column."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parameters", type=Path, required=True)
    options.add_argument("--output", type=Path, required=True)
    options.add_argument("--data", type=Path, default=DEFAULT)
    given = options.parse_args()
    fit, _calibrate = to_learn_from(given.data)
    column = learned(_chosen(fit))
    np.savez(given.output, **read(given.parameters), **{f"{TASK}.letters": column[:, None]})


def learned(examples: Sequence[Example]) -> np.ndarray:
    """What each gram says for the alarm."""
    texts = [prepared(one.text) for one in examples]
    weights = [one.trust.get(TASK, 1.0) for one in examples]
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=300)
    model.fit(bags_of(grams_of(texts), len(texts)), [one.labels[TASK] == ALARM for one in examples], weights)
    column: np.ndarray = model.coef_[0].astype(np.float32)
    return column


def _chosen(fit: Sequence[Example]) -> list[Example]:
    """All that was labelled for this very task, and some of what is harmless by default."""
    labelled = [one for one in fit if TASK in one.labels and one.trust.get(TASK, 1.0) == 1.0]
    others = [one for one in fit if TASK in one.labels and "_own_" in one.source and TASK in one.trust]
    return [*labelled, *random.Random(1).sample(others, min(OTHERS, len(others)))]


if __name__ == "__main__":
    main()
