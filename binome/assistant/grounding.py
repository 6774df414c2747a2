"""Whether each sentence of a draft says what the quoted passages say: without a second model.

Two things are asked of every statement: that its meaning comes near a passage (sentence vectors, and words in common),
and that nothing in it differs (particulars, names, negations, opposites, "always" and "everyone"). What is only polite
needs no passage. Measured in `evals/grounding.py`; what it cannot see is written there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from binome.assistant import commitments
from binome.assistant.courtesy import is_courtesy
from binome.assistant.particulars import all_of, is_in, names_in, particulars
from binome.kit.text import fold

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

NEAR = 0.76
"""Cosine from which a statement and a passage are about the same thing, whatever their words."""

COMMON = 0.5
"""With this share of its words in the passage, a statement may be less near."""

LOOSE = 0.4
"""Cosine below which no words in common help."""


@dataclass(frozen=True)
class Passage:
    """A text that may be quoted: what it answers, what it says, where it is."""

    source: int
    title: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Checked:
    """One sentence of a draft. *passage*: the place of what it rests on; *quote*: the words there; *against*: what differs."""

    text: str
    courtesy: bool
    supported: bool
    passage: int | None = None
    quote: str = ""
    near: float = 0.0
    against: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check(
    draft: str, passages: Sequence[Passage], encode: Encode, *, said: str = "", known: Sequence[str] = ()
) -> list[Checked]:
    """Each sentence of a draft beside the passages. *said*: the member's own words, whose names may be repeated, as may
    those *known* (the member's, the team's)."""
    written = sentences(draft)
    parts = [(place, part) for place, one in enumerate(passages) for part in _parts(one)]
    vectors = encode([*written, *(part for _place, part in parts)]) if written else np.zeros((0, 1), np.float32)
    likeness = vectors[: len(written)] @ vectors[len(written) :].T
    allowed = [said, *known]
    return [_checked(sentence, row, parts, passages, allowed) for sentence, row in zip(written, likeness, strict=True)]


def sentences(text: str) -> list[str]:
    """A text's sentences; a line ends one, a list's mark is left out."""
    lines = [re.sub(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+", "", line).strip() for line in text.splitlines()]
    return [one.strip() for line in lines for one in _END.split(line) if re.search(r"\w", one)]


_END = re.compile(r"(?<=[.!?…])[\s\u202f\u00a0]+(?=[A-ZÀ-Ý0-9«“\"(\[])")


def _parts(passage: Passage) -> list[str]:
    """What a sentence may resemble: each sentence of the passage, two in a row, and the question with its answer's first."""
    single = sentences(passage.text)
    pairs = [f"{first} {second}" for first, second in pairwise(single)]
    return [*single, *pairs, f"{passage.title} {single[0] if single else ''}".strip()]


def _checked(
    sentence: str,
    row: NDArray[np.float32],
    parts: Sequence[tuple[int, str]],
    passages: Sequence[Passage],
    allowed: Sequence[str],
) -> Checked:
    commits = commitments.found_in(sentence)
    if is_courtesy(sentence) and not commits:
        return Checked(sentence, True, True)
    if not parts:
        return Checked(sentence, False, False, against=("nothing_quoted",), commits=commits)
    place, quote = parts[_best(sentence, row, parts)]
    near = max(float(likeness) for likeness, (there, _part) in zip(row, parts, strict=True) if there == place)
    common = _common(sentence, passages[place])
    against = _differences(sentence, quote, passages[place], allowed)
    if not (near >= NEAR or (near >= LOOSE and common >= COMMON)):
        against = ("not_said", *against)
    return Checked(sentence, False, not against, place, quote, round(near, 3), against, commits)


def _best(sentence: str, row: NDArray[np.float32], parts: Sequence[tuple[int, str]]) -> int:
    """The part that speaks of the same: by its meaning, its words, its particulars; the shorter of two that do."""
    wanted = particulars(sentence)

    def holds(part: str) -> float:
        there = all_of([part])
        return sum(is_in(one, there) for one in wanted) / len(wanted) if wanted else 0.0

    score = [
        float(near) + 0.5 * _overlap(sentence, part) + 0.2 * holds(part) - len(sentences(part)) / 5
        for near, (_place, part) in zip(row, parts, strict=True)
    ]
    return int(np.argmax(score))


def _differences(sentence: str, quote: str, passage: Passage, allowed: Sequence[str]) -> tuple[str, ...]:
    whole = f"{passage.title}\n{passage.text}\n{passage.url}"
    there, found = all_of([whole]), []
    if any(not is_in(one, there) for one in particulars(sentence)):
        found.append("figure")
    known = {fold(word) for text in (whole, *allowed) for word in re.findall(r"[\w-]+", text)}
    if any(fold(name) not in known for name in names_in(sentence)):
        found.append("name")
    if any(_denies(one) != _denies(_clause(one, quote)) for one in _clauses(sentence)):
        found.append("negation")
    if any(_says(sentence, one) and _says(quote, other) and not _says(quote, one) for one, other in _OPPOSITES):
        found.append("opposite")
    if any(pattern.search(_folded(sentence)) and not pattern.search(_folded(whole)) for pattern in _SWEEPING):
        found.append("sweeping")
    return tuple(found)


def _clause(sentence: str, quote: str) -> str:
    """The clause of the quote that speaks of what the sentence speaks of: "open on Sundays, but not on Mondays" has two."""
    clauses = _clauses(quote, least=1)
    shared = [len(_stems(one) & _stems(sentence)) / max(1, len(_stems(one))) for one in clauses]
    best = max(range(len(clauses)), key=lambda place: (len(_stems(clauses[place]) & _stems(sentence)), shared[place]))
    return clauses[best]


def _clauses(text: str, least: int = 2) -> list[str]:
    return [one for one in _CLAUSES.split(text) if len(_stems(one)) >= least] or [text]


_CLAUSES = re.compile(r"(?<=[.!?;])\s|,\s|\s(?:mais|but|sauf|unless|except|et ne)\s", re.IGNORECASE)

_DENY = re.compile(
    r"\b(?:pas|jamais|aucun|aucune|sans|ni|non|impossible|interdit\w*|refus\w*|rien|not|never|no|none|neither|nor|without|cannot|"
    r"nothing|unable|forbidden|refus\w*|ferme\w*|closed|exclu\w*)\b|n't\b|\bne\b(?!.{0,40}\b(?:que|qu)\b)"
)
_EXCEPT = re.compile(
    r"\b(?:n'|ne )[^.,;]{0,40}\bqu(?:e\b|')|\bpas (?:encore )?(?:seulement|uniquement)\b|\bnot only\b|\bno later\b"
)


def _denies(text: str) -> bool:
    """Whether a sentence says that something is not so. "Ne … que" is "only", and denies nothing."""
    return bool(_DENY.search(_EXCEPT.sub(" ", _folded(text))))


_FREE = re.compile(
    r"\b(?:ne (?:vous )?(?:coute|payez?|paie) rien|costs? nothing|(?:do not|don't) pay anything|"
    r"pay nothing|no charge|sans frais)\b"
)


_OPPOSITES = tuple(
    pair
    for one, other in (
        ("gratuit|offert|free", "payant|paye|cost|coute|charge|€|£|$"),
        ("ouvert|ouvr|open", "ferme|close"),
        ("avant|before", "apres|after"),
        ("inclus|compris|included|inclu", "en plus|non compris|extra"),
        ("obligatoire|required|mandatory|must", "facultati|optional"),
        ("avec|with", "sans|without"),
        ("plusieurs fois|several times", "qu'une fois|only once|une seule fois"),
    )
    for pair in ((one, other), (other, one))
)


def _says(text: str, words: str) -> bool:
    return _word_of(words).search(_folded(text)) is not None


@lru_cache
def _word_of(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\b|(?<=\d\s)|(?<=\d))(?:{'|'.join(map(re.escape, words.split('|')))})")


_SWEEPING = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:toujours|always)\b",
        r"\b(?:tous les|toutes les|tout le monde|chaque|every|everyone|everybody|all)\b",
        r"\b(?:par mois|mensuel|a month|monthly|per month)\b",
        r"\b(?:par an|annuel|a year|yearly|per year)\b",
        r"\b(?:aussi|egalement|as well|also)\b",
        r"\b(?:encore|still)\b",
        r"\b(?:envo(?:ie|ye)[rz]?|transmett\w*|communiqu\w*|donnez?|send|give|share|tell)[ -](?:nous|moi|us|me)\b",
    )
)
"""What makes a statement wider than its passage, or asks the member for something, unless the passage does too."""


def _common(sentence: str, passage: Passage) -> float:
    return _overlap(sentence, f"{passage.title} {passage.text}")


def _overlap(sentence: str, text: str) -> float:
    """The share of a sentence's words that a text has, by their beginnings."""
    wanted = _stems(sentence)
    return len(wanted & _stems(text)) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=1_024)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in re.findall(r"[a-z0-9]{3,}", _folded(text)) if word not in _EMPTY)


@lru_cache(maxsize=1_024)
def _folded(text: str) -> str:
    """Without accents and capitals; "costs nothing" is "free"."""
    return _FREE.sub("gratuit free", fold(text.replace("\u202f", " ").replace("\u00a0", " ")))


_EMPTY_TEXT = """
les des une est son sur par pour avec dans que qui vous nous votre notre vos nos ils elle elles leur mais ont pas
plus peut pouvez sont ete cette ces aux ainsi donc comme tout the and for you your our are was with that this have
has can will from not but they their its there then than also may would should been were his her she him
"""
_EMPTY = frozenset(_EMPTY_TEXT.split())
