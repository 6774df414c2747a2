"""Letters of a text by word, hashed: what a word looks like, whatever its spelling.

All the texts of a batch are read at once, as bytes without capitals or accents; a gram is three or four characters of a
word with its edges, or the whole word.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

BUCKETS = 1 << 15
WORDS = 96
"""Words of a text that are looked at."""

LONGEST = 24
"""Characters of a word that are looked at."""

_SPACE = 32
_PRIME = np.uint32(0x01000193)
_LETTERS = (
    bytes(code if chr(code).isalnum() or chr(code) in "*$@" else _SPACE for code in range(128)) + bytes([_SPACE]) * 128
)

Grams = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def plain_words(text: str) -> list[bytes]:
    """The words of a prepared text as they are hashed, WORDS at most."""
    folded = (
        text.lower()
        if text.isascii()
        else unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("’", "'"))
    )
    return folded.encode("ascii", "ignore").translate(_LETTERS).split()[:WORDS]


def grams_of(texts: Sequence[str]) -> Grams:
    """(bucket of each gram, word of each gram, text of each word); words are numbered through the batch, in order."""
    by_text = [plain_words(text) for text in texts]
    words = [word[:LONGEST] for row in by_text for word in row]
    text_of = np.repeat(np.arange(len(texts)), [len(row) for row in by_text])
    if not words:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, text_of
    line = np.frombuffer(b" " + b" ".join(words) + b" ", np.uint8).astype(np.uint32)
    edges = line == _SPACE
    word_at = np.cumsum(edges) - 1  # the edge before a word belongs to it
    whole = _whole(line, edges)
    buckets, owners = [whole], [np.arange(len(words))]
    for size in (3, 4):
        found, where = _windows(line, edges, size)
        buckets.append(found)
        owners.append(word_at[where])
    return np.concatenate(buckets).astype(np.int64), np.concatenate(owners), text_of


def bags_of(grams: Grams, texts: int) -> csr_matrix:
    """(texts, BUCKETS): which grams each text has, whatever their number; rows are of length one."""
    bucket, word, text_of = grams
    rows = text_of[word] if len(word) else word
    once = np.unique(rows * BUCKETS + bucket)
    sizes = np.bincount(once // BUCKETS, minlength=texts)
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    return csr_matrix((values, once % BUCKETS, np.append(0, np.cumsum(sizes))), shape=(texts, BUCKETS))


def grams_by_word(grams: Grams) -> csr_matrix:
    """(words, BUCKETS): how often each word has each gram."""
    bucket, word, text_of = grams
    sizes = np.bincount(word, minlength=len(text_of))
    order = np.argsort(word, kind="stable")
    ones = np.ones(len(bucket), np.float32)
    return csr_matrix((ones, bucket[order], np.append(0, np.cumsum(sizes))), shape=(len(text_of), BUCKETS))


def _windows(
    line: NDArray[np.uint32], edges: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The hash of each window of *size* characters inside one word and its edges, and where it begins."""
    count = len(line) - size + 1
    if count <= 0:
        return np.zeros(0, np.uint32), np.zeros(0, np.int64)
    hashed = np.full(count, 2166136261 + size, np.uint32)
    inside = np.ones(count, bool)
    for at in range(size):
        hashed = (hashed ^ line[at : at + count]) * _PRIME
        if 0 < at < size - 1:
            inside &= ~edges[at : at + count]
    where = np.flatnonzero(inside)
    return _bucket(hashed[where]), where


def _whole(line: NDArray[np.uint32], edges: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """The hash of each whole word: its characters by place, added up."""
    word_at = np.cumsum(edges) - 1
    starts = np.flatnonzero(edges)[:-1] + 1
    places = np.arange(len(line)) - np.append(starts, len(line))[word_at]
    mixed = (line + np.uint32(7919)) * (
        np.uint32(2654435761) + np.uint32(40503) * places.astype(np.uint32) * np.uint32(2)
    )
    mixed ^= mixed >> np.uint32(13)
    mixed[edges] = 0
    return _bucket(np.add.reduceat(mixed, starts, dtype=np.uint32) * _PRIME)


def _bucket(hashed: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return ((hashed ^ (hashed >> np.uint32(15))) * np.uint32(0x85EBCA6B)) >> np.uint32(17)
