"""What the first layers give for one token alone, kept for the tokens that come back.

The embedding, its projection and the first convolution up to its sum depend on the token and not on its neighbours.
Four thousand tokens make nine tenths of what people write, so these six tenths of the network's products are mostly
read, not computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from binome.kit.encoder.weights import BRANCH, EMBEDDING, Floats, Weights

Integers = NDArray[np.int64]

CAPACITY = 3_072  # rows of 15 kB: 47 MB when full; 8,192 save four hundredths of the time
GAP_ROW = 0  # zeros: what a window sees beyond the ends of its text


@dataclass(frozen=True)
class Rows:
    """The kept tokens; a row does not change while somebody holds it, so readers need no lock."""

    slot_of: Integers  # by token; -1: not kept
    token_of: Integers  # by slot
    held_at: Integers  # by slot: when it was last held
    embedding: Floats  # (capacity, 512)
    projected: Floats  # (capacity, 768)
    partial: tuple[Floats, ...]  # for each branch (capacity, order * 256): the token's part in each slot of the window


class TokenRows:
    """The rows of the tokens that were read last, in bounded memory; safe to share between threads."""

    def __init__(self, weights: Weights, capacity: int = CAPACITY) -> None:
        """`capacity`: more than all that may be held at once."""
        self._weights = weights
        self._capacity = capacity
        self._lock = Lock()
        self._rows = self._empty()
        self._used = GAP_ROW + 1
        self._time = 0
        self._hands: list[Integers] = []

    @property
    def gap(self) -> int:
        """The number that stands for "no token here"."""
        return len(self._weights.table)

    @contextmanager
    def held(self, tokens: Integers) -> Iterator[tuple[Rows, Integers]]:
        """The rows of these tokens, and the slot of each; nothing else is written there meanwhile."""
        rows, slots = self._take(tokens)
        try:
            yield rows, slots
        finally:
            with self._lock:
                self._hands = [hand for hand in self._hands if hand is not slots]

    def _take(self, tokens: Integers) -> tuple[Rows, Integers]:
        """Compute those that are missing and hold all of them.

        The products are made outside the lock: two workers may compute the same token, and neither waits.
        """
        computed: tuple[Integers, tuple[Floats, ...]] | None = None
        while True:
            with self._lock:
                if computed:
                    self._keep(tokens, *computed)
                rows = self._rows
                slots = rows.slot_of[tokens]
                missing = np.unique(tokens[slots < 0])
                if not len(missing):
                    self._time += 1
                    rows.held_at[slots] = self._time
                    self._hands.append(slots)
                    return rows, slots
            computed = missing, self._compute(missing)

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

    def _keep(self, wanted: Integers, tokens: Integers, computed: tuple[Floats, ...]) -> None:
        """Write the rows of those that are still missing, where nobody looks; *wanted* are about to be held."""
        new = self._rows.slot_of[tokens] < 0
        slots = self._free(int(np.count_nonzero(new)), self._rows.slot_of[wanted])
        rows = self._rows
        for target, values in zip((rows.embedding, rows.projected, *rows.partial), computed, strict=True):
            target[slots] = values if new.all() else values[new]
        rows.slot_of[rows.token_of[slots]] = -1
        rows.slot_of[self.gap] = GAP_ROW
        rows.token_of[slots] = tokens[new]
        rows.slot_of[tokens[new]] = slots

    def _free(self, count: int, wanted: Integers) -> Integers:
        """So many slots: unused ones, then those that were held longest ago. New rows if all are in somebody's hands."""
        unused = np.arange(self._used, min(self._used + count, self._capacity))
        self._used += len(unused)
        if len(unused) == count:
            return unused
        age = self._rows.held_at.copy()
        age[np.concatenate([[GAP_ROW], wanted[wanted >= 0], unused, *self._hands])] = self._time + 1
        oldest = np.argpartition(age, count - len(unused))[: count - len(unused)]
        if age[oldest].max() <= self._time:
            return np.concatenate([unused, oldest])
        self._rows, self._hands = self._empty(), []
        self._used = GAP_ROW + 1 + count
        return np.arange(GAP_ROW + 1, self._used)

    def _empty(self) -> Rows:
        size = self._capacity
        rows = Rows(
            slot_of=np.full(self.gap + 1, -1),
            token_of=np.full(size, self.gap),
            held_at=np.zeros(size, dtype=np.int64),
            embedding=np.zeros((size, EMBEDDING), dtype=np.float32),
            projected=np.zeros((size, len(self._weights.branches) * BRANCH), dtype=np.float32),
            partial=tuple(np.zeros((size, b.order * BRANCH), np.float32) for b in self._weights.branches),
        )
        rows.slot_of[self.gap] = GAP_ROW
        return rows
