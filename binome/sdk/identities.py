"""Words that say what people are. That somebody is named is no evidence of anything: what is said of them may be."""

import re
import tomllib
from functools import cache
from pathlib import Path

from binome.kit.text import fold

_WORD = re.compile(r"[^\W\d_]+")


def named(text: str) -> list[str]:
    """The words of a text that say what people are, as they are written, in order."""
    return [word for word in _WORD.findall(text) if fold(word) in _forms()]


@cache
def _forms() -> frozenset[str]:
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return frozenset(word + ending for word in lists["fr"] + lists["en"] for ending in lists["endings"])
