"""Removes the endings that French and English put on the same word."""

from functools import lru_cache

_ENDINGS = (
    ("issement", ""), ("atrice", "at"), ("ateur", "at"), ("ation", "at"), ("ement", ""), ("euse", "eu"), ("eux", "eu"),
    ("ive", "if"), ("able", "abl"), ("ence", "ent"), ("ance", "ant"), ("ite", "it"), ("ity", "it"), ("ities", "it"),
    ("issez", ""), ("issent", ""), ("eraient", ""), ("erait", ""), ("eront", ""), ("erai", ""), ("era", ""), ("erez", ""),
    ("aient", ""), ("iez", ""), ("ait", ""), ("ant", ""), ("ee", ""), ("ent", ""), ("ez", ""), ("er", ""),
    ("ing", ""), ("ied", "i"), ("ed", ""), ("ie", "i"), ("aux", "al"), ("eau", "eau"), ("ir", ""), ("e", ""), ("y", "i"),
    ("i", "i"),
)  # fmt: skip
_SHORTEST = 3


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word without its ending; words of digits and of three letters or fewer are left alone."""
    if len(word) <= _SHORTEST or word[0].isdigit():
        return word
    single = word[:-1] if word.endswith("s") or word.endswith("eaux") else word
    for ending, kept in _ENDINGS:
        if single.endswith(ending) and len(single) - len(ending) + len(kept) >= _SHORTEST:
            return _undouble(single[: len(single) - len(ending)] + kept)
    return _undouble(single)


def _undouble(stemmed: str) -> str:
    """One consonant where the ending had doubled it: *cancell* becomes *cancel*."""
    if len(stemmed) > _SHORTEST and stemmed[-1] == stemmed[-2] and stemmed[-1] not in "aeiou":
        return stemmed[:-1]
    return stemmed
