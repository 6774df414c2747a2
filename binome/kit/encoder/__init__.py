"""Sentence vectors: texts of sixteen languages to 512 numbers, near when they mean the same.

The weights are read at the first call (about 0.7 s), not at import. Why this network and this code:
docs/decisions/0004.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from threading import Lock

from binome.kit.encoder.engine import Engine
from binome.kit.encoder.layers import forget, shared
from binome.kit.encoder.weights import EMBEDDING, SHA256, Floats, WeightsAltered

__all__ = ["DIMENSIONS", "VERSION", "WeightsAltered", "encode", "shared"]

DIMENSIONS = EMBEDDING
VERSION = f"use-multilingual-3:{SHA256['weights.npz'][:8]}:1"  # stored beside vectors: other vectors, other version

_building = Lock()


def encode(texts: Sequence[str]) -> Floats:
    """The vectors of the texts: (n, 512) float32, each row of unit length, in the order given.

    A text of no word has a row like any other. A text counts by its first 1,024 pieces (about 4,500 characters).
    The same text gives the same row up to rounding (1e-6), whatever its neighbours. Any number of threads may call;
    all of them together compute on two cores at most. Raises WeightsAltered at the first call if the weights are
    not those expected.
    """
    if isinstance(texts, str):
        raise TypeError("encode takes several texts: put a single one in a list.")
    with _building:
        engine = _engine()
    return engine(texts)


@cache
def _engine() -> Engine:
    return Engine()


def _start_afresh() -> None:
    """After a fork no other thread exists to release what it held: the child builds its own."""
    global _building
    _building = Lock()
    forget()
    _engine.cache_clear()


os.register_at_fork(after_in_child=_start_afresh)
