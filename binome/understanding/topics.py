"""The topics of one workspace, learned from its own entries, tags and corrections; "unknown" when it cannot tell.

A linear classifier on sentence vectors (what is meant) and hashed letters of words (how it is said here), small enough to
learn from some ten texts a topic. A topic is told from the chance on at which, on texts left out, at least four in five
were right, if half of what is written were about none of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from binome.kit import encoder
from binome.kit.reader.grams import grams_of
from binome.understanding.vocabulary import UNKNOWN

Floats = NDArray[np.float64]

EACH, TOPICS, MOST = 3, 2, 4_000
"""Texts that a topic needs, topics needed, and texts used."""

RIGHT = 0.8
"""Share right, among those told, from which a topic may be told."""

LETTERS = 2_048
"""Buckets of letters."""

SEEN_BY = f"{encoder.VERSION}+{LETTERS}"
"""What a text is seen through; topics learned through something else do not hold."""

FOLDS = 5
NEVER = 2.0
LOWEST = 0.4
"""No chance below this is enough, whatever was seen."""

_STRENGTH = 20.0


@dataclass(frozen=True)
class Topics:
    """What was learned: *weights* (one row a topic, then one for none of them) and the chance from which one is told."""

    names: tuple[str, ...]
    weights: Floats
    threshold: float

    def tell(self, seen: Floats) -> list[tuple[str, float]]:
        """The topic of each text (as `seen_in` gives them), or "unknown", and the chance of what is said."""
        return [self._told(row) for row in _chances(self.weights, seen)]

    def _told(self, row: Floats) -> tuple[str, float]:
        first = int(row[: len(self.names)].argmax())
        chance = float(row[first])
        return (self.names[first], chance) if chance >= self.threshold else (UNKNOWN, max(0.5, 1 - chance))


@dataclass(frozen=True)
class Learned:
    """*right* of *told* on texts left out."""

    topics: Topics
    told: int
    right: int


def seen_in(texts: Sequence[str], vectors: Floats | None = None) -> Floats:
    """What is learned from: the sentence vector of each text (computed unless given) and its letters."""
    if vectors is None:
        vectors = np.asarray(encoder.encode(list(texts)), float)
    buckets, owners, text_of = grams_of(texts)
    letters = np.zeros((len(texts), LETTERS))
    np.add.at(letters, (text_of[owners], buckets % LETTERS), 1.0)
    length = np.linalg.norm(letters, axis=1, keepdims=True)
    return np.hstack([vectors, np.divide(letters, length, out=letters, where=length > 0)])


def learn(
    texts: Sequence[str],
    names: Sequence[str],
    seen: Floats,
    others: Floats,
    doubtful: Collection[str] = (),
    fewest: int = TOPICS,
) -> Learned | None:
    """Topics from texts that have one, against *others* (what people write of anything); None when there is too little:
    *fewest* topics, with others if that is one.

    *doubtful* names stay only if most of what they would be told of, among texts left out, is right: a tag may say
    anything ("in English", "thanks").
    """
    kept = [name for name in dict.fromkeys(names) if names.count(name) >= EACH]
    if len(kept) < fewest or len(kept) + bool(len(others)) < 2:
        return None
    rows = [at for at, name in enumerate(names) if name in set(kept)][:MOST]
    truth = np.array([kept.index(names[at]) for at in rows] + [len(kept)] * len(others))
    seen = np.vstack([seen[rows], others]) if len(others) else seen[rows]
    chances = _left_out(seen, truth, [texts[at] for at in rows], len(kept) + 1)
    unsound = {name for at, name in enumerate(kept) if name in doubtful and not _is_sound(chances, truth, at)}
    if unsound:
        left = [at for at in rows if names[at] not in unsound]
        kept_seen = seen[: len(rows)][_among(rows, left)]
        return learn([texts[at] for at in left], [names[at] for at in left], kept_seen, others, fewest=fewest)
    return _learned(kept, seen, truth, chances)


def _learned(kept: Sequence[str], seen: Floats, truth: NDArray[np.int64], chances: Floats) -> Learned:
    first, chance = chances[:, :-1].argmax(1), chances[:, :-1].max(1)
    threshold = _threshold(first == truth, chance, truth == len(kept))
    told = chance >= threshold
    topics = Topics(tuple(kept), _fitted(seen, truth, len(kept) + 1), threshold)
    return Learned(topics, int(told.sum()), int((told & (first == truth)).sum()))


def _left_out(seen: Floats, truth: NDArray[np.int64], texts: Sequence[str], count: int) -> Floats:
    """The chances of each text by a classifier that has not seen it; the same text is always left out with itself."""
    folds = np.array([_fold(text) for text in texts] + [at % FOLDS for at in range(len(truth) - len(texts))])
    chances = np.zeros((len(truth), count))
    for out in range(FOLDS):
        held = folds == out
        if held.any() and len(set(truth[~held])) > 1:
            chances[held] = _chances(_fitted(seen[~held], truth[~held], count), seen[held])
    return chances


def _fitted(seen: Floats, truth: NDArray[np.int64], count: int) -> Floats:
    """One row for each of *count* classes; those without a text are never told."""
    short, back = _shortened(seen)
    fit = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3).fit(short, truth)
    coefficients, alone = fit.coef_ @ back, fit.intercept_
    if len(fit.classes_) == 2:  # scikit-learn keeps one row for two classes
        coefficients, alone = np.vstack([-coefficients, coefficients]) / 2, np.append(-alone, alone) / 2
    rows = np.zeros((count, seen.shape[1] + 1))
    rows[:, -1] = -1e4
    rows[fit.classes_] = np.column_stack([coefficients, alone])
    return rows


def _shortened(seen: Floats) -> tuple[Floats, Floats]:
    """The same texts along as many axes as there are texts, where that is fewer, and the way back: the fit is the same."""
    if len(seen) >= seen.shape[1]:
        return seen, np.eye(seen.shape[1])
    spread, axes = np.linalg.eigh(seen @ seen.T)
    some = spread > 1e-9 * spread[-1]
    lengths = np.sqrt(spread[some])
    return axes[:, some] * lengths, (axes[:, some] / lengths).T @ seen


def _chances(weights: Floats, seen: Floats) -> Floats:
    scores = seen @ weights[:, :-1].T + weights[:, -1]
    each = np.exp(scores - scores.max(1, keepdims=True))
    chances: Floats = each / each.sum(1, keepdims=True)
    return chances


def _threshold(right: NDArray[np.bool_], chance: Floats, about_none: NDArray[np.bool_]) -> float:
    """The lowest chance at which enough of what is told is right; texts about no topic weigh as much as all others."""
    nones = int(about_none.sum())
    weight = np.where(about_none, (len(right) - nones) / nones if nones else 1.0, 1.0)
    order = chance.argsort()[::-1]
    shares = np.cumsum((right * weight)[order]) / np.cumsum(weight[order])
    good = np.flatnonzero((shares >= RIGHT) & (np.cumsum(right[order]) >= 2))
    return max(LOWEST, float(chance[order[good[-1]]])) if len(good) else NEVER


def _is_sound(chances: Floats, truth: NDArray[np.int64], topic: int) -> bool:
    told = chances.argmax(1) == topic
    return bool(told.any()) and float((truth[told] == topic).mean()) > 0.5


def _among(rows: Sequence[int], left: Sequence[int]) -> list[int]:
    place = {row: at for at, row in enumerate(rows)}
    return [place[row] for row in left]


def _fold(text: str) -> int:
    return sha256(text.encode("utf-8", "replace")).digest()[0] % FOLDS
