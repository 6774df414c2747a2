"""Answers questions from a collection of entries held in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from binome.kit.encoder import encode as encode_sentences
from binome.kit.encoder.blas import OneBlasThread
from binome.knowledge.matching.entries import (
    Encode,
    Entry,
    EntryVectors,
    PreparedEntry,
    prepare,
    telling_words,
    vectors_of,
)
from binome.knowledge.matching.language import language_of
from binome.knowledge.matching.reading import Reader
from binome.knowledge.matching.scoring import Match, score_shortlist
from binome.knowledge.matching.shortlist import Shortlister
from binome.knowledge.matching.signals import Question
from binome.knowledge.matching.statistics import CollectionStatistics
from binome.knowledge.matching.wordvectors import WordVectors

if TYPE_CHECKING:
    from binome.knowledge.matching.classifier import TextClassifier

_BATCH = 512
_ENOUGH_TEXTS = 3.0
_ENOUGH_ENTRIES = 2


class Matcher:
    """A collection ready to answer; where entries have many alternatives, a classifier learns them first."""

    def __init__(
        self,
        entries: Sequence[Entry],
        vectors: Sequence[EntryVectors] | None = None,
        encode: Encode = encode_sentences,
    ) -> None:
        self._encode = encode
        self._word_vectors = WordVectors(encode)
        trained = _has_many_texts(entries)
        self.statistics = CollectionStatistics.of(entries, trained)
        self._reader = Reader(self.statistics)
        encoded = vectors if vectors is not None else vectors_of(entries, encode)
        self._entries = [prepare(entry, its) for entry, its in zip(entries, encoded, strict=True)]
        self._shortlister = Shortlister(self._entries, self.statistics) if entries else None
        self._classifier = _learn(self._entries) if trained else None
        self._word_vectors.learn(
            [word for known in self._entries for word in (*known.question_words, *known.short_words)]
        )

    def answer(self, questions: Sequence[str]) -> list[Match]:
        """The match of each question, in their order. BLAS uses one thread meanwhile: the products are small."""
        with _one_thread():
            return [
                match
                for start in range(0, len(questions), _BATCH)
                for match in self._batch(questions[start : start + _BATCH])
            ]

    def prepare_questions(self, texts: Sequence[str]) -> list[Question]:
        """Questions read in the light of the collection's words, with their vectors."""
        languages = [language_of(text, self.statistics.language) for text in texts]
        reads = [self._reader.read(text, language) for text, language in zip(texts, languages, strict=True)]
        written = self._encode(list(texts))
        understood = written.copy()
        changed = [i for i, read in enumerate(reads) if read.changed]
        if changed:
            understood[changed] += self._encode([reads[i].plain for i in changed])
            understood[changed] /= np.linalg.norm(understood[changed], axis=1, keepdims=True) + 1e-9
        return [Question(*parts) for parts in zip(texts, reads, written, understood, languages, strict=True)]

    def shortlists(
        self, questions: Sequence[Question]
    ) -> Iterator[tuple[Question, list[PreparedEntry], NDArray[np.float32] | None, float]]:
        """Each question with its shortlist, and what the classifier says of it where there is one."""
        scores, nearest = self._classified(questions)
        assert self._shortlister is not None
        best = self._shortlister.best(questions, scores)
        for row, (question, positions) in enumerate(zip(questions, best, strict=True)):
            its = None if scores is None else scores[row, positions]
            yield question, [self._entries[i] for i in positions], its, float(nearest[row])

    @property
    def word_vectors(self) -> WordVectors:
        """The vectors of the collection's words."""
        return self._word_vectors

    def _batch(self, texts: Sequence[str]) -> list[Match]:
        questions = self.prepare_questions(texts)
        if self._shortlister is None:
            return [Match(None, 0.0, [], question.language) for question in questions]
        self._word_vectors.learn(words_of(questions))
        return [
            score_shortlist(question, shortlist, self.statistics, self._word_vectors, classified, nearest)
            for question, shortlist, classified, nearest in self.shortlists(questions)
        ]

    def _classified(self, questions: Sequence[Question]) -> tuple[NDArray[np.float32] | None, NDArray[np.float32]]:
        if self._classifier is None:
            return None, np.zeros(len(questions), np.float32)
        return self._classifier.scores([q.text for q in questions], np.stack([q.written for q in questions]))


@cache
def _one_thread() -> OneBlasThread:
    return OneBlasThread()


def _has_many_texts(entries: Sequence[Entry]) -> bool:
    texts = sum(len(entry.texts) for entry in entries)
    return len(entries) >= _ENOUGH_ENTRIES and texts >= _ENOUGH_TEXTS * len(entries)


def _learn(entries: Sequence[PreparedEntry]) -> TextClassifier:
    """Train on the entries' texts, of each entry as many as fit in all.

    scikit-learn takes seconds to load and few collections need it: it is loaded here, not at every start.
    """
    from binome.knowledge.matching.classifier import MOST_TEXTS, TextClassifier

    each = max(1, MOST_TEXTS // len(entries))
    kept = [(owner, i) for owner, known in enumerate(entries) for i in range(len(known.entry.texts[:each]))]
    texts = [entries[owner].entry.texts[i] for owner, i in kept]
    vectors = np.stack([entries[owner].vectors.texts[i] for owner, i in kept])
    return TextClassifier(texts, vectors, np.array([owner for owner, _ in kept]), len(entries))


def words_of(questions: Sequence[Question]) -> list[str]:
    """All words whose vectors the comparison of these questions will want."""
    return [w for q in questions for text in (q.text, q.read.plain) for w in telling_words(text)[:30]]
