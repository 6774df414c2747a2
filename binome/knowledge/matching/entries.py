"""What is known: entries, and the same prepared for comparison."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.matching.concepts import concepts_in
from binome.knowledge.matching.tokens import character_grams, stems, surfaces, telling, words

Vectors = NDArray[np.float32]
Encode = Callable[[list[str]], Vectors]
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")
_HEAD = 300
_SHORT = 40
_MOST_WORDS = 24
BESIDE_TEXTS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A question, its approved answer, and other ways in which people ask it."""

    id: str
    question: str
    answer: str
    language: str = ""
    alternatives: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The question and its alternatives."""
        return (self.question, *self.alternatives)

    @property
    def short_answer(self) -> str:
        """The first sentence of the answer (and more while it is as short as "Yes."); else the question."""
        kept = ""
        for sentence in _SENTENCE_END.split(self.answer.strip()[:_HEAD]):
            if len(kept) >= _SHORT:
                break
            kept = f"{kept} {sentence}".strip()
        return kept or self.question

    @property
    def head(self) -> str:
        """The beginning of the answer; the question where there is no answer."""
        return self.answer.strip()[:_HEAD] or self.question


@dataclass(frozen=True, slots=True)
class EntryVectors:
    """Sentence vectors of one entry: texts (t, 512), short answer (512,), head of the answer (512,)."""

    texts: Vectors
    short_answer: Vectors
    answer: Vectors


@dataclass(frozen=True, slots=True)
class PreparedEntry:
    """An entry with its vectors and its words counted: all that scoring needs.

    *rows* (t + 3, 512): the texts, the short answer, the head of the answer, question and short answer together.
    """

    entry: Entry
    vectors: EntryVectors
    rows: Vectors
    question_words: list[str] = field(default_factory=list)
    short_words: list[str] = field(default_factory=list)
    question_stems: frozenset[str] = frozenset()
    asked: Counter[str] = field(default_factory=Counter)
    summed_up: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    grams: dict[str, float] = field(default_factory=dict)
    notions_asked: frozenset[str] = frozenset()
    notions_summed_up: frozenset[str] = frozenset()
    notions_answered: frozenset[str] = frozenset()


def prepare(entry: Entry, vectors: EntryVectors) -> PreparedEntry:
    """Count the entry's words once, so that many questions can be compared with it."""
    question = words(entry.question)
    return PreparedEntry(
        entry,
        vectors,
        _rows(vectors),
        telling_words(entry.question)[:_MOST_WORDS],
        telling_words(entry.short_answer)[:_MOST_WORDS],
        frozenset(stems(question)),
        Counter(stem for text in entry.texts for stem in set(stems(words(text)))),
        Counter(stems(words(entry.short_answer))),
        Counter(stems(words(entry.answer))),
        gram_profile(question),
        frozenset(notion for text in entry.texts for notion in concepts_in(words(text))),
        frozenset(concepts_in(words(entry.short_answer))),
        frozenset(concepts_in(words(entry.answer))),
    )


def vectors_of(entries: Sequence[Entry], encode: Encode) -> list[EntryVectors]:
    """Encode all texts of all entries in one batch."""
    encoded = encode([text for entry in entries for text in (*entry.texts, entry.short_answer, entry.head)])
    found: list[EntryVectors] = []
    start = 0
    for entry in entries:
        end = start + len(entry.texts)
        found.append(EntryVectors(encoded[start:end], encoded[end], encoded[end + 1]))
        start = end + 2
    return found


def _rows(vectors: EntryVectors) -> Vectors:
    together = vectors.texts[0] + vectors.short_answer
    together /= np.linalg.norm(together) + 1e-9
    return np.concatenate((vectors.texts, np.stack((vectors.short_answer, vectors.answer, together))))


def telling_words(text: str) -> list[str]:
    """The text's different words that carry meaning, with accents; all when none does; never none."""
    found = surfaces(text)
    return list(dict.fromkeys(telling(found) or found)) or ["?"]


def gram_profile(folded: list[str]) -> dict[str, float]:
    """Unit vector of the words' pieces: piece → weight."""
    counts = Counter(gram for word in folded for gram in character_grams(word))
    norm = sum(count * count for count in counts.values()) ** 0.5 or 1.0
    return {gram: count / norm for gram, count in counts.items()}
