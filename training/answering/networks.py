"""Fits the small networks: listwise for ordering, yes or no for judging. Plain numpy, fixed seed."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from binome.knowledge.matching.judgement import Network

Gradient = Callable[[np.ndarray], tuple[float, np.ndarray]]


def fit_order(
    lists: Sequence[np.ndarray],
    right: Sequence[int],
    weights: np.ndarray,
    hidden: int,
    seed: int = 0,
    epochs: int = 60,
) -> Network:
    """Scores whose softmax over each shortlist puts its right position first. Lists may differ in length."""
    longest = max(len(rows) for rows in lists)
    x = np.zeros((len(lists), longest, lists[0].shape[1]), np.float32)
    mask = np.zeros((len(lists), longest), bool)
    for i, rows in enumerate(lists):
        x[i, : len(rows)], mask[i, : len(rows)] = rows, True
    wanted = np.asarray(right)

    def gradient(batch: np.ndarray, scores: np.ndarray) -> tuple[float, np.ndarray]:
        s = np.where(mask[batch], scores, -1e9)
        s = np.exp(s - s.max(axis=1, keepdims=True))
        p = s / s.sum(axis=1, keepdims=True)
        rows = np.arange(len(batch))
        loss = -np.log(p[rows, wanted[batch]] + 1e-9)
        p[rows, wanted[batch]] -= 1
        return float((loss * weights[batch]).mean()), p * weights[batch][:, None]

    return _fit(x, mask, gradient, hidden, seed, epochs)


def fit_judge(
    rows: np.ndarray, right: np.ndarray, weights: np.ndarray, hidden: int, seed: int = 0, epochs: int = 60
) -> Network:
    """The log-odds that the first of a shortlist is right."""
    x = rows[:, None, :].astype(np.float32)
    mask = np.ones(x.shape[:2], bool)

    def gradient(batch: np.ndarray, scores: np.ndarray) -> tuple[float, np.ndarray]:
        p = 1 / (1 + np.exp(-scores[:, 0]))
        y = right[batch]
        loss = -(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))
        return float((loss * weights[batch]).mean()), ((p - y) * weights[batch])[:, None]

    return _fit(x, mask, gradient, hidden, seed, epochs)


def _fit(
    x: np.ndarray, mask: np.ndarray, gradient: Any, hidden: int, seed: int, epochs: int, decay: float = 1e-3
) -> Network:
    """Adam with weight decay over mini-batches of lists."""
    random = np.random.default_rng(seed)
    flat = x[mask]
    mean, scale = flat.mean(axis=0), flat.std(axis=0) + 1e-3
    z = np.clip((x - mean) / scale, -8, 8) * mask[:, :, None]
    width = x.shape[2]
    p = [
        random.normal(0, width**-0.5, (width, hidden)).astype(np.float32), np.zeros(hidden, np.float32),
        np.zeros(hidden, np.float32), np.zeros(width, np.float32), np.zeros(1, np.float32),
    ]  # fmt: skip
    p[2] += random.normal(0, 0.1, hidden).astype(np.float32)
    first, second = [np.zeros_like(a) for a in p], [np.zeros_like(a) for a in p]
    step = 0
    for epoch in range(epochs):
        rate = 3e-3 * (1 - epoch / epochs) + 1e-5
        order = random.permutation(len(z))
        for start in range(0, len(z), 128):
            batch = order[start : start + 128]
            rows = z[batch]
            h = np.tanh(rows @ p[0] + p[1])
            _, g = gradient(batch, h @ p[2] + rows @ p[3] + p[4][0])
            g = (g / len(batch)).astype(np.float32)
            back = g[:, :, None] * p[2] * (1 - h * h)
            grads = [
                np.einsum("bkf,bkh->fh", rows, back, optimize=True), back.sum((0, 1)), np.einsum("bk,bkh->h", g, h),
                np.einsum("bk,bkf->f", g, rows), np.array([g.sum()], np.float32),
            ]  # fmt: skip
            step += 1
            for i, grad in enumerate(grads):
                first[i] = 0.9 * first[i] + 0.1 * grad
                second[i] = 0.999 * second[i] + 0.001 * grad * grad
                move = first[i] / (1 - 0.9**step) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
                p[i] -= rate * (move + (decay * p[i] if i in (0, 2, 3) else 0)).astype(np.float32)
    return Network(mean.astype(np.float32), scale.astype(np.float32), p[0], p[1], p[2], p[4][0], p[3])
