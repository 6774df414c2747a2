"""Which cases of the past a new question resembles: by their meaning, their words, what all wordings of a problem teach.

The question is read as the answering engine reads it: shorthand spelt out, misspellings corrected by the words of the past.

A score is a sum of likenesses, less what speaks against leaning on a case: its age, an answer that is out of date, an
outcome that was bad. The shares were chosen on one half of several histories and measured on the other
(docs/models/memory.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from binome.kit import encoder
from binome.knowledge.matching import CollectionStatistics, Entry
from binome.knowledge.matching.classifier import TextClassifier
from binome.knowledge.matching.concepts import concepts_in
from binome.knowledge.matching.language import language_of
from binome.knowledge.matching.lexical import met, shares
from binome.knowledge.matching.reading import Read, Reader
from binome.knowledge.matching.tokens import stems, words
from binome.knowledge.memory import speech

Floats = NDArray[np.float32]

ANSWERED = 0.8
"""What the cosine with the answer weighs, beside that with the question."""

TAUGHT = 0.4
"""What the classifier weighs that learns from all wordings of all problems."""

WORDS, NOTIONS = 0.2, 0.1
"""What it weighs that a case has the words of the question, the rare ones most, and the things they name; half in its answer.

Only where there is no classifier: one that speaks has learnt the words already, and counting them again gained nothing."""

AGED, OUT_OF_DATE, OUTCOME = 0.1, 0.1, 0.03
"""What is taken off for each year, and for an answer out of date; what a good outcome adds (a bad one takes off)."""

MOST_TAUGHT, ENOUGH = 3_000, 3.0
"""Cases that the classifier learns from, and how many a problem must have on average; otherwise likeness alone decides."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A case as it is searched: the problem that it belongs to, its question, what to count for and against it.

    *years*: since the latest case; *outcome*: see `pairing.Outcome.weight`."""

    id: int
    problem: int
    question: str
    years: float = 0.0
    out_of_date: bool = False
    outcome: float = 0.0


@dataclass(frozen=True, slots=True)
class Recalled:
    """A case found. *likeness*: the cosine of its question with the new one."""

    id: int
    problem: int
    score: float
    likeness: float


class Recall:
    """A memory ready to be asked. *questions*, *answers*: the vectors (n, 512) of its cases; *said*: the answers themselves."""

    def __init__(self, cases: Sequence[Remembered], questions: Floats, answers: Floats, said: Sequence[str]) -> None:
        self._cases, self._questions, self._answers = cases, questions, answers
        entries = (Entry("", case.question, answer) for case, answer in zip(cases, said, strict=True))
        self._statistics = statistics = CollectionStatistics.of(entries)
        self._stems = {stem: place for place, stem in enumerate(statistics.stem_entries)}
        self._concepts = {concept: place for place, concept in enumerate(statistics.concept_entries)}
        asked, answered = [words(case.question) for case in cases], [words(speech.compared(answer)) for answer in said]
        both = list(zip(asked, answered, strict=True))
        self._words = met([(set(stems(one)), set(stems(other)), ()) for one, other in both], self._stems)
        self._notions = met([(concepts_in(one), concepts_in(other), ()) for one, other in both], self._concepts)
        self._reader = Reader(self._statistics)
        self._against = np.array(
            [AGED * one.years + OUT_OF_DATE * one.out_of_date - OUTCOME * one.outcome for one in cases], np.float32
        )
        problems = sorted({one.problem for one in cases})
        place = {problem: number for number, problem in enumerate(problems)}
        self._owners = np.array([place[one.problem] for one in cases], np.int64)
        taught = len(problems) > 1 and ENOUGH * len(problems) <= len(cases) <= MOST_TAUGHT
        texts = [one.question for one in cases]
        self._classifier = TextClassifier(texts, questions, self._owners, len(problems)) if taught else None

    def best(self, texts: Sequence[str], limit: int = 5) -> list[list[Recalled]]:
        """The likeliest case of each of the likeliest problems, for each question; *texts*, as `speech.compared` gives them."""
        if not self._cases:
            return [[] for _text in texts]
        reads = [self._reader.read(text, language_of(text, self._statistics.language)) for text in texts]
        vectors = self._understood(texts, reads)
        likeness = vectors @ self._questions.T
        scores = likeness + ANSWERED * (vectors @ self._answers.T) - self._against
        if self._classifier:
            scores = scores + TAUGHT * self._classifier.scores(texts, vectors)[0][:, self._owners]
        else:
            scores = scores + self._in_words(reads)
        return [self._first(scores[row], likeness[row], limit) for row in range(len(texts))]

    def _in_words(self, reads: Sequence[Read]) -> Floats:
        """What the words of each case add for each question."""
        rarity, named = self._statistics.rarity, self._statistics.concept_rarity
        said = shares([{stem: it * rarity(stem) for stem, it in read.weights.items()} for read in reads], self._stems)
        meant = shares([{one: named(one) for one in read.notions} for read in reads], self._concepts)
        added: Floats = WORDS * (said @ self._words).toarray() + NOTIONS * (meant @ self._notions).toarray()
        return added

    def _understood(self, texts: Sequence[str], reads: Sequence[Read]) -> Floats:
        """The vectors of the questions as written and as understood, halfway."""
        vectors = encoder.encode(list(texts))
        changed = [place for place, read in enumerate(reads) if read.changed]
        if changed:
            vectors = vectors.copy()
            vectors[changed] += encoder.encode([reads[place].plain for place in changed])
            vectors[changed] /= np.linalg.norm(vectors[changed], axis=1, keepdims=True) + 1e-9
        return vectors

    def _first(self, scores: Floats, likeness: Floats, limit: int) -> list[Recalled]:
        found: dict[int, Recalled] = {}
        for place in np.argsort(-scores, kind="stable"):
            case = self._cases[place]
            found.setdefault(
                case.problem, Recalled(case.id, case.problem, float(scores[place]), float(likeness[place]))
            )
            if len(found) == limit:
                break
        return list(found.values())
