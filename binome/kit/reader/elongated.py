"""Letters repeated for emphasis: soooo, killl, horrrible. Three and more stand for one letter or for two.

Roman numerals (XVIII) and words of one letter repeated (www, AAA) are no emphasis and stay.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from binome.kit.encoder import shared
from binome.kit.reader.disguise import rude_words

LONGEST, RUNS = 40, 4
"""Letters of a word, and repeated letters in it, that are read both ways; beyond, once each."""

DOUBLED = 1.5
"""What one letter more counts (log likelihood): of sorry and sory, nearly as likely to a model of sixteen languages, sorry was
meant."""

_RUN = re.compile(r"([^\W\d_])\1{2,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(
    r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})(?:i?[èe]me|ers?|es?|th|rd)?", re.IGNORECASE
)


def once(text: str) -> str:
    """Each repeated letter once, whatever it stands for: what the network that reads messages was taught."""
    return _RUN.sub(r"\1", text)


def thrice(text: str) -> str:
    """Each repeated letter three times: one way to write sooo and soooooo, which still tells that it was drawn out."""
    return _RUN.sub(r"\1\1\1", text)


def is_elongated(text: str) -> bool:
    """Whether a letter is repeated, for emphasis or not."""
    return _RUN.search(text) is not None


def sober(text: str) -> str:
    """The text without its emphasis, each word as it is likeliest: so, kill, horrible."""
    return _LETTERS.sub(lambda found: _likeliest(found[0]), text) if is_elongated(text) else text


def spellings(word: str) -> Sequence[str]:
    """What a word may be without its emphasis, the shortest first; the word alone where it has none."""
    parts = _RUN.split(word)  # what stands between repeated letters, and these, in turns
    if len(parts) == 1 or len(set(word)) == 1 or _ROMAN.fullmatch(word):
        return (word,)
    if len(word) > LONGEST:
        return (once(word),)
    either = [(part, part * 2) if at % 2 and at <= 2 * RUNS else (part,) for at, part in enumerate(parts)]
    return tuple(sorted(map("".join, product(*either)), key=len))


@lru_cache(maxsize=4_096)
def _likeliest(word: str) -> str:
    """The rude word that it may be, as that is what emphasis hides, else the likeliest word."""
    may_be = spellings(word)
    if len(may_be) == 1:
        return may_be[0]
    rude = [one for one in may_be if one.casefold() in rude_words()]
    _weights, _rows, tokenizer = shared()
    return max(rude or may_be, key=lambda one: tokenizer.likelihood(one.lower()) + DOUBLED * len(one))
