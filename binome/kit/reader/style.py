"""How a message is written, beside its words: length, capitals, exclamations, addresses, quotes…"""

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

STYLES = 16

_ADDRESS = re.compile(r"https?\s?:|www\.", re.IGNORECASE)
_SPECIAL = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")


def styles_of(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, STYLES) small numbers, from the texts as they were written."""
    return np.array([_style(text[:3_000]) for text in texts], np.float32).reshape(-1, STYLES)


def _style(text: str) -> list[float]:
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    count = text.count
    return [
        math.log1p(len(text)) / 5 - 0.8,
        capitals / (letters + 5),
        _some(count("!")),
        _some(count("?")),
        _some(count("...") + count("…")),
        _some(count("@")),
        _some(count("#")),
        float(bool(_ADDRESS.search(text))),
        _some(count('"') + count("«") + count("“") + count("”")),
        _some(len(_SPECIAL.findall(text)) if not text.isascii() else 0),
        _some(count("\n")),
        _some(sum(map(str.isdigit, text)) / 3),
        _some(count("€") + count("$") + count("£")),
        _some(count(",") + count(";")) / 2,
        float(not text.isascii()),
        float(text.strip()[-1:] in {".", "!", "?", "…"}),
    ]


def _some(count: float) -> float:
    return math.log1p(count) / 2
