"""A small language for phrases, found in one pass however many there are.

A phrase is words without capitals or accents, apart from: `a|b` either word, `word*` its beginning, `?word` optional,
`~` up to three words between (`~6`: up to six). Elisions are two words (`j ai`), English contractions one (`cant`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from binome.kit.text import fold

_WORDS = re.compile(r"[^\W_]+|[\U0001F44D\U0001F44F\U0001F60F\U0001F612\U0001F643\U0001F644\U0001F602\U0001F923]")
_CONTRACTIONS = re.compile(r"(?<=n)['’](?=t\b)|\b(?<=i)['’](?=m\b|ve\b|d\b)|\b(?<=you|hey|.we)['’](?=re\b|ve\b)")
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True)
class Found:
    """Where a phrase was met, in characters of the text as `words` gives it, and the words that matched."""

    start: int
    end: int
    words: str
    name: str


@lru_cache(maxsize=1_024)
def words(text: str, limit: int = 20_000) -> str:
    """The words of a text without capitals or accents, each followed by one space."""
    text = text[:limit]
    folded = text.lower() if text.isascii() else fold(text)
    if "'" in folded:
        folded = _CONTRACTIONS.sub("", folded)
    return "".join([f"{word} " for word in _WORDS.findall(_ELONGATION.sub(r"\1", folded))])


class Phrases:
    """Named lists of phrases, ready to be looked for. A phrase is compiled when its first word is met for the first time."""

    def __init__(self, lists: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._whole: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._begins: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, phrases in lists:
            for phrase in phrases:
                self._enter(name, phrase)
        self._lengths = sorted({len(start) for start in self._begins})
        self._compiled = cache(_compiled)
        self._candidates = lru_cache(maxsize=32_768)(self._look_up)

    def find(self, said: str) -> Iterator[Found]:
        """Every phrase met in what `words` made of a text, in order."""
        start = 0
        for word in said.split(" ")[:-1]:
            for name, pattern in self._candidates(word):
                if match := pattern.match(said, start):
                    yield Found(start, match.end(), _shown(match), name)
            start += len(word) + 1

    def _look_up(self, word: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The phrases that may begin with a word."""
        begun = [self._begins.get(word[:length], []) for length in self._lengths if length <= len(word)]
        written = chain(self._whole.get(word, []), *begun)
        return tuple((name, self._compiled(phrase)) for name, phrase in written)

    def _enter(self, name: str, phrase: str) -> None:
        begins, *others = phrase.split()
        if begins[0] in "?~":
            raise ValueError(f"a phrase begins with a word: {phrase}")
        if any(one[0] == "~" and not (one == "~" or one[1:].isdecimal()) for one in others):
            raise ValueError(f"so many words between, in digits: {phrase}")
        for first in begins.split("|"):
            index = self._begins if first.endswith("*") else self._whole
            index[first.rstrip("*")].append((name, phrase))


def _compiled(phrase: str) -> re.Pattern[str]:
    return re.compile("".join(map(_element, phrase.split())))


def _element(element: str) -> str:
    if element.startswith("~"):
        return rf"((?:\S+ ){{0,{element[1:] or 3}}})"
    either = "|".join(
        re.escape(word.rstrip("*")) + (r"[^ ]*" if word.endswith("*") else "")
        for word in element.lstrip("?").split("|")
    )
    return f"(?:(?:{either}) )?" if element.startswith("?") else f"(?:{either}) "


def _shown(match: re.Match[str]) -> str:
    """The words that matched; what stood between them is not told, nor any number."""
    said = list(match[0])
    for group in range(1, (match.re.groups or 0) + 1):
        start, end = (at - match.start() for at in match.span(group))
        if end > start:
            said[start:end] = ["… "] + [""] * (end - start - 1)
    return " ".join("#" if any(map(str.isdigit, word)) else word for word in "".join(said).split())
