"""A small language for phrases, found in one pass however many there are.

A phrase is words without capitals or accents, apart from: `a|b` either word, `word*` its beginning, `?word` optional,
`~` up to three words between (`~6`: up to six). Elisions are two words (`j ai`), English contractions one (`cant`).
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import chain

from binome.kit.reader.disguise import as_seen
from binome.kit.reader.elongated import is_elongated, spellings, thrice
from binome.kit.text import fold

_WORDS = re.compile(r"[^\W_]+|[\U0001F44D\U0001F44F\U0001F60F\U0001F612\U0001F643\U0001F644\U0001F602\U0001F923]")
_CONTRACTIONS = re.compile(r"(?<=n)['’](?=t\b)|\b(?<=i)['’](?=m\b|ve\b|d\b)|\b(?<=you|hey|.we)['’](?=re\b|ve\b)")
_READ = 20_000
"""Characters that are looked at."""


@dataclass(frozen=True)
class Found:
    """Where a phrase was met, in characters of the text as `words` gives it, and the words that matched."""

    start: int
    end: int
    words: str
    name: str


def words(text: str, limit: int = _READ) -> str:
    """The words of a text without capitals, accents or emphasis, each followed by one space."""
    return _read(text, limit)[0]


@lru_cache(maxsize=1_024)
def _read(text: str, limit: int) -> tuple[str, str]:
    """The words of a text, and the same with repeated letters three times (sooo): only a phrase tells whether they stand for one
    letter or for two."""
    text = text[:limit]
    folded = text.lower() if text.isascii() else fold(as_seen(text)[0])
    if "'" in folded:
        folded = _CONTRACTIONS.sub("", folded)
    if not is_elongated(folded):
        said = _told(_WORDS.findall(folded))
        return said, said
    drawn_out = _WORDS.findall(thrice(folded))
    return _told(spellings(word)[0] for word in drawn_out), _told(drawn_out)


def _told(said: Iterable[str]) -> str:
    return "".join([f"{word} " for word in said])


class Overlaps:
    """What was found, by its place in the text: which of it overlaps something else, however much there is."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._found = sorted(found, key=_start)
        self._longest = max((one.end - one.start for one in self._found), default=0)

    def of(self, one: Found) -> list[Found]:
        """Those that share a word with this one, in order."""
        first = bisect_right(self._found, one.start - self._longest, key=_start)
        last = bisect_left(self._found, one.end, key=_start)
        return [other for other in self._found[first:last] if other.end > one.start]


def uncovered(found: Iterable[Found], others: Sequence[Found]) -> list[Found]:
    """What was found without that which something else overlaps and is as long: it tells as much, and otherwise."""
    if not others:
        return list(found)
    over = Overlaps(others)
    return [one for one in found if not any(other.end - other.start >= one.end - one.start for other in over.of(one))]


def _start(one: Found) -> int:
    return one.start


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
        self._spelt = lru_cache(maxsize=4_096)(self._spellings)

    def find(self, text: str, limit: int = _READ) -> Iterable[Found]:
        """Every phrase met in the words of a text, in order."""
        plain, drawn_out = _read(text, limit)
        if plain == drawn_out:
            return self._find(plain)
        said = drawn_out.split(" ")[:-1]
        shortest, longest = (_told(self._spelt(word)[which] for word in said) for which in (0, -1))
        found = list(self._find(shortest))
        if longest != shortest:
            found += _placed(self._find(longest), longest, shortest)
        met: dict[tuple[int, int, str], Found] = {}
        for one in sorted(found, key=_start):
            met.setdefault((one.start, one.end, one.name), one)
        return met.values()

    def _find(self, said: str) -> Iterator[Found]:
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

    def _spellings(self, word: str) -> Sequence[str]:
        """What a word may be without its emphasis, the shortest first: those that a phrase has, else one that begins like a
        phrase's, else the shortest."""
        may_be = spellings(word)
        known = [one for one in may_be if one in self._vocabulary]
        return known or [next(filter(self._is_begun, may_be), may_be[0])]

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """Every word of the phrases, with a star where only its beginning is told; gathered when the first elongated word is met."""
        written = chain.from_iterable((*self._whole.values(), *self._begins.values()))
        elements = {element.lstrip("?") for _name, phrase in written for element in phrase.split() if element[0] != "~"}
        return frozenset(word for element in elements for word in element.split("|"))

    def _is_begun(self, word: str) -> bool:
        return any(f"{word[:length]}*" in self._vocabulary for length in range(1, len(word) + 1))

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


def _placed(found: Iterable[Found], said: str, otherwise: str) -> Iterator[Found]:
    """What was found, by its place where the same words are spelt otherwise."""
    places = dict(
        zip(*([0, *(space.end() for space in re.finditer(" ", one))] for one in (said, otherwise)), strict=True)
    )
    for one in found:
        yield replace(one, start=places[one.start], end=places[one.end])


def _shown(match: re.Match[str]) -> str:
    """The words that matched; what stood between them is not told, nor any number."""
    said = list(match[0])
    for group in range(1, (match.re.groups or 0) + 1):
        start, end = (at - match.start() for at in match.span(group))
        if end > start:
            said[start:end] = ["… "] + [""] * (end - start - 1)
    return " ".join("#" if any(map(str.isdigit, word)) else word for word in "".join(said).split())
