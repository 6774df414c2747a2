"""What the words of a message weigh by themselves, good or bad, whatever the network makes of them.

Lists that people rated (training.understanding.valence tells which) know many more words than the network has met, and do
not depend on where a message was written. Beside the network they say what is felt better than either does alone.
"""

import tomllib
from collections.abc import Sequence
from math import log1p, sqrt
from pathlib import Path

import numpy as np

from binome.kit.encoder.weights import Floats
from binome.kit.reader.grams import plain_words

MEASURED = 12
"""Numbers that are taken of a message."""

BACK = 3
"""Words before a rated one that may turn it."""

TURNED, STRENGTHENED, BEFORE_BUT, AFTER_BUT = -0.6, 1.25, 0.5, 1.4
"""What a rated word is multiplied by where it is turned ("not good"), strengthened ("so good"), before and after "but"."""

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _set(words: str) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words.split())


_FRENCH, _ENGLISH = _set(_LISTS["fr"]["function"]), _set(_LISTS["en"]["function"])
_TURNS = (_set(_LISTS["en"]["turns"]), _set(_LISTS["fr"]["turns"]))
_STRENGTHENS, _TURNS_OVER = _set(_LISTS["both"]["strengthens"]), _set(_LISTS["both"]["turns_over"])
_PICTURES = {picture: float(worth) for worth, row in _LISTS["pictures"].items() for picture in row}
_FIRST_PICTURE = min(_PICTURES)


class Valence:
    """Rated words in English and French, and what follows from them for each label of the sentiment."""

    def __init__(self, words: Sequence[bytes], rated: Floats, out: Floats, bias: Floats) -> None:
        """*rated*: (words, 2), English and French, 0 where a word is unknown; *out*: (MEASURED, labels)."""
        rows = {word: (float(one[0]), float(one[1])) for word, one in zip(words, rated, strict=True)}
        self._known = {
            word: (*rows.get(word, (0.0, 0.0)), (word in _FRENCH) - (word in _ENGLISH))
            for word in {*rows, *_FRENCH, *_ENGLISH}
        }
        self._out, self._bias = out, bias
        self.labels = len(bias)

    def __call__(self, texts: Sequence[str], read: Sequence[str]) -> Floats:
        """The scores (n, labels) of texts as they were written and as they were prepared."""
        scores: Floats = self.measured(texts, read) @ self._out + self._bias
        return scores

    def measured(self, texts: Sequence[str], read: Sequence[str]) -> Floats:
        """(n, MEASURED): what is rated in them and how they are written; the last says whether a text is French."""
        rows = [self._measured(text, plain_words(one)) for text, one in zip(texts, read, strict=True)]
        return np.array(rows, np.float32).reshape(-1, MEASURED)

    def _measured(self, text: str, words: Sequence[bytes]) -> tuple[float, ...]:
        known = self._known
        met = [(at, *known[word]) for at, word in enumerate(words) if word in known]
        french = sum(one[3] for one in met) > 0
        worths = _worths(words, [(one[0], one[1 + french]) for one in met if one[1 + french]], french)
        return (*_measured(worths, len(words), text), float(french))


def _worths(words: Sequence[bytes], met: Sequence[tuple[int, float]], french: bool) -> list[float]:
    """What each rated word (its place, its worth) is worth where it stands."""
    if not met:
        return []
    turns, over = _TURNS[french], 0
    if not _TURNS_OVER.isdisjoint(words):
        over = max(at for at, word in enumerate(words) if word in _TURNS_OVER)
    worths = []
    for at, worth in met:
        before = words[max(0, at - BACK) : at]
        if not turns.isdisjoint(before):
            worth *= TURNED
        if before and before[-1] in _STRENGTHENS:
            worth *= STRENGTHENED
        if 0 < over < len(words) - 1:
            worth *= BEFORE_BUT if at < over else AFTER_BUT
        worths.append(worth)
    return worths


def _measured(worths: Sequence[float], words: int, text: str) -> tuple[float, ...]:
    good = sum(worth for worth in worths if worth > 0)
    bad = good - sum(worths)
    glad, sad = _pictured(text)
    whole = good - bad
    return (
        log1p(good),
        log1p(bad),
        whole / sqrt(whole * whole + 15),
        float(not worths),
        log1p(glad),
        log1p(sad),
        float("?" in text),
        min(text.count("!"), 3) / 3,
        worths[-1] / 3 if worths else 0.0,
        whole / sqrt(words + 3),
        float("http" in text),
    )


def _pictured(text: str) -> tuple[float, float]:
    """What its pictures say, good and bad."""
    if text.isascii() or max(text) < _FIRST_PICTURE:
        return 0.0, 0.0
    said = [_PICTURES[sign] for sign in text if sign in _PICTURES]
    good = sum(worth for worth in said if worth > 0)
    return good, good - sum(said)
