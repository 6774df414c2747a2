"""What words weigh by themselves (binome/kit/reader/valence.py), from lists that people rated and that may be shipped.

python -m training.understanding.valence --lists DIR [--data DIR]. DIR: where `pip download --no-deps vaderSentiment
vaderSentiment-fr textblob textblob-fr` was unpacked. VADER (Hutto & Gilbert 2014) and its French translation are under the
MIT licence, the lists of Pattern in TextBlob (De Smedt & Daelemans 2012) in the public domain (PDDL); `valence.toml` is ours.
"""

import argparse
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from binome.kit.reader.grams import plain_words
from binome.kit.reader.prepare import prepared
from binome.kit.reader.valence import MEASURED, Valence
from binome.kit.reader.weights import WORDS
from evals.loading import DEFAULT
from training.understanding.examples import TASKS, Example
from training.understanding.export import write_words
from training.understanding.learning_set import to_learn_from

TASK = "sentiment"
OWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
SOURCES = re.compile(r"_own_(?!templates)|goemotions|xed|absa|feedback")
MOST = 6_000
"""Examples of a source that are learned from."""

STRENGTH, SHARE = 0.1, 0.9
"""Of the regression; how much its scores count beside the network's: near their product, a little less for what we know best."""

WORTH = {"vader": 1.0, "pattern": 0.7, "own": 3.0}
"""How far each list is trusted where several rate a word."""

LANGUAGES = ("en", "fr")


def main() -> None:
    """Put the lists together, learn what follows from them, write the file, print its SHA-256."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lists", type=Path, required=True)
    options.add_argument("--data", type=Path, default=DEFAULT)
    options.add_argument("--output", type=Path, default=WORDS)
    given = options.parse_args()
    words, rated = together(given.lists)
    fit, _calibrate = to_learn_from(given.data)
    out, bias = learned(Valence(words, rated, np.zeros((MEASURED, 3)), np.zeros(3)), chosen(fit))
    print(write_words(words, rated, SHARE * out, SHARE * bias, given.output), given.output.stat().st_size)


def together(lists: Path) -> tuple[list[bytes], np.ndarray]:
    """The words of all lists, and what they are worth in English and in French, 0 where a list does not know them."""
    said: dict[bytes, dict[str, list[tuple[float, float]]]] = {}
    for name, language, text, worth in _rated(lists):
        words = plain_words(text)
        if len(words) == 1 and len(words[0]) > 1:
            said.setdefault(words[0], {}).setdefault(language, []).append((worth, WORTH[name]))
    rated = [[_mean(by_language.get(language, ())) for language in LANGUAGES] for by_language in said.values()]
    return list(said), np.array(rated, np.float32)


def _mean(rated: Sequence[tuple[float, float]]) -> float:
    return sum(worth * trust for worth, trust in rated) / sum(trust for _worth, trust in rated) if rated else 0.0


def _rated(lists: Path) -> Iterator[tuple[str, str, str, float]]:
    """(list, language, word, worth from about -4 to 4)."""
    for line in _one(lists, "vaderSentiment/vader_lexicon.txt").read_text("utf-8").splitlines():
        word, worth, *_rest = line.split("\t")
        yield "vader", "en", word, float(worth)
    for line in _one(lists, "vaderSentiment_fr/fr_lexicon.txt").read_text("utf-8", "replace").splitlines():
        if found := re.match(r"(.+?)->(-?[\d.]+)", line):
            yield "vader", "fr", found[1], float(found[2])
    for language in LANGUAGES:
        by_word: dict[str, list[float]] = {}
        for one in ElementTree.parse(_one(lists, f"{language}-sentiment.xml")).getroot().iter("word"):
            by_word.setdefault(one.attrib["form"], []).append(3 * float(one.attrib["polarity"]))
        for word, worths in by_word.items():
            yield "pattern", language, word, sum(worths) / len(worths)
        for worth, row in OWN[language].items():
            for word in row.split():
                yield "own", language, word, 0.9 * float(worth)


def _one(lists: Path, name: str) -> Path:
    return next(lists.rglob(name))


def chosen(examples: Sequence[Example]) -> list[Example]:
    """Of each source whose sentiment is known, MOST."""
    draw = np.random.default_rng(0)
    by_source: dict[str, list[Example]] = {}
    for one in examples:
        if one.labels.get(TASK) in TASKS[TASK] and SOURCES.search(one.source):
            by_source.setdefault(one.source, []).append(one)
    return [
        some[at]
        for some in by_source.values()
        for at in draw.choice(len(some), min(MOST, len(some)), replace=False).tolist()
    ]


def learned(valence: Valence, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """What the numbers weigh for each label, labels weighing alike, sources as far as they are trusted."""
    texts = [one.text for one in examples]
    said = np.array([TASKS[TASK].index(str(one.labels[TASK])) for one in examples])
    trust = np.array([one.trust.get(TASK, 3.0 if "_own_" in one.source else 1.0) for one in examples])
    weight = trust / np.bincount(said, trust)[said] * len(said) / len(TASKS[TASK])
    scale = StandardScaler().fit(rows := valence.measured(texts, [prepared(text) for text in texts]))
    model = LogisticRegression(C=STRENGTH, max_iter=300).fit(scale.transform(rows), said, weight)
    out = (model.coef_ / scale.scale_).T
    return out, model.intercept_ - scale.mean_ @ out


if __name__ == "__main__":
    main()
