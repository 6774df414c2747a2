"""The network as it is trained, in JAX: the encoder's first layers as they are, its upper ones tuned, and small tables.

The same computation in numpy, which ships: binome.kit.reader.network.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from binome.kit.encoder.weights import BRANCH, EMBEDDING, WINDOWS, Weights
from binome.kit.reader.grams import BUCKETS
from binome.kit.reader.style import STYLES

LEX, GRAM, PEAKS, HIDDEN = 48, 48, 128, 64
VECTOR = EMBEDDING + PEAKS + 2 * LEX + 2 * GRAM + STYLES
Parameters = dict[str, Any]


def fresh(
    weights: Weights, pieces: int, tasks: Mapping[str, Sequence[str]], in_thread: frozenset[str], seed: int
) -> Parameters:
    """Parameters to begin with: the encoder's upper layers, and small chances elsewhere."""
    draw = np.random.default_rng(seed)

    def normal(*shape: int, scale: float | None = None) -> jnp.ndarray:
        return jnp.asarray(draw.normal(0, scale or shape[0] ** -0.5, shape), jnp.float32)

    trunk: Parameters = {"pooled": jnp.asarray(weights.pooled), "pooled_bias": jnp.asarray(weights.pooled_bias)}
    for branch in weights.branches:
        trunk[f"second{branch.order}"] = jnp.asarray(branch.second)
        trunk[f"second_bias{branch.order}"] = jnp.asarray(branch.second_bias)
    trunk |= {name: jnp.asarray(matrix) for name, matrix in weights.head.items()}
    new: Parameters = {
        "lex": normal(pieces, LEX, scale=0.05),
        "gram": normal(BUCKETS, GRAM, scale=0.05),
        "gram_bias": jnp.zeros(GRAM),
        "peaks": normal(len(WINDOWS) * BRANCH, PEAKS),
        "peaks_bias": jnp.zeros(PEAKS),
    }
    for task, classes in tasks.items():
        new[f"{task}.hidden"] = normal(VECTOR, HIDDEN)
        if task in in_thread:
            new[f"{task}.context"] = normal(VECTOR, HIDDEN, scale=0.01)
            new[f"{task}.both"] = normal(VECTOR, HIDDEN, scale=0.01)
        new[f"{task}.hidden_bias"] = jnp.zeros(HIDDEN)
        new[f"{task}.out"] = normal(HIDDEN, len(classes))
        new[f"{task}.out_bias"] = jnp.zeros(len(classes))
    return {"trunk": trunk, "new": new}


def _below(p: Parameters, frozen: Any, batch: Mapping[str, Any]) -> tuple[jnp.ndarray, jnp.ndarray]:
    """What the dense layers are given of the texts: summed features (n, 1280) and peaks (n, 768)."""
    trunk, mask = p["trunk"], batch["mask"]
    tokens, alive = batch["tokens"], mask[..., None]
    features, residual, partial = frozen[0][tokens], frozen[1][tokens], frozen[2][tokens]
    outs, place = [], 0
    for i, (order, left) in enumerate(WINDOWS):
        part = partial[..., place : place + order * BRANCH]
        place += order * BRANCH
        hidden = jax.nn.relu(_shifted_sum(part, order, left)) + residual[..., i * BRANCH : (i + 1) * BRANCH]
        hidden = jax.lax.stop_gradient(hidden * alive)
        windows = jnp.concatenate([_moved(hidden, slot - left) for slot in range(order)], -1)
        outs.append(jax.nn.relu(windows @ trunk[f"second{order}"] + trunk[f"second_bias{order}"]) + hidden)
    summed = _normed_sum([features, *outs], mask, jnp.maximum(mask.sum(1), 1))
    return summed, jnp.where(alive > 0, jnp.concatenate(outs, -1), -1e9).max(1)


def vectors(p: Parameters, frozen: Any, batch: Mapping[str, Any], key: Any, drop: float) -> jnp.ndarray:
    """The (n, VECTOR) of the texts of a batch."""
    trunk, new, mask = p["trunk"], p["new"], batch["mask"]
    summed, peaks = _below(p, frozen, batch)
    lengths, alive = jnp.maximum(mask.sum(1), 1)[:, None], mask[..., None]
    pooled = summed @ trunk["pooled"] + jnp.sqrt(lengths) * trunk["pooled_bias"]
    middle = jax.nn.relu(pooled @ trunk["p1"] + jax.nn.relu(pooled @ trunk["d0"]) @ trunk["d1"])
    meaning = jnp.tanh(middle @ trunk["p3"] + jax.nn.relu(middle @ trunk["d2"]) @ trunk["d3"])
    meaning = meaning / (jnp.linalg.norm(meaning, axis=1, keepdims=True) + 1e-9) * 4.0
    peaks = jax.nn.relu(peaks @ new["peaks"] + new["peaks_bias"])
    lex = new["lex"][batch["lex"]]
    lex_mean, lex_peak = (lex * alive).sum(1) / lengths, jnp.where(alive > 0, lex, -1e9).max(1)
    whole = jnp.concatenate([meaning, peaks, lex_mean, lex_peak, *_letters(new, batch), batch["styles"]], -1)
    if drop:
        whole = whole * jax.random.bernoulli(key, 1 - drop, whole.shape) / (1 - drop)
    return whole


def _letters(new: Parameters, batch: Mapping[str, Any]) -> tuple[jnp.ndarray, jnp.ndarray]:
    """The mean and the peak of what the letters of each word say."""
    grams = new["gram"][batch["grams"]] * batch["gram_mask"][..., None]
    count = batch["gram_mask"].sum(2)
    words = jax.nn.relu(grams.sum(2) / jnp.sqrt(jnp.maximum(count, 1))[..., None] + new["gram_bias"])
    there = (count > 0)[..., None]
    return (words * there).sum(1) / jnp.maximum(there.sum(1), 1), (words * there).max(1)


def logits(
    p: Parameters, whole: jnp.ndarray, before: jnp.ndarray, tasks: Sequence[str], in_thread: frozenset[str]
) -> dict[str, jnp.ndarray]:
    """What each task's head says of the vectors; *before*: the mean vector of the texts before, zeros where there are none."""
    new = p["new"]
    said = {}
    for task in tasks:
        hidden = whole @ new[f"{task}.hidden"] + new[f"{task}.hidden_bias"]
        if task in in_thread:
            hidden = hidden + before @ new[f"{task}.context"] + (before * whole) @ new[f"{task}.both"]
        said[task] = jax.nn.relu(hidden) @ new[f"{task}.out"] + new[f"{task}.out_bias"]
    return said


def _normed_sum(parts: Sequence[jnp.ndarray], mask: jnp.ndarray, lengths: jnp.ndarray) -> jnp.ndarray:
    """The tokens' features, each normalised, summed over the root of their number; never held normalised."""
    features = jnp.concatenate(parts, -1)
    mean = features.mean(-1)
    spread = jnp.maximum((features * features).mean(-1) - mean * mean, 1e-9)
    share = mask / jnp.sqrt(spread * lengths[:, None])
    return (features * share[..., None]).sum(1) - (share * mean).sum(1, keepdims=True)


def _moved(x: jnp.ndarray, offset: int) -> jnp.ndarray:
    """Each token's neighbour at this offset, zeros beyond the ends."""
    if offset == 0:
        return x
    zeros = jnp.zeros_like(x[:, : abs(offset)])
    return jnp.concatenate([x[:, offset:], zeros], 1) if offset > 0 else jnp.concatenate([zeros, x[:, :offset]], 1)


def _shifted_sum(part: jnp.ndarray, order: int, left: int) -> jnp.ndarray:
    return sum(_moved(part[..., slot * BRANCH : (slot + 1) * BRANCH], slot - left) for slot in range(order))
