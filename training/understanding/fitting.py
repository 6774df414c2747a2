"""One step after another: Adam with three speeds, and a running mean of the parameters, which is what is kept."""

from collections import deque
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from binome.kit.encoder.weights import Weights
from training.understanding.batches import Arrays
from training.understanding.examples import IN_THREAD, SEVERAL, TASKS
from training.understanding.network import fresh, logits, vectors

SPEED = {"trunk": 3e-4, "table": 2e-3, "head": 1.2e-3}
DROP, SMOOTH, MEMORY, DECAY = 0.3, 0.05, 0.997, 2e-2
WARM = 100


class Fitting:
    """The state of a training run."""

    def __init__(self, weights: Weights, frozen: tuple[np.ndarray, ...], lex: int, seed: int) -> None:
        self.parameters = fresh(weights, lex, TASKS, IN_THREAD, seed)
        self._frozen = tuple(map(jnp.asarray, frozen))
        zeros = jax.tree.map(jnp.zeros_like, self.parameters)
        self._moments, self._squares = zeros, jax.tree.map(jnp.zeros_like, self.parameters)
        self.mean = jax.tree.map(jnp.copy, self.parameters)
        self._key, self.done = jax.random.key(seed), 0
        self._losses: deque[Any] = deque(maxlen=100)

    def begin_with(self, path: Path, lex_pieces: np.ndarray) -> None:
        """Go on from parameters that were saved; pieces that had no row then keep the chance they have."""
        with np.load(path, allow_pickle=False) as saved:
            place = {int(piece): at for at, piece in enumerate(lex_pieces, start=1)}
            rows = [
                (place[int(piece)], at) for at, piece in enumerate(saved["lex_pieces"], start=1) if int(piece) in place
            ]
            for part in self.parameters.values():
                for name, value in part.items():
                    part[name] = (
                        jnp.asarray(saved[name]) if saved[name].shape == value.shape and name != "lex" else value
                    )
            lex = np.array(self.parameters["new"]["lex"])
            lex[[here for here, _there in rows]] = saved["lex"][[there for _here, there in rows]]
            self.parameters["new"]["lex"] = jnp.asarray(lex)
        self.mean = jax.tree.map(jnp.copy, self.parameters)

    def step(self, batch: Arrays, progress: float) -> None:
        """Learn from one batch; *progress*: how much of the run is done, from 0 to 1."""
        self._key, key = jax.random.split(self._key)
        self.done += 1
        pace = min(self.done / WARM, 1.0) * 0.5 * (1 + np.cos(np.pi * min(progress, 1.0))) + 0.01
        memory = min(MEMORY, self.done / (self.done + 10))
        self.parameters, self._moments, self._squares, self.mean, loss = _step(
            self.parameters,
            self._moments,
            self._squares,
            self.mean,
            self._frozen,
            batch,
            key,
            pace,
            float(self.done),
            memory,
        )
        self._losses.append(loss)

    def recent(self) -> float:
        return float(np.mean([float(loss) for loss in self._losses]))

    def save(self, path: Path, lex_pieces: np.ndarray) -> None:
        arrays = {name: np.asarray(value) for part in self.mean.values() for name, value in part.items()}
        np.savez(path, lex_pieces=lex_pieces, **arrays)


def loss_of(p: Any, frozen: Any, batch: Any, key: Any) -> jnp.ndarray:
    """Cross entropies of all tasks, each row by its weight."""
    whole = vectors(p, frozen, batch, key, DROP)
    count = batch["mix"].shape[0]
    said = logits(p, whole[:count], batch["mix"] @ whole[count:], tuple(TASKS), IN_THREAD)
    total = 0.0
    for task in TASKS:
        target, weight = batch[f"{task}.y"], batch[f"{task}.w"]
        if task in SEVERAL:
            each = jax.nn.softplus(said[task]) - said[task] * target
            loss = (each * jnp.where(target > 0, 2.0, 0.5)).sum(1)
        else:
            logp = jax.nn.log_softmax(said[task])
            own = jnp.take_along_axis(logp, target[:, None], 1)[:, 0]
            loss = -(1 - SMOOTH) * own - SMOOTH * logp.mean(1)
        total += (loss * weight).sum()
    return total / count


@partial(jax.jit, donate_argnums=(0, 1, 2, 3))
def _step(
    p: Any, moments: Any, squares: Any, mean: Any, frozen: Any, batch: Any, key: Any, pace: Any, done: Any, memory: Any
) -> Any:
    loss, slope = jax.value_and_grad(loss_of)(p, frozen, batch, key)
    size = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(slope)))
    slope = jax.tree.map(lambda g: g * jnp.minimum(1.0, 3.0 / (size + 1e-9)), slope)
    moments = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments, slope)
    squares = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, squares, slope)
    first, second = 1 - 0.9**done, 1 - 0.999**done
    out: Any = {}
    for part in p:
        out[part] = {}
        for name, value in p[part].items():
            speed = SPEED["trunk"] if part == "trunk" else SPEED["table"] if name in {"lex", "gram"} else SPEED["head"]
            move = (moments[part][name] / first) / (jnp.sqrt(squares[part][name] / second) + 1e-8)
            shrink = DECAY * value if part == "new" and value.ndim == 2 else 0.0
            out[part][name] = value - pace * speed * (move + shrink)
    mean = jax.tree.map(lambda m, v: memory * m + (1 - memory) * v, mean, out)
    return out, moments, squares, mean, loss
