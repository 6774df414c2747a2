"""What sounds abusive and is not: swearing at things, days and the weather, and words that mean no harm in their language."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

Means = tuple[re.Pattern[str], Mapping[str, str]]
"""What is looked for, and what is put instead of each."""


@lru_cache(maxsize=512)
def plainly(text: str, language: str = "") -> str:
    """The text without what is sworn at nobody ("pute de vie", "this fucking rain"), and with other words for those that only
    sound like insults in this language ("désolé du retard")."""
    phrases, words = _means()
    several = len(re.findall(r"\w{2,}", text)) > 1  # a word alone has no language
    text = _put_otherwise(_at_nobody().sub(" ", text), phrases)
    return _put_otherwise(text, words[language]) if several and language in words else text


def _put_otherwise(text: str, means: Means) -> str:
    pattern, instead = means
    return pattern.sub(lambda found: instead[found[0].lower()], text)


@cache
def _lists() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _means() -> tuple[
    tuple[re.Pattern[str], Mapping[str, str]], Mapping[str, tuple[re.Pattern[str], Mapping[str, str]]]
]:
    """Whatever the language, and by language: what is looked for, and what is put instead."""
    return _meant(_lists()["phrases"]), {language: _meant(words) for language, words in _lists()["words"].items()}


def _meant(words: Mapping[str, str]) -> Means:
    return re.compile(rf"\b(?:{_either(words)})\b", re.IGNORECASE), words


@cache
def _at_nobody() -> re.Pattern[str]:
    fr, en = ({name: _either(words) for name, words in _lists()[language].items()} for language in ("fr", "en"))
    of = r"(?:\s+d[e'’]|\s+(?:de\s+la|du|des))\s*(?:cette\s+|ce\s+|ces\s+)?"
    return re.compile(
        rf"\b(?:{fr['alone']}|{en['alone']}"
        rf"|(?:{fr['swears']})(?:{of}(?:{fr['swears']}))?{of}(?:{fr['things']})(?:\s+de\s+merde|\s+[àa]\s+la\s+con)?"
        rf"|(?:(?:ce|cette|quelle?|ma|mon)\s+)?(?:foutue?|maudite?)\s+(?:{fr['things']})"
        rf"|(?:(?:this|that|the|my|what\s+a)\s+)?(?:{en['swears']})\s+(?:this\s+|the\s+|my\s+)?(?:{en['things']})\b(?=\s*(?:$|[^\w\s]|(?:{en['after']})\b))"
        rf"|(?:what\s+)?a\s+(?:bitch|bastard|hell|shit)\s+of\s+an?\s+(?:{en['things']})"
        r")\b",
        re.IGNORECASE,
    )


def _either(words: Any) -> str:
    """Any of these, the longest first."""
    return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))
