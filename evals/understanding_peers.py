"""What else can be run here on the same messages: a word list, VADER, alt-profanity-check, two plain models.

The plain models learn from the same examples as ours, a part of them, by logistic regression: on words and letters
(TF-IDF), and on the encoder's sentence vectors as they come.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from binome.kit.encoder import encode
from training.understanding.examples import TASKS, Example

Peer = Callable[[Sequence[str]], np.ndarray]
"""From texts to the chance of each label of the task, (n, classes)."""

MOST = 8_000
"""Examples of a task that a plain model learns from, drawn by their weight."""


class Peers:
    """The peers of each task, each made when it is first asked for."""

    def __init__(self, data: Path, examples: Callable[[], Sequence[Example]]) -> None:
        self._data, self._examples = data, cache(examples)
        self._models: dict[tuple[str, str], Peer] = {}

    def of(self, task: str, language: str) -> Iterator[tuple[str, Peer]]:
        """(name, peer) of all that can say something of this task in this language."""
        if task in {"toxicity", "hate"}:
            yield "word list", self._word_list(language)
            if language == "en" and find_spec("profanity_check"):
                yield "alt-profanity-check", _alt_profanity
        if task == "sentiment" and language == "en" and find_spec("vaderSentiment"):
            yield "VADER", _vader
        yield "TF-IDF, logistic", self._model(task, "words", _words)
        yield "plain vectors, logistic", self._model(task, "vectors", _vectors)

    def _model(self, task: str, name: str, make: Callable[[Sequence[str], np.ndarray, int], Peer]) -> Peer:
        if (task, name) not in self._models:
            texts, labels = _drawn(task, self._examples())
            self._models[task, name] = make(texts, labels, len(TASKS[task]))
        return self._models[task, name]

    def _word_list(self, language: str) -> Peer:
        path = self._data / "resources" / "badwords_fr_en" / language
        words = [word.strip() for word in path.read_text("utf-8").splitlines() if word.strip()] if path.exists() else []
        pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)

        def look(texts: Sequence[str]) -> np.ndarray:
            met = np.array([float(bool(words) and bool(pattern.search(text))) for text in texts])
            return np.stack([1 - met, met], 1)

        return look


def _drawn(task: str, examples: Sequence[Example]) -> tuple[list[str], np.ndarray]:
    """Texts and labels of a task, as many of each label as there are, trusted ones more often."""
    classes = TASKS[task]
    known = [one for one in examples if one.labels.get(task) in classes]
    said = np.array([classes.index(str(one.labels[task])) for one in known])
    weight = np.array([one.trust.get(task, 1.0) * (3.0 if "_own_" in one.source else 1.0) for one in known])
    weight /= np.bincount(said, weights=weight, minlength=len(classes))[said]
    count = min(MOST, len(known))
    chosen = np.random.default_rng(3).choice(len(known), count, replace=False, p=weight / weight.sum())
    return [known[at].text for at in chosen], said[chosen]


def _words(texts: Sequence[str], labels: np.ndarray, classes: int) -> Peer:
    seen = make_union(
        TfidfVectorizer(min_df=2, ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(min_df=3, ngram_range=(2, 4), analyzer="char_wb", sublinear_tf=True, max_features=60_000),
    )
    model = make_pipeline(seen, LogisticRegression(C=4, class_weight="balanced", max_iter=300))
    model.fit(texts, labels)
    return lambda asked: _spread(model.predict_proba(asked), model.classes_, classes)


def _vectors(texts: Sequence[str], labels: np.ndarray, classes: int) -> Peer:
    model = LogisticRegression(C=8, class_weight="balanced", max_iter=400).fit(encode(texts) * 8, labels)
    return lambda asked: _spread(model.predict_proba(encode(asked) * 8), model.classes_, classes)


def _spread(chances: np.ndarray, known: np.ndarray, classes: int) -> np.ndarray:
    out = np.zeros((len(chances), classes))
    out[:, known] = chances
    return out


def _alt_profanity(texts: Sequence[str]) -> np.ndarray:
    from profanity_check import predict_prob

    chance = np.array(predict_prob(list(texts)))
    return np.stack([1 - chance, chance], 1)


def _vader(texts: Sequence[str]) -> np.ndarray:
    """Its own thresholds: negative at -0.05 or below, positive at 0.05 or above."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    judge = SentimentIntensityAnalyzer()
    score = np.array([judge.polarity_scores(text)["compound"] for text in texts])
    said = np.where(score <= -0.05, 0, np.where(score >= 0.05, 2, 1))
    return np.eye(3)[said]
