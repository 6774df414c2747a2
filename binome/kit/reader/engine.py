"""The reader as a whole: what was read lately from memory, the rest in small batches that two workers share."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from threading import Lock

import numpy as np

from binome.kit.encoder import shared
from binome.kit.encoder.blas import OneBlasThread, cores
from binome.kit.encoder.network import REACH
from binome.kit.encoder.recent import RecentVectors, fingerprint
from binome.kit.encoder.token_rows import Integers
from binome.kit.encoder.turns import Turns
from binome.kit.encoder.weights import Floats
from binome.kit.reader import because, heads
from binome.kit.reader.insight import Insight
from binome.kit.reader.network import Seen, Trunk
from binome.kit.reader.prepare import READ, prepared
from binome.kit.reader.weights import FILE, WORDS, load
from binome.kit.reader.wordless import calmed, is_wordless

WORKERS = 2
"""Threads that share the work, where the process may use as many cores."""

BATCH_ROWS = 2_048
PIECES = 512
"""Pieces of a text that are read: some 2,000 characters."""

REMEMBERED = 4_096
TOGETHER = 100_000
"""Characters of messages that are seen together: what the network saw of them is kept until they are explained."""

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

OF_THREADS = frozenset({"conflict"})
"""Those of which nothing is said of a first message."""


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

    def __init__(self, path: Path = FILE, words: Path | None = WORDS, workers: int | None = None) -> None:
        weights, token_rows, self._tokenizer = shared()
        self.parameters = load(weights, path, words)
        workers = workers or min(WORKERS, cores())
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
        pages = [self._see(part) for part in _parts(messages)]
        vectors = np.concatenate([page.vectors[page.text_of] for page in pages])
        befores = np.concatenate([page.befores for page in pages])
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
        told = [insight for part in _parts(messages) for insight in self._tell(self._see(part))]
        return [calmed(one) if is_wordless(message.text) else one for message, one in zip(messages, told, strict=True)]

    def _see(self, messages: Sequence[Message]) -> _Page:
        """Have the network see each text once: the messages', and those before them that it does not remember."""
        own = dict.fromkeys(message.text for message in messages)
        before = dict.fromkeys(text for message in messages for text in message.before[-BEFORE:] if text not in own)
        known = self._remembered(before)
        texts = [*own, *(text for text in before if text not in known)]
        read = [prepared(text) for text in texts]
        pieces = [_cut(ids) for ids in self._tokenizer(read)]
        batches = list(_batches(pieces))
        vectors = np.empty((len(texts), self.parameters.width), np.float32)
        seen: dict[int, Seen] = {}

        def see(place: int) -> None:
            where = batches[place]
            with self._trunks.turn() as trunk:
                vectors[where], seen[place] = trunk.see(texts[where], read[where], pieces[where])

        self._share(see, len(batches))
        self._vectors.put([fingerprint(text) for text in texts], vectors)
        row_of = {text: row for row, text in enumerate(texts)}
        known.update((text, vectors[row]) for text, row in row_of.items())
        befores = _befores(messages, known, self.parameters.width)
        text_of = np.array([row_of[message.text] for message in messages])
        return _Page(pieces, batches, [seen[place] for place in range(len(batches))], vectors, text_of, befores)

    def _remembered(self, texts: Iterable[str]) -> dict[str, Floats]:
        keys = {text: fingerprint(text) for text in texts}
        found = self._vectors.get(keys.values())
        return {text: found[key] for text, key in keys.items() if key in found}

    def _share(self, work: Callable[[int], None], count: int) -> None:
        """Do a piece of work so many times, by two threads that each take the next one."""
        left = deque(range(count))
        helpers = min(self._workers, count) - 1
        with self._one_blas_thread:
            helping = [self._helpers.submit(_until_none_left, left, work) for _ in range(helpers)]
            _until_none_left(left, work)
            for help_ in helping:
                if not help_.cancel():  # a helper busy for another caller until now has nothing left to do
                    help_.result()

    def _tell(self, page: _Page) -> list[Insight]:
        """The chances of every task, and the words behind those that say something."""
        told: dict[int, Insight] = {}

        def tell(place: int) -> None:
            where = page.batches[place]
            here = np.flatnonzero((page.text_of >= where.start) & (page.text_of < where.stop))
            if len(here):
                told.update(zip(here.tolist(), self._insights(page, here, place), strict=True))

        self._share(tell, len(page.batches))
        return [told[at] for at in range(len(page.text_of))]

    def _insights(self, page: _Page, messages: Integers, batch: int) -> list[Insight]:
        """Of these messages, whose texts are in this batch."""
        vectors, befores = page.vectors[page.text_of[messages]], page.befores[messages]
        own = self.parameters.heads
        hidden = {task: heads.hidden(head, vectors, befores) for task, head in own.items()}
        said = {task: heads.chances(head, heads.scores(head, vectors, hidden[task])) for task, head in own.items()}
        words: list[dict[str, tuple[str, ...]]] = [{} for _ in messages]
        asked: list[tuple[int, str]] = []
        slopes: list[Floats] = []
        follows = befores.any(1)
        for task in EXPLAINED:
            head, rows = own[task], said[task]
            first, loud = rows.argmax(1), rows.max(1) >= SURE
            if task in OF_THREADS:
                loud &= follows
            fired = [i for i, at in enumerate(first.tolist()) if loud[i] and head.classes[at] not in QUIET]
            if fired:
                asked += [(i, task) for i in fired]
                slopes.append(because.slopes_of(head, hidden[task][fired], list(first[fired])))
        if asked:
            texts = (page.text_of[messages] - page.batches[batch].start).tolist()
            self._explain(
                asked, np.concatenate(slopes), page.seen[batch], page.pieces[page.batches[batch]], texts, words
            )
        tables = {task: heads.named(own[task], rows) for task, rows in said.items()}
        return [Insight({task: rows[i] for task, rows in tables.items()}, words[i]) for i in range(len(messages))]

    def _explain(
        self,
        asked: Sequence[tuple[int, str]],
        slopes: Floats,
        seen: Seen,
        pieces: Sequence[Sequence[int]],
        texts: Sequence[int],
        words: Sequence[dict[str, tuple[str, ...]]],
    ) -> None:
        """Put the words behind these readings (message, task) to those of their messages; *texts*: each message's."""
        order = sorted(range(len(asked)), key=lambda place: texts[asked[place][0]])
        rows = [texts[asked[place][0]] for place in order]
        weights = because.weights_of_tokens(self.parameters, seen, rows, slopes[order])
        for row, same in groupby(range(len(order)), key=lambda place: rows[place]):
            places = list(same)
            names = self._tokenizer.pieces(pieces[row][1:-1])
            told = because.words_that_weighed(names, [weights[place][1:-1] for place in places])
            for (message, task), one in zip((asked[order[place]] for place in places), told, strict=True):
                words[message][task] = one


@dataclass(frozen=True)
class _Page:
    """Some messages as the network saw them: their texts and those before, in batches; which text is whose."""

    pieces: Sequence[Sequence[int]]
    batches: Sequence[slice]
    seen: Sequence[Seen]
    vectors: Floats
    text_of: Integers
    befores: Floats


def _befores(messages: Sequence[Message], vectors: Mapping[str, Floats], width: int) -> Floats:
    """The mean of the vectors of the texts before, the last one weighing most; zeros where there is none."""
    befores = np.zeros((len(messages), width), np.float32)
    for row, message in zip(befores, messages, strict=True):
        last = message.before[-BEFORE:]
        for text, weight in zip(last, (1.0,) if len(last) == 1 else (0.4, 0.6), strict=False):
            row += weight * vectors[text]
    return befores


def _until_none_left(left: deque[int], work: Callable[[int], None]) -> None:
    while True:
        try:
            place = left.popleft()
        except IndexError:
            return
        work(place)


def _parts(messages: Sequence[Message]) -> Iterable[Sequence[Message]]:
    """Neighbours together, up to TOGETHER characters."""
    first, characters = 0, 0
    for i, message in enumerate(messages):
        own = sum(min(len(text), READ) for text in (message.text, *message.before[-BEFORE:]))
        if i > first and characters + own > TOGETHER:
            yield messages[first:i]
            first, characters = i, 0
        characters += own
    if messages:
        yield messages[first:]


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
