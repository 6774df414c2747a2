"""Compares one question with shortlisted entries: one row of numbers for each entry."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.matching.entries import BESIDE_TEXTS, PreparedEntry, Vectors, gram_profile, telling_words
from binome.knowledge.matching.reading import Read
from binome.knowledge.matching.statistics import CollectionStatistics
from binome.knowledge.matching.tokens import fold, stems, words
from binome.knowledge.matching.wordvectors import WordVectors

SIGNALS = (
    "meaning_question", "meaning_best_text", "meaning_near_texts", "meaning_short_answer", "meaning_answer",
    "meaning_as_written", "words_asked", "words_summed_up", "words_answered", "covered_by_question", "covered_by_entry",
    "question_covered", "pieces", "same_language", "texts", "soft_question", "soft_short_answer", "soft_back", "classified",
    "meaning_together", "unlike_others", "notions_asked", "notions_summed_up", "notions_answered", "notions_back",
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
    grams = gram_profile(words(question.read.plain))
    meanings, together, best_texts = _meanings(question, shortlist)
    lexical = [
        (
            *_lexical(weights, total, known, statistics),
            _dot(grams, known.grams),
            float((known.entry.language or statistics.language) == question.language),
            math.log(len(known.entry.texts)),
        )
        for known in shortlist
    ]
    if classified is None:
        classified = np.zeros(len(shortlist), np.float32)
    columns = (
        meanings,
        np.array(lexical),
        _softly(question, shortlist, statistics, word_vectors),
        classified[:, None],
        together,
        _notions(question, shortlist, statistics),
    )
    common = [[stem for stem in weights if stem in known.asked or stem in known.answered] for known in shortlist]
    return Evidence(np.concatenate(columns, axis=1).astype(np.float32), best_texts, common)


def _meanings(question: Question, shortlist: Sequence[PreparedEntry]) -> tuple[Vectors, Vectors, list[int]]:
    """Cosines (k, 6); with question and answer together, and its lead on the other entries' own (k, 2); nearest texts."""
    lengths = [len(known.vectors.texts) for known in shortlist]
    rows = np.concatenate([known.rows for known in shortlist])
    near = rows @ np.stack((question.vector, question.written), axis=1)
    starts = _starts([length + BESIDE_TEXTS for length in lengths])
    ends = starts + lengths
    parts = [near[start:end, 0] for start, end in zip(starts, ends, strict=True)]
    best = [int(part.argmax()) if len(part) > 1 else 0 for part in parts]
    few = [float(np.sort(part)[-_FEW:].mean()) if len(part) > 1 else float(part[0]) for part in parts]
    nearest = near[starts + best]
    columns = (near[starts, 0], nearest[:, 0], few, near[ends, 0], near[ends + 1, 0], nearest[:, 1])
    together = rows[ends + 2]
    others = (together @ together.sum(axis=0) - 1.0) / max(len(shortlist) - 1, 1)
    return np.column_stack(columns), np.column_stack((near[ends + 2, 0], near[ends + 2, 0] - others)), best


def _lexical(
    weights: dict[str, float], total: float, known: PreparedEntry, statistics: CollectionStatistics
) -> tuple[float, ...]:
    """Shares of the question's rare words: asked, summed up, answered (saturating counts), covered; and back."""
    asked = summed = answered = by_question = by_entry = back = 0.0
    for stem, weight in weights.items():
        in_texts, in_answer = known.asked.get(stem), known.answered.get(stem)
        if in_texts or in_answer:
            by_entry += weight
            summed += weight * _saturated(known.summed_up.get(stem, 0))
            answered += weight * _saturated(in_answer or 0)
        if in_texts:
            by_question += weight
            asked += weight * _saturated(in_texts)
        if stem in known.question_stems:
            back += statistics.rarity(stem)
    own = statistics.rarity_of_all(known.question_stems) or 1.0
    return asked / total, summed / total, answered / total, by_question / total, by_entry / total, back / own


def _notions(question: Question, shortlist: Sequence[PreparedEntry], statistics: CollectionStatistics) -> Vectors:
    """Shares of what the question says, by word or by another name: asked, summed up, answered; and back (k, 4)."""
    said = _said(question, statistics)
    total = sum([weight for _, _, weight in said]) or 1.0
    named = frozenset(question.read.notions)
    rows = [
        (
            _met(said, known.asked, known.notions_asked) / total,
            _met(said, known.summed_up, known.notions_summed_up) / total,
            _met(said, known.answered, known.notions_answered) / total,
            sum(map(statistics.concept_rarity, known.notions_asked & named))
            / (statistics.concept_rarity_of_all(known.notions_asked) or 1.0),
        )
        for known in shortlist
    ]
    return np.array(rows, np.float32)


def _said(question: Question, statistics: CollectionStatistics) -> list[tuple[str, list[str], float]]:
    """Each stem of the question, the concepts that it names or helps to name, and its weight: that of the commonest name."""
    named: dict[str, list[str]] = {}
    for notion, its in question.read.notions.items():
        for stem in its:
            named.setdefault(stem, []).append(notion)
    return [
        (
            stem,
            (notions := named.get(stem, [])),
            weight * min([statistics.rarity(stem), *map(statistics.concept_rarity, notions)]),
        )
        for stem, weight in question.read.weights.items()
    ]


def _met(said: list[tuple[str, list[str], float]], counts: Mapping[str, int], notions: frozenset[str]) -> float:
    met = 0.0
    for stem, names, weight in said:
        if stem in counts:
            met += weight
            continue
        for name in names:
            if name in notions:
                met += weight
                break
    return met


def _saturated(count: int) -> float:
    return count * (1 + _SATURATION) / (count + _SATURATION)


def _dot(first: dict[str, float], second: dict[str, float]) -> float:
    return sum([first[key] * second[key] for key in first.keys() & second.keys()])


def _softly(
    question: Question,
    shortlist: Sequence[PreparedEntry],
    statistics: CollectionStatistics,
    word_vectors: WordVectors,
) -> Vectors:
    """How well each word finds one of like meaning on the other side (k, 3): in the question, with the answer, back."""
    asked = list(dict.fromkeys(telling_words(question.text)[:30] + telling_words(question.read.plain)[:30]))
    sides = [side for known in shortlist for side in (known.question_words, known.short_words)]
    found = {word: None for side in sides for word in side}
    place = {word: i for i, word in enumerate(found)}
    near = np.maximum(word_vectors.of(asked) @ word_vectors.of(list(found)).T, 0) ** 2
    flat = near[:, [place[word] for side in sides for word in side]]
    starts = _starts([len(side) for side in sides])
    best = np.maximum.reduceat(flat, starts, axis=1)
    rarity = np.array([statistics.rarity(stems([fold(word)])[0]) for word in asked], np.float32)
    rarity /= rarity.sum()
    in_question, with_answer = best[:, ::2], np.maximum(best[:, ::2], best[:, 1::2])
    back = np.add.reduceat(flat.max(axis=0), starts)[::2] / [len(known.question_words) for known in shortlist]
    return np.column_stack((rarity @ in_question, rarity @ with_answer, back))


def _starts(lengths: list[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *lengths[:-1]])
