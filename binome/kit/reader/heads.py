"""From a text's vector to what is said of it: one small head a task, its chances brought to what was observed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from binome.kit.encoder.weights import Floats
from binome.kit.reader.weights import Head


def scores(head: Head, vectors: Floats, layer: Floats) -> Floats:
    """The uncalibrated scores (n, classes) of vectors and their hidden layer."""
    said: Floats = layer @ head.out + head.out_bias
    if head.beside is not None:
        beside = vectors[:, head.beside]
        said[:, -beside.shape[1] :] += beside
    return said


def hidden(head: Head, vectors: Floats, before: Floats) -> Floats:
    """The hidden layer; *before*: the vectors of what was said before, zeros where nothing was."""
    vectors, before = vectors[:, : len(head.hidden)], before[:, : len(head.hidden)]
    layer: Floats = vectors @ head.hidden + head.hidden_bias
    if head.context is not None and head.both is not None and before.any():
        layer += before @ head.context + (before * vectors) @ head.both
    return np.maximum(layer, 0.0)


def chances(head: Head, raw: Floats) -> Floats:
    """Probabilities: of one class each (rows sum to 1), or of each class by itself where several may hold."""
    logits = raw * head.slope + head.shift
    if head.several:
        each: Floats = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return each
    risen = np.exp(logits - logits.max(1, keepdims=True))
    sums: Floats = risen / risen.sum(1, keepdims=True)
    return sums


def named(head: Head, rows: Floats) -> list[Mapping[str, float]]:
    """The chances of each row by label."""
    return [dict(zip(head.classes, row, strict=True)) for row in rows.astype(float).round(4).tolist()]
