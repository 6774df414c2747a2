"""What simpler means reach on the same questions: BM25, TF-IDF, sentence vectors, their fusion by rank."""

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from binome.kit.encoder import encode
from binome.knowledge.matching.tokens import fold
from evals.answering_sets import Part, Set
from evals.measures import Figure, auroc, recall_at_coverage, share

_MANY = 3


def baselines(measured: Set) -> dict[str, dict[str, Figure]]:
    """Figures of each baseline: retrieval where entries have one text, trained classifiers where they have many."""
    found = [_scores(piece) for piece in measured.parts]
    return {name: _figures(measured, [scores[name] for scores in found]) for name in found[0]}


def _scores(piece: Part) -> dict[str, np.ndarray]:
    texts = [text for entry in piece.entries for text in entry.texts]
    owners = np.array([i for i, entry in enumerate(piece.entries) for _ in entry.texts])
    asked = [a.text for a in piece.reported]
    if len(texts) >= _MANY * len(piece.entries):
        return _classifiers(asked, texts, owners)
    return _retrieval(piece, asked)


def _retrieval(piece: Part, asked: list[str]) -> dict[str, np.ndarray]:
    documents = [f"{entry.question} {entry.answer[:2000]}" for entry in piece.entries]
    words = TfidfVectorizer(preprocessor=fold, sublinear_tf=True)
    known = words.fit_transform(documents)
    scores = {
        "BM25": _bm25(documents, asked),
        "TF-IDF": (words.transform(asked) @ known.T).toarray(),
        "vectors": encode(asked) @ encode([entry.question for entry in piece.entries]).T,
    }
    ranks = [(-s).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") for s in scores.values()]
    return scores | {"rank fusion": np.sum([1 / (60 + rank) for rank in ranks], axis=0)}


def _classifiers(asked: list[str], texts: list[str], owners: np.ndarray) -> dict[str, np.ndarray]:
    words = TfidfVectorizer(preprocessor=fold, sublinear_tf=True, ngram_range=(1, 2), min_df=2)
    lexical = LogisticRegression(C=20, max_iter=100).fit(words.fit_transform(texts), owners)
    vectors = LogisticRegression(C=20, max_iter=300).fit(encode(texts), owners)
    return {
        "TF-IDF, logistic": lexical.predict_proba(words.transform(asked)),
        "vectors, logistic": vectors.predict_proba(encode(asked)),
    }


def _figures(measured: Set, scores: list[np.ndarray]) -> dict[str, Figure]:
    first, five, best = [], [], []
    for piece, its in zip(measured.parts, scores, strict=True):
        for asked, row in zip(piece.reported, its, strict=True):
            order = [piece.entries[i].id for i in (-row).argsort(kind="stable")[:5]]
            first.append(order[0] in asked.right)
            five.append(bool(set(order) & set(asked.right)))
            best.append(row.max())
    has = np.array([bool(asked.right) for asked in measured.reported])
    found = {"recall@1": share(np.array(first)[has]), "recall@5": share(np.array(five)[has])}
    if not has.all():
        sure = np.array(best)
        found["AUROC"] = auroc(sure[has], sure[~has])
        found["refused at 95 % coverage"] = recall_at_coverage(sure[has], sure[~has])
    return found


def _bm25(documents: list[str], asked: list[str], k: float = 1.2, b: float = 0.75) -> np.ndarray:
    counter = CountVectorizer(preprocessor=fold)
    counts = counter.fit_transform(documents).astype(np.float32).tocsc()
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    norm = k * (1 - b + b * lengths / lengths.mean())
    found = np.diff(counts.indptr)
    rarity = np.log(1 + (len(documents) - found + 0.5) / (found + 0.5))
    counts.data = counts.data * (k + 1) / (counts.data + norm[counts.indices]) * np.repeat(rarity, found)
    scores: np.ndarray = (counter.transform(asked).astype(np.float32) @ counts.T).toarray()
    return scores
