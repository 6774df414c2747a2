"""Compares one question with shortlisted entries: one row of numbers for each entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.matching.entries import PreparedEntry, Vectors, gram_profile, telling_words
from binome.knowledge.matching.reading import Read
from binome.knowledge.matching.statistics import CollectionStatistics
from binome.knowledge.matching.tokens import fold, stems, words
from binome.knowledge.matching.wordvectors import WordVectors

SIGNALS = (
    "meaning_question", "meaning_best_text", "meaning_near_texts", "meaning_short_answer", "meaning_answer",
    "meaning_as_written", "words_asked", "words_summed_up", "words_answered", "covered_by_question", "covered_by_entry",
    "question_covered", "pieces", "soft_question", "soft_short_answer", "soft_back", "same_language", "classified",
)  # fmt: skip
MEANING_BEST, CLASSIFIED = SIGNALS.index("meaning_best_text"), SIGNALS.index("classified")
_SATURATION = 1.2
_FEW = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to compare: as read, its vectors as written and as read on average, its language."""

    text: str
    read: Read
    written: Vectors
    vector: Vectors
    language: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals of each shortlisted entry (k, len(SIGNALS)), the text of each that is nearest in meaning, common stems."""

    signals: NDArray[np.float32]
    best_texts: list[int]
    common: list[list[str]]


def compare(
    question: Question,
    shortlist: Sequence[PreparedEntry],
    statistics: CollectionStatistics,
    word_vectors: WordVectors,
    classified: NDArray[np.float32] | None = None,
) -> Evidence:
    """All signals of the shortlist for the question; *classified* are the classifier's scores where there is one."""
    weights = {stem: weight * statistics.rarity(stem) for stem, weight in question.read.weights.items()}
    total = sum(weights.values()) or 1.0
    signals = np.zeros((len(shortlist), len(SIGNALS)), np.float32)
    best_texts, common = _meanings(question, shortlist, signals), []
    grams = gram_profile(words(question.read.plain))
    for row, known in zip(signals, shortlist, strict=True):
        row[6:12] = _lexical(weights, total, known, statistics)
        row[12] = _dot(grams, known.grams)
        row[16] = float((known.entry.language or statistics.language) == question.language)
        common.append([stem for stem in weights if stem in known.asked or stem in known.answered])
    _softly(question, shortlist, statistics, word_vectors, signals)
    if classified is not None:
        signals[:, CLASSIFIED] = classified
    return Evidence(signals, best_texts, common)


def _meanings(
    question: Question, shortlist: Sequence[PreparedEntry], signals: NDArray[np.float32]
) -> list[int]:
    best: list[int] = []
    for row, known in zip(signals, shortlist, strict=True):
        near = known.vectors.texts @ question.vector
        best.append(int(near.argmax()))
        row[0], row[1] = near[0], near.max()
        row[2] = np.sort(near)[-_FEW:].mean()
        row[3] = known.vectors.short_answer @ question.vector
        row[4] = known.vectors.answer @ question.vector
        row[5] = (known.vectors.texts[best[-1]]) @ question.written
    return best


def _lexical(
    weights: dict[str, float], total: float, known: PreparedEntry, statistics: CollectionStatistics
) -> tuple[float, float, float, float, float, float]:
    """Shares of the question's rare words: asked, summed up, answered (saturating counts), covered; and back."""
    asked = summed = answered = by_question = by_entry = 0.0
    for stem, weight in weights.items():
        asked += weight * _saturated(known.asked.get(stem, 0))
        summed += weight * _saturated(known.summed_up.get(stem, 0))
        answered += weight * _saturated(known.answered.get(stem, 0))
        by_question += weight * (stem in known.asked)
        by_entry += weight * (stem in known.asked or stem in known.answered)
    own = {
        stem: statistics.rarity(stem) for stem in set(stems([fold(word) for word in known.question_words]))
    }
    back = sum(rarity for stem, rarity in own.items() if stem in weights) / (sum(own.values()) or 1.0)
    return asked / total, summed / total, answered / total, by_question / total, by_entry / total, back


def _saturated(count: int) -> float:
    return count * (1 + _SATURATION) / (count + _SATURATION) if count else 0.0


def _dot(first: dict[str, float], second: dict[str, float]) -> float:
    small, large = (first, second) if len(first) < len(second) else (second, first)
    return sum(weight * large.get(key, 0.0) for key, weight in small.items())


def _softly(
    question: Question,
    shortlist: Sequence[PreparedEntry],
    statistics: CollectionStatistics,
    word_vectors: WordVectors,
    signals: NDArray[np.float32],
) -> None:
    """How well each word finds one of like meaning on the other side, rare words counting more."""
    asked = list(dict.fromkeys(telling_words(question.text)[:30] + telling_words(question.read.plain)[:30]))
    lengths = [len(known.question_words) + len(known.short_words) for known in shortlist]
    flat = [word for known in shortlist for word in (*known.question_words, *known.short_words)]
    near = np.maximum(word_vectors.of(asked) @ word_vectors.of(flat).T, 0) ** 2
    ours = np.array([statistics.rarity(stems([fold(word)])[0]) for word in asked], np.float32)
    start = 0
    for row, known, length in zip(signals, shortlist, lengths, strict=True):
        block, of_question = near[:, start : start + length], len(known.question_words)
        row[13] = ours @ block[:, :of_question].max(axis=1) / ours.sum()
        row[14] = ours @ block.max(axis=1) / ours.sum()
        row[15] = block[:, :of_question].max(axis=0).mean()
        start += length
