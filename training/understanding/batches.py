"""Examples made into arrays, in batches of like length."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from binome.kit.reader.grams import grams_of
from binome.kit.reader.prepare import prepared
from binome.kit.reader.style import styles_of
from training.understanding.augment import disguised, regrouped, retyped
from training.understanding.examples import SEVERAL, TASKS, Example

LENGTHS = (16, 32, 64)
WORDS, GRAMS = {16: 14, 32: 28, 64: 56}, 20
BATCH, THREADS = {16: 320, 32: 192, 64: 96}, {16: 100, 32: 64, 64: 32}
"""Rows of a batch by length; of a batch of threads, whose texts before come on top (two each at most)."""

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Vocabulary:
    """Which rows the pieces have: *slot* by piece in the frozen tables, *lex* by piece in the trained one (0: none)."""

    slot: np.ndarray
    lex: np.ndarray


@dataclass(frozen=True)
class Learnt:
    """One example ready to be put in a batch. *weights* and *targets* by task."""

    example: Example
    weights: Mapping[str, float]


class Batches:
    """The batches of one pass over the examples drawn for it."""

    def __init__(self, tokenizer: object, vocabulary: Vocabulary, seed: int) -> None:
        self._tokenizer, self._vocabulary = tokenizer, vocabulary
        self._chance = random.Random(seed)

    def __call__(self, rows: Sequence[Learnt], rate: float = 0.4) -> Iterator[Arrays]:
        """Every row once, in random order, retyped at this rate."""
        texts = [self.typed(row.example, rate) for row in rows]
        pieces = self.pieces(texts)
        order = list(range(len(rows)))
        self._chance.shuffle(order)
        waiting: dict[tuple[int, bool], list[int]] = {}
        for i in order:
            kind = (
                _length(max([len(pieces[i]), *(len(c) // 5 for c in rows[i].example.context[-2:])])),
                bool(rows[i].example.context),
            )
            waiting.setdefault(kind, []).append(i)
            full = (THREADS if kind[1] else BATCH)[kind[0]]
            if len(waiting[kind]) == full:
                chosen = waiting.pop(kind)
                yield self._batch([rows[j] for j in chosen], [texts[j] for j in chosen], *kind)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        return self._tokenizer([prepared(text) for text in texts])  # type: ignore[operator]

    def typed(self, example: Example, rate: float = 0.4) -> str:
        """Its text as somebody else would have typed it, at this rate, maybe about another group."""
        return self._retyped(self._about(example), rate)

    def _about(self, example: Example) -> str:
        """Its text, half of the time about another group than it was written of, where it speaks of one."""
        return regrouped(example.text, self._chance) if example.group and self._chance.random() < 0.5 else example.text

    def _retyped(self, text: str, rate: float) -> str:
        if self._chance.random() < rate * 0.6:
            text = disguised(text, self._chance)
        return retyped(text, self._chance, rate)

    def _batch(self, rows: Sequence[Learnt], texts: list[str], length: int, threads: bool) -> Arrays:
        befores = [row.example.context[-2:] for row in rows]
        every = [*texts, *(text for before in befores for text in before)]
        size = len(rows) * (3 if threads else 1)
        every += [""] * (size - len(every))
        mix, place = np.zeros((len(rows), size - len(rows)), np.float32), 0
        for i, before in enumerate(befores):
            for weight in weights_before(len(before)):
                mix[i, place] = weight
                place += 1
        return self.texts(every, length) | {"mix": mix} | targets(rows)

    def texts(self, texts: Sequence[str], length: int) -> Arrays:
        """The texts alone, cut at this many pieces."""
        read = [prepared(text) for text in texts]
        cut = [ids if len(ids) <= length else [*ids[: length - 1], ids[-1]] for ids in self._tokenizer(read)]  # type: ignore[operator]
        tokens, lex, mask = (np.zeros((len(texts), length), kind) for kind in (np.int32, np.int32, np.float32))
        for i, ids in enumerate(cut):
            tokens[i, : len(ids)], lex[i, : len(ids)] = self._vocabulary.slot[ids], self._vocabulary.lex[ids]
            mask[i, : len(ids)] = 1
        grams, gram_mask = padded(read, WORDS[length])
        return {
            "tokens": tokens,
            "lex": lex,
            "mask": mask,
            "grams": grams,
            "gram_mask": gram_mask,
            "styles": styles_of(texts),
        }


def weights_before(befores: int) -> tuple[float, ...]:
    """What each text before counts: the last one most."""
    return {0: (), 1: (1.0,), 2: (0.4, 0.6)}[befores]


def _length(pieces: int) -> int:
    return next((length for length in LENGTHS if pieces <= length), LENGTHS[-1])


def padded(texts: Sequence[str], words: int) -> tuple[np.ndarray, np.ndarray]:
    bucket, word, text_of = grams_of(texts)
    grams, mask = np.zeros((len(texts), words, GRAMS), np.int32), np.zeros((len(texts), words, GRAMS), np.float32)
    if not len(bucket):
        return grams, mask
    first = np.searchsorted(text_of, np.arange(len(texts)))
    order = np.argsort(word, kind="stable")
    bucket, word = bucket[order], word[order]
    nth = np.arange(len(word)) - np.searchsorted(word, word)
    at = word - first[text_of[word]]
    kept = (nth < GRAMS) & (at < words)
    grams[text_of[word][kept], at[kept], nth[kept]] = bucket[kept]
    mask[text_of[word][kept], at[kept], nth[kept]] = 1
    return grams, mask


def targets(rows: Sequence[Learnt]) -> Arrays:
    arrays: Arrays = {}
    for task, classes in TASKS.items():
        weights = np.array([row.weights.get(task, 0.0) for row in rows], np.float32)
        if task in SEVERAL:
            target = np.zeros((len(rows), len(classes)), np.float32)
            for i, row in enumerate(rows):
                said = row.example.labels.get(task, {})
                target[i] = [isinstance(said, Mapping) and bool(said.get(name)) for name in classes]
        else:
            target = np.array(
                [classes.index(str(row.example.labels[task])) if task in row.weights else 0 for row in rows]
            )
        arrays[f"{task}.y"], arrays[f"{task}.w"] = target, weights
    return arrays
