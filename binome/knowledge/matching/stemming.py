"""Removes the endings that French and English put on the same word."""

from functools import lru_cache

_ENDINGS = (
    ("issements", ""), ("issement", ""), ("atrices", "at"), ("ateurs", "at"), ("atrice", "at"), ("ateur", "at"),
    ("ations", "at"), ("ation", "at"), ("ements", ""), ("ement", ""), ("euses", "eu"), ("euse", "eu"),
    ("ives", "if"), ("ive", "if"), ("ables", "abl"), ("able", "abl"), ("ences", "ent"), ("ence", "ent"),
    ("ances", "ant"), ("ance", "ant"), ("ities", "it"), ("ites", "it"), ("ite", "it"), ("ity", "it"),
    ("issons", ""), ("issez", ""), ("issent", ""), ("eraient", ""), ("erait", ""), ("eront", ""), ("erons", ""),
    ("erai", ""), ("eras", ""), ("erez", ""), ("era", ""), ("aient", ""), ("ions", ""), ("iez", ""), ("ait", ""),
    ("ais", ""), ("ant", ""), ("ees", ""), ("ee", ""), ("ent", ""), ("ons", ""), ("ez", ""), ("er", ""),
    ("ings", ""), ("ing", ""), ("ied", "i"), ("ed", ""), ("ies", "i"), ("aux", "al"), ("eux", "eu"), ("eaux", "eau"),
    ("ers", ""), ("ir", ""), ("es", ""), ("s", ""), ("x", ""), ("e", ""), ("y", "i"), ("i", ""),
)  # fmt: skip
_SHORTEST = 3


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word without its ending; words of digits and of three letters or fewer are left alone."""
    if len(word) <= _SHORTEST or word[0].isdigit():
        return word
    for ending, kept in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(kept) >= _SHORTEST:
            return _undouble(word[: len(word) - len(ending)] + kept)
    return _undouble(word)


def _undouble(stemmed: str) -> str:
    """One consonant where the ending had doubled it: *cancell* becomes *cancel*."""
    if len(stemmed) > _SHORTEST and stemmed[-1] == stemmed[-2] and stemmed[-1] not in "aeiou":
        return stemmed[:-1]
    return stemmed
