"""Orders a shortlist and says how likely its first is right: two small trained networks for each kind of collection."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from binome.knowledge.matching.signals import SIGNALS, Question
from binome.knowledge.matching.statistics import CollectionStatistics

Numbers = NDArray[np.float32]
WEIGHTS = Path(__file__).parent / "weights" / "judgement.npz"
SHA256 = "25f1ae56e06688c8d87f7b9ab2537b288a0a41daa16d07155eb6784df216e75c"
KINDS = ("plain", "trained", "drilled")
CONTEXT = (
    "lead", "lead_on_third", "share", "lead_meaning", "lead_classified", "nearest_example", "entries", "texts_per_entry",
    "question_words", "known_words", "known_rarity", "question_language", "first_in_meaning",
)  # fmt: skip
_DECISION, _CORRECTION = 10.0, 0.2
_MEANING = SIGNALS.index("meaning_best_text")
_CLASSIFIED = SIGNALS.index("classified")
_TOGETHER = SIGNALS.index("meaning_together")


class DamagedWeights(Exception):
    """The file of weights is not the one that this version was shipped with."""


@dataclass(frozen=True, slots=True)
class Network:
    """Standardise, one hidden layer of tanh, one output."""

    mean: Numbers
    scale: Numbers
    hidden: Numbers
    hidden_bias: Numbers
    output: Numbers
    output_bias: Numbers
    direct: Numbers

    def __call__(self, rows: Numbers) -> Numbers:
        """One number for each row."""
        x = np.clip((rows - self.mean) / self.scale, -8, 8)
        value: Numbers = np.tanh(x @ self.hidden + self.hidden_bias) @ self.output + x @ self.direct + self.output_bias
        return value


@dataclass(frozen=True, slots=True)
class Judgement:
    """Positions in the shortlist, the best first, with each one's probability of being the right answer."""

    order: list[int]
    confidences: list[float]


def judge(
    question: Question, signals: Numbers, statistics: CollectionStatistics, nearest_example: float = 0.0
) -> Judgement:
    """Order the shortlist (k, signals) and weigh its first against having no answer."""
    signals = seen_by(statistics.kind, signals)
    scores = rank(signals, statistics.kind, network(statistics.kind, "rank"))
    order = np.argsort(-scores, kind="stable")
    row = describe(question, signals, scores, order, statistics, nearest_example)
    sure = float(1 / (1 + np.exp(-network(statistics.kind, "judge")(row[None])[0])))
    relative = np.exp(scores[order] - scores[order[0]])
    return Judgement([int(i) for i in order], [sure * float(share) for share in relative])


def seen_by(kind: str, signals: Numbers) -> Numbers:
    """The signals that the networks of a kind look at: where entries have many texts, neither answers nor other names."""
    return signals if kind == "plain" else signals[:, :_TOGETHER]


def rank(signals: Numbers, kind: str, ordering: Network) -> Numbers:
    """One score for each shortlisted entry; where a classifier learnt from many texts it decides, the network corrects."""
    scores = ordering(signals)
    if kind != "drilled":
        return scores
    shares = np.exp(scores - scores.max())
    decided: Numbers = _DECISION * (signals[:, _CLASSIFIED] + _CORRECTION * shares / shares.sum())
    return decided


def describe(
    question: Question,
    signals: Numbers,
    scores: Numbers,
    order: NDArray[np.int64],
    statistics: CollectionStatistics,
    nearest_example: float,
) -> Numbers:
    """What the judgement of the first leans on: its own signals, its lead on the others, the collection, the question."""
    first, ranked = order[0], scores[order]
    shares = np.exp(ranked - ranked[0])
    stems = question.read.weights
    rarity = {stem: weight * statistics.rarity(stem) for stem, weight in stems.items()}
    known = [stem for stem in stems if stem in statistics.stem_entries]
    context = (
        ranked[0] - ranked[1] if len(ranked) > 1 else 5.0,
        ranked[0] - ranked[2] if len(ranked) > 2 else 5.0,
        1 / shares.sum(),
        lead(signals[:, _MEANING], first),
        lead(signals[:, _CLASSIFIED], first),
        nearest_example,
        np.log(statistics.entries) if statistics.kind == "plain" else 0.0,
        np.log(statistics.texts_per_entry) if statistics.kind == "plain" else 0.0,
        np.log1p(len(stems)),
        len(known) / max(len(stems), 1),
        sum(rarity[stem] for stem in known) / (sum(rarity.values()) or 1.0),
        float(question.language == statistics.language),
        float(signals[:, _MEANING].argmax() == first),
    )
    return np.concatenate([signals[first], np.array(context, np.float32)])


def lead(values: Numbers, first: int) -> float:
    """How far the first stands above the best of the others; its own value when it is alone."""
    if len(values) == 1:
        return float(values[0])
    best, second = np.partition(values, -2)[-1:-3:-1]
    return float(values[first] - (second if values[first] == best else best))


def network(kind: str, task: str) -> Network:
    """The shipped network of that kind of collection (plain, trained, drilled) and task (rank, judge)."""
    return networks()[f"{kind}_{task}"]


@cache
def networks() -> dict[str, Network]:
    """All networks of the shipped file; DamagedWeights when it is not the file of this version."""
    data = WEIGHTS.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise DamagedWeights(WEIGHTS.name)
    return read_networks(WEIGHTS)


def read_networks(path: Path) -> dict[str, Network]:
    """Networks of a file of arrays named kind_task_part, without pickle."""
    with np.load(path, allow_pickle=False) as arrays:
        names = {name.split("-")[0] for name in arrays.files}
        return {
            name: Network(**{part: arrays[f"{name}-{part}"] for part in Network.__slots__}) for name in sorted(names)
        }


def names() -> Sequence[str]:
    """The names of what the judgement of the first leans on, in order."""
    return (*SIGNALS, *CONTEXT)
