"""Trains the network that reads messages: python -m training.understanding.train --output FILE [--data DIR].

Open-licence data and our own texts only, one half of which is kept for measuring. About half an hour on two cores.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from binome.kit.encoder.token_rows import TokenRows
from binome.kit.encoder.tokens import Tokenizer
from binome.kit.encoder.weights import load_weights
from evals.loading import DEFAULT
from training.understanding.batches import Arrays, Batches, Learnt, Vocabulary
from training.understanding.drawing import drawn, weighed
from training.understanding.fitting import Fitting
from training.understanding.learning_set import to_learn_from

PUBLIC_AGAIN = {"public": 1.0, "all": 0.3}
"""How much of the public sets a pass sees in each part: on them alone, then on all."""

RETYPED = 40_000
"""Texts, the last ones (ours are among them), whose pieces are also counted as others would type them."""

RARE = 3
"""Pieces met less often have no row of their own in the small table."""


def main() -> None:
    """Load, fit in two parts, write the parameters (calibrate.py then makes what ships)."""
    given = _arguments()
    weights, tokenizer = load_weights(), Tokenizer()
    fit, _calibrate = to_learn_from(given.data)
    counting = Batches(tokenizer, Vocabulary(*np.zeros((2, len(weights.table) + 1), np.int32)), given.seed)
    counts = _count(counting, [example.text for example in fit], len(weights.table))
    vocabulary, frozen, lex_pieces = tables(weights, counts)
    batches, chance = Batches(tokenizer, vocabulary, given.seed), random.Random(given.seed)
    saved = given.begin
    for name, minutes in (("public", given.public_minutes), ("all", given.minutes)):
        if minutes <= 0:
            continue
        fitting = Fitting(weights, frozen, len(lex_pieces) + 1, given.seed)
        if saved:
            fitting.begin_with(saved, lex_pieces)
        examples = [example for example in fit if name != "public" or "_own_" not in example.source]
        learnt = weighed(examples, PUBLIC_AGAIN[name])
        passes = _passes(learnt, batches, chance, PUBLIC_AGAIN[name])
        _fit(fitting, passes, minutes, name)
        saved = given.output.with_name(f"{given.output.stem}-{name}.npz")
        fitting.save(saved, lex_pieces)
    saved.replace(given.output)


def _passes(
    learnt: Sequence[Learnt], batches: Batches, chance: random.Random, public: float
) -> Iterator[Iterator[Arrays]]:
    """The batches of one pass after another."""
    while True:
        yield batches(drawn(learnt, chance, public))


def _fit(fitting: Fitting, passes: Iterator[Iterator[Arrays]], minutes: float, name: str) -> None:
    """Pass after pass until the time is over; the pace goes down with it."""
    current = next(passes)
    started = time.monotonic()
    for batch in chain(current, chain.from_iterable(passes)):
        spent = time.monotonic() - started
        if spent > minutes * 60:
            return
        fitting.step(batch, spent / (minutes * 60))
        if fitting.done % 50 == 0:
            print(f"{name} step {fitting.done} loss {fitting.recent():.3f} {spent:.0f} s", flush=True)


def _count(batches: Batches, texts: Sequence[str], pieces: int) -> np.ndarray:
    """How often each piece is met, texts typed in several ways."""
    counts = np.zeros(pieces, np.int64)
    for rate, every in ((0.0, texts), (0.7, texts[-RETYPED:])):
        for first in range(0, len(every), 20_000):
            some = [batches._retyped(text, rate) if rate else text for text in every[first : first + 20_000]]
            counts += np.bincount(list(chain.from_iterable(batches.pieces(some))), minlength=pieces)
    return counts


def tables(weights, counts) -> tuple[Vocabulary, tuple[np.ndarray, ...], np.ndarray]:
    """Rows of the frozen layers for the pieces that are met; piece 0 (unknown) stands for the others."""
    met = np.union1d(np.flatnonzero(counts), [0])
    rows = TokenRows(weights, 8)
    parts = [rows._compute(met[first : first + 4_096]) for first in range(0, len(met), 4_096)]
    embedding, projected, *partial = (np.concatenate(some) for some in zip(*parts, strict=True))
    gap = [np.zeros((1, a.shape[1]), np.float32) for a in (embedding, projected, *partial)]
    embedding, projected, *partial = (
        np.concatenate(pair) for pair in zip(gap, (embedding, projected, *partial), strict=True)
    )
    slot = np.full(len(counts) + 1, 1 + np.searchsorted(met, 0), np.int32)
    slot[met] = 1 + np.arange(len(met))
    frequent = np.flatnonzero(counts >= 2 * RARE)
    lex = np.zeros(len(counts) + 1, np.int32)
    lex[frequent] = 1 + np.arange(len(frequent))
    return Vocabulary(slot, lex), (embedding, projected, np.concatenate(partial, 1)), frequent


def _arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DEFAULT)
    options.add_argument("--output", type=Path, required=True)
    options.add_argument("--begin", type=Path, help="parameters to go on from")
    options.add_argument("--public-minutes", type=float, default=13, help="minutes on the public sets alone")
    options.add_argument("--minutes", type=float, default=20, help="minutes on all")
    options.add_argument("--seed", type=int, default=11)
    return options.parse_args()


if __name__ == "__main__":
    main()
