"""Proposes an answer to each case from what was known before it: the entries given, and what people did so far."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.matching import Entry, EntryVectors, Match, Matcher
from binome.knowledge.matching.entries import Encode, vectors_of
from binome.knowledge.rehearsing.memory import NOTHING, Memory, Neighbours, Vectors

MOST_TEXTS = 6_000
"""Wordings that the matcher learns from, the newest of each answer."""

_FIRST, _GROWTH = 30, 1.35
_MATCHER_SAYS = 0.6
_RECORD_FADES = 0.9

Known = list[tuple[Entry, EntryVectors]]


@dataclass(frozen=True, slots=True)
class Guess:
    """The answer proposed (None: nothing is known), and the numbers that its confidence is read from."""

    answer: str | None
    signs: NDArray[np.float64]


class Reader:
    """Knows the *entries* given and learns nothing: what is asked is answered as the product does, as sure as it is."""

    def __init__(self, entries: Sequence[Entry], encode: Encode) -> None:
        self._matcher = Matcher(entries, encode=encode)

    def guess(self, texts: Sequence[str], vectors: Vectors) -> list[Guess]:
        """The nearest entry of each of these cases; its one sign is how sure the matcher is of it."""
        found = self._matcher.answer(texts)
        return [Guess(match.entry_id, np.array([match.confidence] if match.entry_id else [])) for match in found]

    def learn(self, texts: Sequence[str], vectors: Vectors, answers: Sequence[str | None], said: Sequence[str]) -> None:
        """Nothing is learnt."""

    def was(self, guess: Guess, right: bool) -> None:
        """Nothing is learnt."""


class Learner:
    """Knows the *entries* given, if any, and learns the wordings (and, without entries, the answers) as they come out."""

    def __init__(self, entries: Sequence[Entry], encode: Encode) -> None:
        self._given = {entry.id: entry for entry in entries}
        self._given_vectors = dict(zip(self._given, vectors_of(entries, encode), strict=True)) if entries else {}
        self._encode = encode
        self._codes: dict[str, int] = {}
        self._names: list[str] = []
        for entry in entries:
            self._code(entry.id)
        self._memory = Memory()
        self._wordings: dict[str, list[tuple[str, Vectors]]] = defaultdict(list)
        self._answers: dict[str, tuple[str, EntryVectors | None]] = {}
        self._records: dict[str, tuple[float, float]] = {}
        self._learnt, self._built_with = 0, 0
        self._matcher: Matcher | None = None
        self._known: Known = list(zip(entries, self._given_vectors.values(), strict=True))

    def guess(self, texts: Sequence[str], vectors: Vectors) -> list[Guess]:
        """The answer of each of these cases, none of which has been learnt."""
        if self._known:  # what a matcher is to know is made ready only when one is asked
            entries, its = [entry for entry, _ in self._known], [vectors for _, vectors in self._known]
            self._matcher, self._known = Matcher(entries, its, self._encode), []
        matches: Sequence[Match | None] = self._matcher.answer(texts) if self._matcher else [None] * len(texts)
        near = self._memory.neighbours(vectors)
        return [self._one(*parts) for parts in zip(texts, matches, near, strict=True)]

    def learn(self, texts: Sequence[str], vectors: Vectors, answers: Sequence[str | None], said: Sequence[str]) -> None:
        """What people did with these cases. *said*: the text of the answer where it is known."""
        codes = [NOTHING if answer is None or not self._may_give(answer) else self._code(answer) for answer in answers]
        self._memory.add(vectors, codes)
        for text, vector, answer, code, words in zip(texts, vectors, answers, codes, said, strict=True):
            if answer is not None and code != NOTHING:
                self._wordings[answer].append((text, vector))
                self._learnt += 1
                if words:
                    self._answers.setdefault(answer, (words, None))
        if self._learnt >= max(_FIRST, _GROWTH * self._built_with):
            self._rebuild()

    def was(self, guess: Guess, right: bool) -> None:
        """Keep how the answer fared, the newest counting most."""
        if guess.answer is not None:
            wrong, times = self._records.get(guess.answer, (0.0, 0.0))
            self._records[guess.answer] = (_RECORD_FADES * wrong + (not right), _RECORD_FADES * times + 1)

    def _may_give(self, answer: str) -> bool:
        return not self._given or answer in self._given

    def _code(self, answer: str) -> int:
        if answer not in self._codes:
            self._codes[answer] = len(self._names)
            self._names.append(answer)
        return self._codes[answer]

    def _one(self, text: str, match: Match | None, near: Neighbours) -> Guess:
        shares: dict[int, float] = defaultdict(float)
        total = sum(sure for _, sure in match.ranking) if match else 0.0
        for entry, sure in match.ranking if match and total else ():
            shares[self._codes[entry]] += _MATCHER_SAYS * sure / total
        for code, say in zip(near.answers.tolist(), near.say.tolist(), strict=True):
            if code != NOTHING:
                shares[code] += (1 - _MATCHER_SAYS) * say
        if not shares:
            return Guess(None, np.zeros(0))
        code = max(shares, key=lambda one: shares[one])
        return Guess(self._names[code], self._signs(text, code, shares, match, near))

    def _signs(
        self, text: str, code: int, shares: Mapping[int, float], match: Match | None, near: Neighbours
    ) -> NDArray[np.float64]:
        ranking = dict(match.ranking) if match else {}
        name = self._names[code]
        mine = ranking.get(name, 0.0)
        others = max((sure for entry, sure in ranking.items() if entry != name), default=0.0)
        wrong, times = self._records.get(name, (0.0, 0.0))
        runner_up = max((share for one, share in shares.items() if one != code), default=0.0)
        signals = match.signals if match and match.entry_id == name else {}
        return np.array(
            [
                _log_odds(mine),
                _log_odds(others),
                match.confidence if match else 0.0,
                shares[code],
                shares[code] - runner_up,
                near.share(code),
                near.share(NOTHING),
                near.nearest(code),
                near.nearest_other(code),
                near.nearest(NOTHING),
                float(near.near.max(initial=0.0)),
                signals.get("classified", 0.0),
                signals.get("meaning_best_text", 0.0),
                signals.get("covered_by_entry", 0.0),
                signals.get("words_asked", 0.0),
                float(match is not None and match.entry_id == name),
                _log_odds((wrong + 0.2) / (times + 1)),
                np.log1p(len(self._wordings.get(name, ()))),
                np.log1p(len(text.split())),
            ]
        )

    def _rebuild(self) -> None:
        """The next matcher knows all wordings known so far, of each answer the newest."""
        names = list(dict.fromkeys([*self._given, *self._wordings]))
        each = max(1, MOST_TEXTS // max(len(names), 1))
        self._known = [self._entry(name, self._wordings.get(name, [])[-each:]) for name in names]
        self._built_with = self._learnt

    def _entry(self, name: str, wordings: Sequence[tuple[str, Vectors]]) -> tuple[Entry, EntryVectors]:
        texts, rows = [text for text, _ in wordings], [vector for _, vector in wordings]
        given = self._given.get(name)
        if given is not None:
            vectors = self._given_vectors[name]
            entry = Entry(given.id, given.question, given.answer, given.language, (*given.alternatives, *texts))
            return entry, EntryVectors(np.stack([*vectors.texts, *rows]), vectors.short_answer, vectors.answer)
        said, its = self._answers.get(name, ("", None))
        entry = Entry(name, texts[0], said, "", tuple(texts[1:]))
        if its is None and said:
            its = vectors_of([Entry(name, texts[0], said)], self._encode)[0]
            self._answers[name] = (said, its)
        short, head = (its.short_answer, its.answer) if its else (rows[0], rows[0])
        return entry, EntryVectors(np.stack(rows), short, head)


def _log_odds(share: float) -> float:
    kept = min(max(share, 1e-4), 1 - 1e-4)
    return float(np.log(kept / (1 - kept)))
