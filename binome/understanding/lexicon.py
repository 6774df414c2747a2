"""The workspace's own words: found in a text, and what they say of it once the stages have read it.

A word that is harmless here, or that means something, is put in plain words before it is read (`Reading.plain`), so that
the rest of the message still counts: "pass me the Idiot, you idiot" stays an insult. Code words and topics are rules of the
team: they replace what the stage said, and the evidence says so.

A word is met in its plural and its feminine too; one that is harmless here in its plural only, since what it takes away is a
warning ("l’Idiot" on the menu makes "espèce d’idiote" no less of an insult).
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from binome.kit.text import fold
from binome.sdk.stage import Annotation, Reading, Term
from binome.understanding import inflecting

READ = 10_000
"""Characters that are looked at."""

APART = 3
"""Signs between two words of a phrase."""

RULED = 0.99
"""How sure a rule of the team is taken to be."""

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Meant:
    """A word and what it means here."""

    text: str
    meaning: str
    value: str = ""


@dataclass(frozen=True)
class Lexicon:
    """All the words of a workspace, looked for in one pass over those of a text."""

    terms: tuple[Meant, ...] = ()

    def found(self, text: str) -> tuple[Term, ...]:
        """The words met, in order; where two overlap, the longer."""
        if not self.terms:
            return ()
        words, met, place = list(_WORDS.finditer(_letter_by_letter(text[:READ]))), [], 0
        while place < len(words):
            here = next((one for one in self._by_first.get(words[place][0], ()) if _is_at(one, words, place)), None)
            if here:
                last = words[place + len(here.words) - 1]
                met.append(
                    Term(here.meant.text, here.meant.meaning, here.meant.value, words[place].start(), last.end())
                )
            place += len(here.words) if here else 1
        return tuple(met)

    @cached_property
    def _by_first(self) -> Mapping[str, Sequence["_Sought"]]:
        """What to look for where a word stands, by each of its spellings, the longest first."""
        written = {key(term.text): term for term in self.terms}
        sought: dict[str, list[_Sought]] = {}
        for term in sorted(written.values(), key=lambda term: -len(key(term.text))):
            words = _spellings(term, written.keys())
            for first in words[0] if words else ():
                sought.setdefault(first, []).append(_Sought(term, words))
        return sought


@dataclass(frozen=True)
class _Sought:
    """A term, and the spellings of each of its words."""

    meant: Meant
    words: Sequence[Set[str]]


def _is_at(sought: _Sought, words: Sequence["re.Match[str]"], place: int) -> bool:
    """Whether the term's words stand here, one after the other, at most three signs apart."""
    here = words[place : place + len(sought.words)]
    if len(here) < len(sought.words) or any(one[0] not in form for one, form in zip(here, sought.words, strict=True)):
        return False
    return all(after.start() - one.end() <= APART for one, after in pairwise(here))


def key(text: str) -> str:
    """What two spellings of a word or phrase have in common; "" if it has no word."""
    return " ".join(_WORDS.findall(_letter_by_letter(text)))


def spellings(text: str, meaning: str = "") -> list[tuple[str, ...]]:
    """The spellings of each word of a term, in order, without accents or capitals."""
    return [inflecting.forms(word, feminine=meaning != "harmless") for word in key(text).split()]


def _spellings(term: Meant, written: Set[str]) -> Sequence[Set[str]]:
    """The spellings of each word of a term; a form that the workspace wrote as another term is that one."""
    words = [frozenset(forms) for forms in spellings(term.text, term.meaning)]
    return [(words[0] - written) | {key(term.text)}] if len(words) == 1 else words


def ruled(reading: Reading) -> Reading:
    """What the stages said, with what the team's own words say instead."""
    if not reading.lexicon:
        return reading
    said = dict(reading.annotations)
    said["lexicon"] = Annotation("present", 1.0, {"terms": _told(reading.lexicon)})
    for term in reading.lexicon:
        if term.meaning == "urgent":
            said["urgency"] = Annotation("urgent", RULED, {"lexicon": [term.text]})
        if term.meaning == "topic":
            said["topic"] = Annotation(term.value, RULED, {"lexicon": [term.text]})
    return replace(reading, annotations=said)


def _told(terms: Sequence[Term]) -> list[dict[str, str]]:
    once = {term.text: term for term in terms}
    return [{"text": term.text, "meaning": term.meaning, "value": term.value} for term in once.values()]


def _letter_by_letter(text: str) -> str:
    """The text without accents or capitals, each letter in its place."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@lru_cache(maxsize=4_096)
def _folded(sign: str) -> str:
    folded = fold(sign)
    return folded if len(folded) == 1 else sign
