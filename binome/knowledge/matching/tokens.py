"""Cuts a text into comparable words: without elisions, folded, lightly stemmed."""

import re
import unicodedata
from functools import lru_cache

from binome.knowledge.matching.stemming import stem
from binome.knowledge.matching.stopwords import STOPWORDS

_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")
_ELISION = re.compile(r"\b(?:qu|jusqu|lorsqu|puisqu|[cdjlmnst])['’`´ʼ](?=\w)", re.IGNORECASE)
_ENGLISH_TAIL = re.compile(r"(?<=\w)['’`´ʼ](?:s|re|ve|ll|d|m)\b", re.IGNORECASE)
_ENGLISH_NOT = re.compile(r"n['’`´ʼ]t\b", re.IGNORECASE)
MAXIMUM_CHARACTERS = 2_000


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The text in small letters without accents, ligatures opened."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in spread if not unicodedata.combining(c))


def surfaces(text: str) -> list[str]:
    """The words of the first 2,000 characters, in order, in small letters with their accents, small words included."""
    opened = _ENGLISH_NOT.sub(" not", unicodedata.normalize("NFC", text[:MAXIMUM_CHARACTERS]))
    return _WORD.findall(_ENGLISH_TAIL.sub(" ", _ELISION.sub(" ", opened)).lower())


def words(text: str) -> list[str]:
    """The folded words of the text in their order, small words included."""
    return [fold(surface) for surface in surfaces(text)]


def stems(folded_words: list[str]) -> list[str]:
    """Stems of the words that carry meaning; of all words when none does."""
    kept = [stem(word) for word in folded_words if word not in STOPWORDS]
    return kept or [stem(word) for word in folded_words]


def telling(found: list[str]) -> list[str]:
    """The words, folded or not, that carry meaning."""
    return [word for word in found if fold(word) not in STOPWORDS]


@lru_cache(maxsize=65_536)
def character_grams(word: str, shortest: int = 3, longest: int = 4) -> tuple[str, ...]:
    """Pieces of 3 and 4 characters of a word, its ends marked with a blank."""
    padded = f" {word} "
    return tuple(
        padded[start : start + size]
        for size in range(shortest, longest + 1)
        for start in range(max(len(padded) - size + 1, 0))
    )
