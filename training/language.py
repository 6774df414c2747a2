"""Makes binome/stages/language.npz: which of seven languages a word belongs to.

    python training/language.py --lingua WHEEL --translations WHEEL … --data DIR

Two Apache-2.0 sources, fetched with pip: the n-gram counts of `lingua-language-detector` 1.4.2, and the interface
translations of `homeassistant` and `home-assistant-frontend` (edges of words, which the first does not know). French
and English gain the OPEN sets of --data; `language_words.toml` gives everyday words and text-message spellings.
The package `brotli` is needed to read the first.
"""

import argparse
import gzip
import json
import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import brotli
import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import SGDClassifier

from binome.stages import language as stage

HERE = Path(__file__).parent
OPEN = {
    "fr": ["fr_faq_service_public", "fr_feedback_appreviews", "fr_absa_mabsa_train"],
    "en": ["en_intent_banking77", "en_feedback_appreviews", "en_absa_mabsa_train"],
}
NOISE = re.compile(r"\{[^}]*\}|<[^>]*>|https?:\S+|`[^`]*`|\[[^\]]*\]\([^)]*\)|\*")
WORD = re.compile(r"[^\W\d_]+")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lingua", type=Path, required=True)
    options.add_argument("--translations", type=Path, nargs="+", required=True)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--output", type=Path, default=HERE.parent / "binome/stages/language.npz")
    given = options.parse_args()
    model = stage.Model(*grams(given.lingua), *nothing_yet())
    words, labels, weights = examples(given.translations, given.data)
    np.savez_compressed(given.output, **packed(model, fit(model, words, labels, weights)))


def grams(wheel: Path) -> tuple[np.ndarray, np.ndarray]:
    """Sorted keys of all n-grams, and for each its conditional log probability by language, in steps of 1/20 (0: unseen)."""
    table: dict[int, list[int]] = defaultdict(lambda: [0] * len(stage.LANGUAGES))
    with ZipFile(wheel) as archive:
        for column, language in enumerate(stage.LANGUAGES):
            for name in ("unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"):
                path = f"lingua/language-models/{language}/{name}.json.br"
                for fraction, members in json.loads(brotli.decompress(archive.read(path)))["ngrams"].items():
                    above, below = map(int, fraction.split("/"))
                    for member in members.split():
                        step = max(1, round(255 + 20 * math.log(above / below)))
                        table[stage.key(member)][column] = step
    keys = sorted(table)
    return np.array(keys, np.uint32), np.array([table[key] for key in keys], np.uint8)


def nothing_yet() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = len(stage.LANGUAGES)
    return np.zeros((stage.EDGES, count), np.float32), np.zeros((count, count)), np.zeros(count)


def examples(wheels: list[Path], data: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Words with their language, weighted by the logarithm of their frequency; languages weigh the same."""
    words, labels, weights = [], [], []
    everyday = tomllib.loads((HERE / "language_words.toml").read_text("utf-8"))
    for column, counts in enumerate(frequencies(wheels, data)):
        total = sum(counts.values())
        for word in everyday[stage.LANGUAGES[column]].split():
            counts[word] += total // 400
        own = {word: math.log1p(count * 1e5 / total) + 0.3 for word, count in counts.items()}
        share = sum(own.values())
        for word, weight in own.items():
            words.append(word)
            labels.append(column)
            weights.append(weight / share)
    return words, np.array(labels), np.array(weights) * len(words)


def frequencies(wheels: list[Path], data: Path) -> list[Counter[str]]:
    found: dict[str, set[str]] = {language: set() for language in stage.LANGUAGES}
    for wheel in wheels:
        for language, text in translations(wheel):
            found[language].add(text)
    counts = []
    for language in stage.LANGUAGES:
        texts = found[language] if language == "en" else found[language] - found["en"]
        own = Counter(word.lower() for text in texts for word in WORD.findall(NOISE.sub(" ", text)) if len(word) > 1)
        counts.append(own + seen_twice(data, OPEN.get(language, [])))
    return counts


def translations(wheel: Path) -> Iterator[tuple[str, str]]:
    with ZipFile(wheel) as archive:
        for path in archive.namelist():
            named = re.search(r"translations/(?:.*/)?([a-z]{2})(?:-BR)?(?:-[0-9a-f]{32})?\.json$", path)
            if named and named[1] in stage.LANGUAGES:
                for text in strings(json.loads(archive.read(path))):
                    yield named[1], text


def strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from strings(child)


def seen_twice(data: Path, names: list[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name in names:
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                said = " ".join(str(row.get(field, "")) for field in ("text", "question", "answer"))
                counts.update(word.lower() for word in WORD.findall(said) if len(word) > 1)
    return Counter({word: count for word, count in counts.items() if count > 1})


def fit(model: stage.Model, words: list[str], labels: np.ndarray, weights: np.ndarray) -> SGDClassifier:
    inside = sp.csr_matrix(np.concatenate([model.inside(words[at : at + 1_000]) for at in range(0, len(words), 1_000)]))
    together = sp.hstack([edges(words), inside]).tocsr()
    classifier = SGDClassifier(loss="log_loss", alpha=3e-5, max_iter=20, tol=None, random_state=0, average=True)
    return classifier.fit(together, labels, sample_weight=weights)


def edges(words: list[str]) -> sp.csr_matrix:
    slots, starts = stage.edge_slots(words)
    return sp.csr_matrix((np.ones(len(slots)), slots, np.append(starts, len(slots))), shape=(len(words), stage.EDGES))


def packed(model: stage.Model, classifier: SGDClassifier) -> dict[str, np.ndarray]:
    edge, inside = classifier.coef_[:, : stage.EDGES].T, classifier.coef_[:, stage.EDGES :].T
    scale = np.abs(edge).max() / 127
    return {
        "gaps": np.diff(model.keys, prepend=np.uint32(0)),
        "steps": model.steps,
        "edges": np.round(edge / scale).astype(np.int8),
        "scale": np.float32(scale),
        "mix": inside.astype(np.float32),
        "bias": classifier.intercept_.astype(np.float32),
    }


if __name__ == "__main__":
    main()
