"""The reader as a whole: what was read lately from memory, the rest in small batches that two workers share."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from threading import Lock

import numpy as np

from binome.kit.encoder import shared
from binome.kit.encoder.blas import OneBlasThread
from binome.kit.encoder.network import REACH
from binome.kit.encoder.recent import RecentVectors, fingerprint
from binome.kit.encoder.turns import Turns
from binome.kit.encoder.weights import Floats
from binome.kit.reader import because, heads
from binome.kit.reader.insight import Insight
from binome.kit.reader.network import Seen, Trunk
from binome.kit.reader.prepare import prepared
from binome.kit.reader.weights import FILE, load
from binome.kit.reader.wordless import calmed, is_wordless

WORKERS = 2
BATCH_ROWS = 1_024
PIECES = 512
"""Pieces of a text that are read: some 2,000 characters."""

REMEMBERED = 4_096
BEFORE = 2
"""Earlier texts of a thread that are read."""

QUIET = frozenset({"neutral", "none", "literal", "ok", "nobody", "other", "no", "normal", "calm"})
"""What needs no explanation."""

SURE = 0.5
"""The chance from which on a reading is explained."""

EXPLAINED = frozenset(
    (
        "sentiment", "emotion", "irony", "toxicity", "hate", "spam", "urgency", "distress", "legal", "conflict",
        "commitment",
    )
)  # fmt: skip
"""Tasks whose readings are explained."""


@dataclass(frozen=True)
class Message:
    """A text and the last of those before it, oldest first."""

    text: str
    before: tuple[str, ...] = ()

    @cached_property
    def key(self) -> bytes:
        return fingerprint("\x1e".join((*(text[-3_000:] for text in self.before[-BEFORE:]), self.text[:3_000])))


class Reader:
    """One set of parameters and its workers; safe to share between threads."""

    def __init__(self, path: Path = FILE, workers: int = WORKERS) -> None:
        weights, token_rows, self._tokenizer = shared()
        self.parameters = load(weights, path)
        height = REACH + max(BATCH_ROWS, PIECES + REACH)
        self._trunks = Turns([Trunk(self.parameters, token_rows, height) for _ in range(workers)])
        self._workers = workers
        self._vectors = RecentVectors(2_048)
        self._recent: OrderedDict[bytes, Insight] = OrderedDict()
        self._lock = Lock()
        self._one_blas_thread = OneBlasThread()
        self._helpers = ThreadPoolExecutor(max(1, workers - 1), thread_name_prefix="reader")

    def __call__(self, messages: Sequence[Message]) -> list[Insight]:
        """What is made of each message, in order."""
        keys = [message.key for message in messages]
        found = self._known(keys)
        new = {key: message for key, message in zip(keys, messages, strict=True) if key not in found}
        if new:
            computed = self._compute(list(new.values()))
            found.update(zip(new, computed, strict=True))
            self._keep(zip(new, computed, strict=True))
        return [found[key] for key in keys]

    def raw(self, messages: Sequence[Message]) -> dict[str, Floats]:
        """The uncalibrated scores by task: (n, classes)."""
        befores = self._befores(messages)
        vectors = self._read([message.text for message in messages], None, None)
        return {
            task: heads.scores(head, vectors, heads.hidden(head, vectors, befores))
            for task, head in self.parameters.heads.items()
        }

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Insight]:
        found = {}
        with self._lock:
            for key in keys:
                if key in self._recent:
                    self._recent.move_to_end(key)
                    found[key] = self._recent[key]
        return found

    def _keep(self, insights: Iterable[tuple[bytes, Insight]]) -> None:
        with self._lock:
            self._recent.update(insights)
            while len(self._recent) > REMEMBERED:
                self._recent.popitem(last=False)

    def _compute(self, messages: Sequence[Message]) -> list[Insight]:
        befores = self._befores(messages)
        out: list[Insight | None] = [None] * len(messages)
        self._read([message.text for message in messages], befores, out)
        read = zip(messages, out, strict=True)
        return [calmed(one) if is_wordless(message.text) else one for message, one in read if one is not None]

    def _befores(self, messages: Sequence[Message]) -> Floats:
        """The mean of the vectors of the texts before, the last one weighing most; zeros where there is none."""
        texts = list(dict.fromkeys(text for message in messages for text in message.before[-BEFORE:]))
        befores = np.zeros((len(messages), self.parameters.width), np.float32)
        if not texts:
            return befores
        keys = [fingerprint(text) for text in texts]
        known = self._vectors.get(keys)
        new = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in known]
        if new:
            vectors = self._read([text for _key, text in new], None, None)
            known.update((key, vector) for (key, _text), vector in zip(new, vectors, strict=True))
            self._vectors.put([key for key, _text in new], vectors)
        of = {text: known[key] for key, text in zip(keys, texts, strict=True)}
        for row, message in zip(befores, messages, strict=True):
            last = message.before[-BEFORE:]
            for text, weight in zip(last, (1.0,) if len(last) == 1 else (0.4, 0.6), strict=False):
                row += weight * of[text]
        return befores

    def _read(self, texts: Sequence[str], befores: Floats | None, out: list[Insight | None] | None) -> Floats:
        read = [prepared(text) for text in texts]
        pieces = [_cut(ids) for ids in self._tokenizer(read)]
        batches = deque(_batches(pieces))
        vectors = np.empty((len(texts), self.parameters.width), np.float32)
        task = _Task(texts, read, pieces, befores, vectors, out)
        helpers = min(self._workers, len(batches)) - 1
        with self._one_blas_thread:
            helping = [self._helpers.submit(self._work, batches, task) for _ in range(helpers)]
            self._work(batches, task)
            for help_ in helping:
                if not help_.cancel():
                    help_.result()
        return vectors

    def _work(self, batches: deque[slice], task: _Task) -> None:
        while True:
            try:
                where = batches.popleft()
            except IndexError:
                return
            with self._trunks.turn() as trunk:
                vectors, seen = trunk.see(task.texts[where], task.read[where], task.pieces[where])
                task.vectors[where] = vectors
                if task.out is not None and task.befores is not None:
                    task.out[where] = self._insights(vectors, task.befores[where], seen, task.pieces[where])

    def _insights(self, vectors: Floats, befores: Floats, seen: Seen, pieces: Sequence[Sequence[int]]) -> list[Insight]:
        """The chances of every task, and the words behind those that say something."""
        own = self.parameters.heads
        hidden = {task: heads.hidden(head, vectors, befores) for task, head in own.items()}
        said = {task: heads.chances(head, heads.scores(head, vectors, hidden[task])) for task, head in own.items()}
        words: list[dict[str, tuple[str, ...]]] = [{} for _ in pieces]
        asked: list[tuple[int, str]] = []
        slopes: list[Floats] = []
        for task in EXPLAINED:
            head, rows = own[task], said[task]
            first, loud = rows.argmax(1), rows.max(1) >= SURE
            fired = [i for i, at in enumerate(first.tolist()) if loud[i] and head.classes[at] not in QUIET]
            if fired:
                asked += [(i, task) for i in fired]
                slopes.append(because.slopes_of(head, hidden[task][fired], list(first[fired])))
        if asked:
            self._explain(asked, np.concatenate(slopes), seen, pieces, words)
        tables = {task: heads.named(self.parameters.heads[task], rows) for task, rows in said.items()}
        return [Insight({task: rows[i] for task, rows in tables.items()}, words[i]) for i in range(len(pieces))]

    def _explain(
        self,
        asked: Sequence[tuple[int, str]],
        slopes: Floats,
        seen: Seen,
        pieces: Sequence[Sequence[int]],
        words: Sequence[dict[str, tuple[str, ...]]],
    ) -> None:
        """Put the words behind these readings (text, task) to those of their texts."""
        order = sorted(range(len(asked)), key=lambda place: asked[place][0])
        rows = [asked[place][0] for place in order]
        weights = because.weights_of_tokens(self.parameters, seen, rows, slopes[order])
        for row, same in groupby(range(len(order)), key=lambda place: rows[place]):
            places = list(same)
            names = self._tokenizer.pieces(pieces[row][1:-1])
            told = because.words_that_weighed(names, [weights[place][1:-1] for place in places])
            words[row].update(zip((asked[order[place]][1] for place in places), told, strict=True))


@dataclass(frozen=True)
class _Task:
    """What the workers share of one call."""

    texts: Sequence[str]
    read: Sequence[str]
    pieces: Sequence[Sequence[int]]
    befores: Floats | None
    vectors: Floats
    out: list[Insight | None] | None


def _cut(ids: list[int]) -> list[int]:
    """A long text by its beginning and its end."""
    return ids if len(ids) <= PIECES else [*ids[: PIECES - 128], *ids[-128:]]


def _batches(texts: Sequence[Sequence[int]]) -> Iterable[slice]:
    first, rows = 0, REACH
    for i, text in enumerate(texts):
        if i > first and rows + len(text) + REACH > BATCH_ROWS:
            yield slice(first, i)
            first, rows = i, REACH
        rows += len(text) + REACH
    if texts:
        yield slice(first, len(texts))
