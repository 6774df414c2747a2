"""Reads a question as its writer meant it: shorthand spelt out, misspellings corrected, accents restored."""

import re
from dataclasses import dataclass, field

from binome.knowledge.matching.concepts import concepts_in
from binome.knowledge.matching.shorthand import meanings
from binome.knowledge.matching.spelling import Speller
from binome.knowledge.matching.statistics import CollectionStatistics
from binome.knowledge.matching.stopwords import STOPWORDS
from binome.knowledge.matching.tokens import fold, stems, surfaces

LESS_SURE = 0.8
_YOU = frozenset({"vous", "vou", "vs"})
_HEARD_AS_EZ = re.compile(r"(?<=\w\w)(?:é|er)$")


@dataclass(frozen=True, slots=True)
class Read:
    """A question as understood: plain words in one line, each stem that matters with its weight (0..1), concepts named."""

    plain: str
    weights: dict[str, float]
    changed: bool
    notions: dict[str, set[str]] = field(default_factory=dict)


class Reader:
    """Reads questions with one collection's words in mind."""

    def __init__(self, statistics: CollectionStatistics) -> None:
        self._statistics = statistics
        self._speller = Speller(statistics.word_counts)

    def read(self, text: str, language: str) -> Read:
        """Replace what the collection does not know, keep what it knows and add what it may also mean."""
        plain: list[str] = []
        weights: dict[str, float] = {}
        typed = surfaces(text)
        for surface in _conjugated(typed):
            word = fold(surface)
            known = word in self._statistics.word_counts
            other = [] if word in STOPWORDS else self._other_reading(word, known, language)
            replaced = bool(other) and not known
            plain += other if replaced else [self._accented(word, surface)]
            if not replaced:
                _weigh(weights, [word], 1.0)
            _weigh(weights, [fold(meant) for meant in other], LESS_SURE)
        changed = [w for w in plain if w not in STOPWORDS] != [w for w in typed if w not in STOPWORDS]
        said = [fold(w) for w in plain]
        notions = concepts_in([fold(w) for w in typed]) | concepts_in(said)
        return Read(" ".join(plain), weights or dict.fromkeys(stems(said), 1.0), changed, notions)

    def _other_reading(self, word: str, known: bool, language: str) -> list[str]:
        shorthand = meanings(language).get(word)
        if shorthand is not None:
            return surfaces(shorthand)
        same_language = language == self._statistics.language
        corrected = self._speller.correct(word) if same_language and not known else None
        return [self._accented(corrected, corrected)] if corrected else []

    def _accented(self, word: str, surface: str) -> str:
        """As the collection spells it, where the writer put no accent."""
        return self._statistics.accented.get(word, surface) if surface.isascii() else surface


def _conjugated(typed: list[str]) -> list[str]:
    """With *vous ouvré* and *vous ouvrer* spelt *vous ouvrez*."""
    follows_you = [False, *(fold(surface) in _YOU for surface in typed)]
    return [
        _HEARD_AS_EZ.sub("ez", surface) if after_you else surface
        for surface, after_you in zip(typed, follows_you, strict=False)
    ]


def _weigh(weights: dict[str, float], folded: list[str], weight: float) -> None:
    matter = [word for word in folded if word not in STOPWORDS]
    for stem in stems(matter) if matter else []:
        weights[stem] = max(weight, weights.get(stem, 0.0))
