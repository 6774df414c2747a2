"""A copy of a text in which signs that look the same are the same, for rules that look for figures and signs."""

import re
from collections.abc import Sequence

from binome.kit.unseen import UNSEEN

__all__ = ["UNSEEN", "evened"]

_LOOK_LIKE = {
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63",
    ".": "\u00b7\u2022\u2024\u2027\u2219\u22c5\u3002\u30fb\uff61",
    "@": "\ufe6b",
}
_FULL_WIDTH = {0xFEE0 + code: chr(code) for code in range(0x21, 0x7F)}
_NOUGHTS = (0x660, 0x6F0, 0x966, *range(0x1D7CE, 0x1D800, 10))
"""Of other alphabets and of styled letters; the other figures follow each."""

_EVEN = (
    {ord(sign): plain for plain, signs in _LOOK_LIKE.items() for sign in signs}
    | _FULL_WIDTH
    | {nought + figure: str(figure) for nought in _NOUGHTS for figure in range(10)}
)
_STYLED_FIGURES = "\U0001d7ce-\U0001d7ff"
"""In one piece: written one by one, they would be compared one by one with every sign of a text."""

_LEFT_OUT = f"{UNSEEN}\u20e3"
"""With what only dresses the sign before (a figure in its key)."""

_NOTHING = re.compile(f"[{_LEFT_OUT}]")
_UNEVEN = re.compile(f"[{''.join(chr(sign) for sign in _EVEN if sign < 0x10000)}{_STYLED_FIGURES}{_LEFT_OUT}]")


def evened(text: str) -> tuple[str, Sequence[int]]:
    """The copy, without signs that are not seen, and where in the text each of its characters stands, and the end."""
    if not _UNEVEN.search(text):
        return text, range(len(text) + 1)
    text = text.translate(_EVEN)
    if text.isascii() or not _NOTHING.search(text):
        return text, range(len(text) + 1)
    places = [place for place, sign in enumerate(text) if not _NOTHING.match(sign)]
    return "".join([text[place] for place in places]), [*places, len(text)]
