"""Emoji alone: the network has met too few of them to accuse anybody, so that what it would say is halved."""

from collections.abc import Mapping

from binome.kit.reader.insight import Insight

CALM = {"irony": "literal", "toxicity": "ok", "hate": "ok", "spam": "ok", "distress": "none", "legal": "none"}
"""Readings that weigh on somebody, and what they say when there is nothing to say."""

RUDE = frozenset("🖕")
"""What needs no word beside it."""


def is_wordless(text: str) -> bool:
    """Whether there is neither letter nor digit in it, nor a gesture that says enough."""
    return not any(sign.isalnum() or sign in RUDE for sign in text)


def calmed(insight: Insight) -> Insight:
    """The same with half the chance of whatever weighs on somebody, and no words named for it."""
    chances = {task: _calmed(every, CALM[task]) if task in CALM else every for task, every in insight.chances.items()}
    return Insight(chances, {task: words for task, words in insight.words.items() if task not in CALM})


def _calmed(chances: Mapping[str, float], quiet: str) -> dict[str, float]:
    """In the order of the labels."""
    return {label: chance / 2 + (0.5 if label == quiet else 0.0) for label, chance in chances.items()}
