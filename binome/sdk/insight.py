"""What a stage may ask of the small network that reads messages: computed once for all stages of a batch."""

from collections.abc import Mapping, Sequence
from typing import Any

from binome.kit.reader import Insight, insights
from binome.sdk.stage import Annotation, Reading

__all__ = ["Insight", "first_of", "insights_of", "of_two", "with_words"]


def insights_of(readings: Sequence[Reading]) -> list[Insight]:
    """What the network makes of each message with what was said before it, in order."""
    return insights([reading.message for reading in readings])


def first_of(insight: Insight, task: str) -> Annotation:
    """The likeliest label of a task, its chance, and the words that weighed."""
    chances = insight.chances[task]
    label = max(chances, key=lambda name: chances[name])
    return Annotation(label, round(chances[label], 3), with_words(insight, task, {}))


def of_two(insight: Insight, task: str, label: str, otherwise: str) -> Annotation:
    """One label of a task or its contrary; the confidence is the chance of the one that is said."""
    chance = insight.chances[task][label]
    said = label if chance >= 0.5 else otherwise
    evidence = with_words(insight, task, {}) if said == label else {}
    return Annotation(said, round(max(chance, 1 - chance), 3), evidence)


def with_words(insight: Insight, task: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence, and the words that weighed in this task if they are known."""
    words = insight.words.get(task, ())
    return {**evidence, "words": list(words)} if words else dict(evidence)
