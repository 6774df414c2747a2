"""Notions that go by several names: a question and an entry may share one without sharing a word, nor a language.

The names are in lexicon/concepts.txt; a name of several words counts where its telling words follow one another.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from binome.knowledge.matching.stemming import stem
from binome.knowledge.matching.stopwords import STOPWORDS
from binome.knowledge.matching.tokens import fold, surfaces

_FILE = Path(__file__).parent / "lexicon" / "concepts.txt"
_Name = tuple[str, ...]


def concepts_in(folded_words: Sequence[str]) -> dict[str, set[str]]:
    """The concepts that these words name, in their order, each with the stems that name it."""
    said = [stem(word) for word in folded_words if word not in STOPWORDS]
    found: dict[str, set[str]] = {}
    names = _names()
    for start in range(len(said)):
        for size in range(1, min(_longest(), len(said) - start) + 1):
            name = tuple(said[start : start + size])
            for concept in names.get(name, ()):
                found.setdefault(concept, set()).update(name)
    return found


@cache
def _names() -> Mapping[_Name, tuple[str, ...]]:
    """Each name, as the stems of its telling words, with the concepts that it stands for."""
    found: dict[_Name, dict[str, None]] = {}
    for concept, name in _read():
        found.setdefault(name, {})[concept] = None
    return {name: tuple(concepts) for name, concepts in found.items()}


@cache
def _longest() -> int:
    return max(len(name) for name in _names())


def _read() -> Iterator[tuple[str, _Name]]:
    """Pairs of a concept (its first name, with its line to tell namesakes apart) and one of its names."""
    for number, line in enumerate(_FILE.read_text("utf-8").splitlines()):
        if line and not line.startswith("#"):
            names = [name.strip() for name in line.split("|")]
            for name in names:
                telling = tuple(stem(fold(word)) for word in surfaces(name) if fold(word) not in STOPWORDS)
                if telling:
                    yield f"{names[0]} {number}", telling
