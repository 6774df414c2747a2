"""Plain operations on text that know nothing of its meaning."""

import re
import unicodedata
from hashlib import sha256

_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MARKS = frozenset(mark for mark in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(mark))
"""Accents and other marks that combine with the letter before; Unicode has none before or after these."""


def fold(text: str) -> str:
    """Lower case, without accents or ligatures: what two spellings of a word have in common."""
    if text.isascii():
        return text.lower()
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", text)
    for mark in _MARKS.intersection(decomposed):
        decomposed = decomposed.replace(mark, "")
    return decomposed.casefold()


def clean(text: str) -> str:
    """The text without control characters (PostgreSQL refuses NUL) or halves of pairs, in composed form, ends trimmed."""
    encodable = text.encode("utf-8", "ignore").decode()
    return unicodedata.normalize("NFC", _CONTROL.sub("", encodable)).strip()


def identifier(text: str, length: int) -> str:
    """The identifier, or, if it is longer than is kept, its beginning and a digest of the whole: no two become one."""
    text = text.replace("\0", "\ufffd")
    return (
        text
        if len(text) <= length
        else f"{text[: length - 65]}#{sha256(text.encode('utf-8', 'replace')).hexdigest()}"[:length]
    )


def squeeze(text: str) -> str:
    """Runs of white space made one space."""
    return _SPACES.sub(" ", text).strip()


def excerpt(text: str, length: int = 140) -> str:
    """The first *length* characters at most, cut between words, with an ellipsis where something was cut."""
    text = squeeze(text)
    if len(text) <= length:
        return text
    head = text[: length - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head) + "…"
