"""What a collection of entries tells about its words: how common each is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from binome.knowledge.matching.concepts import concepts_in
from binome.knowledge.matching.entries import Entry
from binome.knowledge.matching.language import language_of
from binome.knowledge.matching.tokens import fold, stems, surfaces

DRILLED_TEXTS = 25.0


@dataclass(frozen=True, slots=True)
class CollectionStatistics:
    """Number of entries, in how many each stem and each concept occur, how often each word does, main language. Serialisable."""

    entries: int
    stem_entries: dict[str, int]
    word_counts: dict[str, int]
    accented: dict[str, str]
    language: str
    texts_per_entry: float
    trained: bool = False
    concept_entries: dict[str, int] = field(default_factory=dict)
    _rarities: dict[str, float] = field(default_factory=dict, compare=False, repr=False)
    _concept_rarities: dict[str, float] = field(default_factory=dict, compare=False, repr=False)
    _sums: dict[frozenset[str], float] = field(default_factory=dict, compare=False, repr=False)
    _concept_sums: dict[frozenset[str], float] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, entries: Iterable[Entry], trained: bool = False) -> CollectionStatistics:
        """Count the words of the entries' questions, alternatives and answers."""
        stem_entries: Counter[str] = Counter()
        word_counts: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        spellings: Counter[str] = Counter()
        notions: Counter[str] = Counter()
        number = texts = 0
        for entry in entries:
            typed = [surface for text in (*entry.texts, entry.answer) for surface in surfaces(text)]
            found = [fold(surface) for surface in typed]
            spellings.update(typed)
            word_counts.update(found)
            stem_entries.update(set(stems(found)))
            notions.update(concepts_in(found).keys())
            languages[entry.language or language_of(entry.question)] += 1
            number += 1
            texts += len(entry.texts)
        language = languages.most_common(1)[0][0] if languages else "fr"
        return cls(
            number,
            dict(stem_entries),
            dict(word_counts),
            _accented(spellings),
            language,
            texts / max(number, 1),
            trained,
            dict(notions),
        )

    @property
    def kind(self) -> str:
        """How it is judged: plain (few texts an entry), trained (a classifier learnt them), drilled (from many)."""
        if not self.trained:
            return "plain"
        return "drilled" if self.texts_per_entry >= DRILLED_TEXTS else "trained"

    def rarity(self, stem: str) -> float:
        """Inverse document frequency of the stem (BM25's, always positive)."""
        known = self._rarities.get(stem)
        if known is None:
            known = self._rarities[stem] = self._rare(self.stem_entries.get(stem, 0))
        return known

    def concept_rarity(self, concept: str) -> float:
        """The same of a concept, however it is named."""
        known = self._concept_rarities.get(concept)
        if known is None:
            known = self._concept_rarities[concept] = self._rare(self.concept_entries.get(concept, 0))
        return known

    def rarity_of_all(self, stems: frozenset[str]) -> float:
        """What these stems of an entry weigh together."""
        known = self._sums.get(stems)
        if known is None:
            known = self._sums[stems] = sum(map(self.rarity, stems))
        return known

    def concept_rarity_of_all(self, concepts: frozenset[str]) -> float:
        """What these concepts of an entry weigh together."""
        known = self._concept_sums.get(concepts)
        if known is None:
            known = self._concept_sums[concepts] = sum(map(self.concept_rarity, concepts))
        return known

    def _rare(self, found: int) -> float:
        return math.log(1 + (self.entries - found + 0.5) / (found + 0.5))

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        return {name: getattr(self, name) for name in self.__slots__ if not name.startswith("_")}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> CollectionStatistics:
        """The statistics that `to_dict` gave."""
        return cls(**values)


def _accented(spellings: Counter[str]) -> dict[str, str]:
    """Folded word → its commonest spelling, where it is never spelt without accents."""
    commonest = {fold(spelling): spelling for spelling, _ in reversed(spellings.most_common())}
    return {folded: spelling for folded, spelling in commonest.items() if folded not in spellings}
