"""What happened: one case after the other, and when two answers count as the same."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:[.,:/@-][^\W_]+)*")
_GREETINGS = frozenset({"bonjour", "bonsoir", "salut", "coucou", "hello", "hi", "hey", "dear", "cher", "chere", "good"})
_GOODBYES = frozenset(
    {"cordialement", "bien", "belle", "bonne", "excellente", "amicalement", "best", "kind", "regards", "sincerely",
     "cheers", "have"}
)  # fmt: skip
_LONG_GREETING = 4


@dataclass(frozen=True, slots=True)
class PastCase:
    """A message, what people answered (None: nothing), the answer's text where it is known, and its lane if given.

    *veto*: why the AI would have left it to people whatever its confidence; "" when nothing spoke against it.
    """

    id: str
    text: str
    answer: str | None
    said: str = ""
    lane: str = ""
    veto: str = ""


def identity_of(row: Mapping[str, object], known: Mapping[str, str]) -> str | None:
    """The answer that people gave, as an id: its own, or that of the known answer with the same core, or the core itself.

    *known*: ids by the core of their text. No answer, or an empty one, is None.
    """
    if row.get("answer_id") not in (None, ""):
        return str(row["answer_id"])
    core = core_of(str(row.get("answer") or ""))
    return known.get(core, core) or None


def core_of(answer: str) -> str:
    """What an answer says, without greeting, goodbye, case, accents, punctuation and emoji.

    Two answers are the same when their cores are: a price or a day that differs makes another answer, so that no
    answer is counted right for resembling the right one.
    """
    lines = [_words(line) for line in re.split(r"\n+|(?<=[!,])\s+", answer.strip())]
    while len(lines) > 1 and (not lines[0] or (lines[0][0] in _GREETINGS and len(lines[0]) <= _LONG_GREETING)):
        lines.pop(0)
    while len(lines) > 1 and (not lines[-1] or _is_goodbye(lines[-2:])):
        lines.pop()
    return " ".join(word for line in lines for word in line) or answer.strip()


def _is_goodbye(last: Sequence[Sequence[str]]) -> bool:
    """A line of politeness, or the name under one."""
    *_, line = last
    before = last[0] if len(last) > 1 else ()
    polite = bool(line) and line[0] in _GOODBYES and len(line) <= _LONG_GREETING
    signed = bool(before) and before[0] in _GOODBYES and len(before) <= _LONG_GREETING and len(line) <= 3
    return polite or signed


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
