"""The encoder as a whole: repeats answered from memory, the rest cut into small batches that two workers share."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from binome.kit.encoder.blas import OneBlasThread
from binome.kit.encoder.layers import shared
from binome.kit.encoder.network import REACH, Network
from binome.kit.encoder.recent import RecentVectors, fingerprint
from binome.kit.encoder.tokens import MAX_TOKENS
from binome.kit.encoder.turns import Turns
from binome.kit.encoder.weights import EMBEDDING, Floats

WORKERS = 2  # each with one BLAS thread: two such compute more than one with two, and do not wait for each other
REMEMBERED = 8_192  # vectors of 2 kB
BATCH_ROWS = 512  # about 22 messages: enough to keep the cores busy, little enough for their caches
TEXTS_AT_ONCE = 4_096

Batch = tuple[slice, list[list[int]]]  # where the vectors go, and the texts' tokens


class Engine:
    """One set of weights and its workers; safe to share between threads."""

    def __init__(self, workers: int = WORKERS, remembered: int = REMEMBERED) -> None:
        weights, token_rows, self._tokenizer = shared()
        height = REACH + max(BATCH_ROWS, MAX_TOKENS + REACH)
        self._workers = workers
        self._networks = Turns([Network(weights, token_rows, height) for _ in range(workers)])
        self._recent = RecentVectors(remembered)
        self._one_blas_thread = OneBlasThread()
        self._helpers = ThreadPoolExecutor(max(1, workers - 1), thread_name_prefix="encoder")

    def __call__(self, texts: Sequence[str]) -> Floats:
        """The vectors (n, 512) of the texts; the array is the caller's own."""
        keys = [fingerprint(text) for text in texts]
        vectors = self._recent.get(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in vectors}
        for part in _parts(list(new), TEXTS_AT_ONCE):
            computed = self._compute([new[key] for key in part])
            vectors.update(zip(part, computed, strict=True))
            self._recent.put(part, computed)
        return np.array([vectors[key] for key in keys], dtype=np.float32).reshape(-1, EMBEDDING)

    def _compute(self, texts: Sequence[str]) -> Floats:
        out = np.empty((len(texts), EMBEDDING), dtype=np.float32)
        batches = deque(_batches(self._tokenizer(texts)))
        helpers = min(self._workers, len(batches)) - 1
        with self._one_blas_thread:
            helping = [self._helpers.submit(self._work, batches, out) for _ in range(helpers)]
            self._work(batches, out)
            for help_ in helping:
                if not help_.cancel():  # a helper busy for another caller until now has nothing left to do
                    help_.result()
        return out

    def _work(self, batches: deque[Batch], out: Floats) -> None:
        """Take batches until none is left; another worker may be doing the same."""
        while True:
            try:
                where, tokens = batches.popleft()
            except IndexError:
                return
            with self._networks.turn() as network:
                out[where] = network(tokens)


def _batches(texts: Sequence[list[int]]) -> Iterable[Batch]:
    """Neighbouring texts together, up to BATCH_ROWS rows with their gaps; a longer text alone."""
    first, rows = 0, REACH
    for i, text in enumerate(texts):
        if i > first and rows + len(text) + REACH > BATCH_ROWS:
            yield slice(first, i), list(texts[first:i])
            first, rows = i, REACH
        rows += len(text) + REACH
    if texts:
        yield slice(first, len(texts)), list(texts[first:])


def _parts(keys: list[bytes], size: int) -> Iterable[list[bytes]]:
    return (keys[i : i + size] for i in range(0, len(keys), size))
