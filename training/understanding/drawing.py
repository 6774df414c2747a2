"""Which examples a pass sees, and what each weighs for each task: classes alike, sources by their worth."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from training.understanding.batches import Learnt
from training.understanding.examples import SEVERAL, TASKS, Example

OWN_SEEN, OWN_TRUST = 4.0, 2.0
"""How often our own texts are seen in a pass, and how far their labels are trusted: written for these very tasks."""

TEMPLATES_SEEN = 0.7
"""How often each filled sentence is: they are many and alike."""

SEEN: Mapping[str, float] = {
    "en_intent_banking77": 0.05,
    "en_intent_clinc150": 0.05,
    "en_intent_hwu64": 0.08,
    "en_hate_davidson": 0.25,
    "en_hate_edos_sexism": 0.4,
    "en_toxic_spans_train": 0.4,
    "multi_crisis_t26": 0.15,
    "en_spam_youtube": 4.0,
    "en_sarcasm_isarcasm_train": 1.5,
    "en_emotion_goemotions_train": 0.6,
    "en_absa_mabsa_train": 0.25,
    "en_absa_mabsa_dev": 0.25,
    "fr_absa_mabsa_train": 0.25,
    "fr_absa_mabsa_dev": 0.25,
    "fr_emotion_xed": 0.7,
    "en_feedback_appreviews": 0.6,
    "fr_feedback_appreviews": 0.6,
}
"""How often the others are; 1 where nothing is said."""

WORTH: Mapping[str, float] = {
    "sentiment": 1.5,
    "emotion": 0.5,
    "irony": 1.0,
    "toxicity": 1.2,
    "hate": 1.5,
    "target": 0.3,
    "kinds": 0.5,
    "groups": 0.2,
    "spam": 0.8,
    "intent": 0.5,
    "asks": 0.4,
    "urgency": 0.5,
    "distress": 0.6,
    "legal": 0.6,
    "conflict": 0.4,
    "commitment": 0.3,
}
MOST = 6.0
"""The most that one row weighs in a task, against the average of all rows: a rare class must not shake the network."""


def weighed(examples: Sequence[Example], public: float = 1.0) -> list[Learnt]:
    """Each example with its weight by task: all classes of a task weigh alike, each task what it is worth.

    *public*: which part of the public sets a pass sees.
    """
    doubt = _doubt(examples, public)
    mass: dict[str, Counter[str]] = {task: Counter() for task in TASKS}
    for example in examples:
        for task, label in _plain(example):
            mass[task][label] += _trust(example, task) * doubt(example, task) * _seen(example, public)
    rows = sum(_seen(example, public) for example in examples)
    learnt = []
    for example in examples:
        weights = {}
        for task, label in _plain(example):
            share = mass[task].total() / len(mass[task]) / mass[task][label]
            scale = min(rows / mass[task].total(), 8.0)
            trust = _trust(example, task) * doubt(example, task)
            weights[task] = WORTH[task] * trust * min(share, 6.0) * min(scale, MOST)
        learnt.append(Learnt(example, weights))
    return learnt


def _doubt(examples: Sequence[Example], public: float) -> Callable[[Example, str], float]:
    """By how much to trust less what our texts were not labelled with but only presumed to say.

    What is presumed of a class weighs no more than what was labelled: close twins written by hand are not to drown.
    """
    labelled, presumed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for example in examples:
        for said in _plain(example):
            mass = presumed if _is_presumed(example, said[0]) else labelled
            mass[said] += _trust(example, said[0]) * _seen(example, public)
    shares = {said: min(1.0, labelled[said] / mass) for said, mass in presumed.items() if labelled[said]}
    return lambda example, task: (
        shares.get((task, str(example.labels[task])), 1.0) if _is_presumed(example, task) else 1.0
    )


def _is_presumed(example: Example, task: str) -> bool:
    return task in example.trust and "_own_" in example.source


def drawn(learnt: Sequence[Learnt], chance: random.Random, public: float = 1.0) -> list[Learnt]:
    """The rows of one pass: each as often as its source is seen, by chance where that is no whole number."""
    rows = []
    for row in learnt:
        times = _seen(row.example, public)
        rows += [row] * (int(times) + (chance.random() < times % 1))
    return rows


def split(examples: Iterable[Example]) -> tuple[list[Example], list[Example], list[Example]]:
    """(to fit, to calibrate, to measure) by family; a text met twice stays where it is met first."""
    fit, calibrate, measure = [], [], []
    for example in examples:
        at = example.part
        (fit if at < 0.86 else measure if at < 0.93 else calibrate).append(example)
    return fit, calibrate, measure


def _plain(example: Example) -> Iterator[tuple[str, str]]:
    for task, label in example.labels.items():
        if task not in TASKS:
            continue
        if task in SEVERAL:
            yield task, "some" if any(dict(label).values()) else "none"  # type: ignore[arg-type]
        elif label in TASKS[task]:
            yield task, str(label)


def _trust(example: Example, task: str) -> float:
    return example.trust.get(task, OWN_TRUST if "_own_" in example.source else 1.0)


def _seen(example: Example, public: float) -> float:
    if example.source.endswith("_own_templates"):
        return TEMPLATES_SEEN
    return OWN_SEEN if "_own_" in example.source else SEEN.get(example.source, 1.0) * public
