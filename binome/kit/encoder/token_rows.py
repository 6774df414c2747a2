"""What the first layers give for one token alone, kept for the tokens that come back.

The embedding, its projection and the first convolution up to its sum depend on the token and not on its neighbours.
Four thousand tokens make nine tenths of what people write, so these six tenths of the network's products are mostly
read, not computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from binome.kit.encoder.weights import BRANCH, EMBEDDING, Floats, Weights

Integers = NDArray[np.int64]

CAPACITY = 4_096  # rows of 15 kB: 63 MB when full
GAP_ROW = 0  # zeros: what a window sees beyond the ends of its text


@dataclass(frozen=True)
class Rows:
    """The kept tokens; a row once written never changes, so readers need no lock."""

    slot_of: NDArray[np.int32]  # by token; -1: not kept
    token_of: Integers  # by slot
    uses: Integers  # by slot
    embedding: Floats  # (capacity, 512)
    projected: Floats  # (capacity, 768)
    partial: tuple[Floats, ...]  # for each branch (capacity, order * 256): the token's part in each slot of the window


class TokenRows:
    """The rows of the most used tokens, in bounded memory; safe to share between threads."""

    def __init__(self, weights: Weights, capacity: int = CAPACITY) -> None:
        self._weights = weights
        self._capacity = capacity
        self._lock = Lock()
        self._rows = self._empty()
        self._used = GAP_ROW + 1

    @property
    def gap(self) -> int:
        """The number that stands for "no token here"."""
        return len(self._weights.table)

    def look_up(self, tokens: Integers) -> tuple[Rows, Integers]:
        """The rows that hold these tokens, and the slot of each; computes those that are missing.

        The products are made outside the lock: two workers may compute the same token, and neither waits.
        """
        while True:
            with self._lock:
                rows = self._rows
                slots = rows.slot_of[tokens].astype(np.int64)
                missing = np.unique(tokens[slots < 0])
                if not len(missing):
                    rows.uses[:] += np.bincount(slots, minlength=self._capacity)
                    return rows, slots
            computed = self._compute(missing)
            with self._lock:
                self._keep(missing, computed, room=len(np.unique(tokens)))

    def _compute(self, tokens: Integers) -> tuple[Floats, ...]:
        """What is kept of each token: its embedding, its projection, its part in each branch."""
        weights, chunk = self._weights, tokens % len(self._weights.scale)
        embedding = weights.table[tokens] * weights.scale[chunk, None] + weights.low[chunk, None]
        projected = self._project(embedding)
        parts = []
        for i, branch in enumerate(weights.branches):
            part = projected[:, i * BRANCH : (i + 1) * BRANCH] @ branch.first
            part[:, branch.left * BRANCH : (branch.left + 1) * BRANCH] += branch.first_bias
            parts.append(part)
        return embedding, projected, *parts

    def _project(self, embedding: Floats) -> Floats:
        weights = self._weights
        x = embedding @ weights.projection + weights.projection_bias
        x -= x.mean(axis=1, keepdims=True)
        x /= np.sqrt(np.square(x).mean(axis=1, keepdims=True) + np.float32(weights.epsilon))
        projected: Floats = x * weights.gain + weights.shift
        return projected

    def _keep(self, tokens: Integers, computed: tuple[Floats, ...], room: int) -> None:
        if self._used + len(tokens) > self._capacity:
            self._forget_least_used(room)
        new = self._rows.slot_of[tokens] < 0
        self._append(tokens[new], np.zeros(np.count_nonzero(new), np.int64), (array[new] for array in computed))

    def _forget_least_used(self, room: int) -> None:
        """Start new rows with the more used half of the old: whoever still reads the old ones keeps them whole."""
        old, used = self._rows, self._used
        kept = min(self._capacity // 2, self._capacity - GAP_ROW - 1 - room)
        slots = GAP_ROW + 1 + np.argsort(old.uses[GAP_ROW + 1 : used])[-kept:]
        self._rows, self._used = self._empty(), GAP_ROW + 1
        self._append(old.token_of[slots], old.uses[slots] // 2, (array[slots] for array in _arrays(old)))

    def _append(self, tokens: Integers, uses: Integers, arrays: Iterable[Floats]) -> None:
        rows, new = self._rows, slice(self._used, self._used + len(tokens))
        for target, values in zip(_arrays(rows), arrays, strict=True):
            target[new] = values
        rows.token_of[new], rows.uses[new] = tokens, uses
        rows.slot_of[tokens] = np.arange(new.start, new.stop)
        self._used = new.stop

    def _empty(self) -> Rows:
        size = self._capacity
        rows = Rows(
            slot_of=np.full(self.gap + 1, -1, dtype=np.int32),
            token_of=np.zeros(size, dtype=np.int64),
            uses=np.zeros(size, dtype=np.int64),
            embedding=np.zeros((size, EMBEDDING), dtype=np.float32),
            projected=np.zeros((size, len(self._weights.branches) * BRANCH), dtype=np.float32),
            partial=tuple(np.zeros((size, b.order * BRANCH), np.float32) for b in self._weights.branches),
        )
        rows.slot_of[self.gap] = GAP_ROW
        return rows


def _arrays(rows: Rows) -> tuple[Floats, ...]:
    return rows.embedding, rows.projected, *rows.partial
