"""A text to learn from: what it is labelled with, how far that is trusted, whether it may be trained on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

TASKS: Mapping[str, tuple[str, ...]] = {
    "sentiment": ("negative", "neutral", "positive"),
    "emotion": ("anger", "sadness", "fear", "joy", "surprise", "disgust", "none"),
    "irony": ("literal", "ironic"),
    "toxicity": ("ok", "toxic"),
    "hate": ("ok", "hate"),
    "target": ("nobody", "person", "group", "brand"),
    "spam": ("ok", "spam"),
    "intent": (
        "question",
        "request",
        "complaint",
        "thanks",
        "praise",
        "greeting",
        "insult",
        "bug",
        "idea",
        "order",
        "news",
        "goodbye",
        "other",
    ),
    "asks": ("no", "question"),
    "urgency": ("normal", "urgent"),
    "distress": ("none", "distress"),
    "conflict": ("calm", "derailing"),
    "commitment": ("none", "promise"),
    "legal": ("none", "action", "press", "authority", "minor", "health", "money"),
    "kinds": ("insult", "threat", "sexual", "harassment", "self_harm", "doxxing"),
    "groups": ("origin", "religion", "gender", "orientation", "disability", "other"),
}
"""What is read, and what each reading may say. In the tasks of SEVERAL any number of them may hold."""

SEVERAL = frozenset({"kinds", "groups"})

IN_THREAD = frozenset({"irony", "conflict", "commitment", "toxicity"})
"""Tasks that also see the texts before."""

Labels = Mapping[str, str | Mapping[str, bool]]


@dataclass(frozen=True)
class Example:
    """One text. *trust* (0–1) by task, 1 where nothing is said; *group*: whom it speaks of; *kind*: what it is there for."""

    text: str
    language: str
    source: str
    labels: Labels
    context: tuple[str, ...] = ()
    family: str = ""
    trust: Mapping[str, float] = field(default_factory=dict)
    group: str = ""
    kind: str = ""

    @property
    def part(self) -> float:
        """A number from 0 to 1 that depends on the family (or the text) alone: halves and tenths are cut by it."""
        return fraction(self.family or " ".join(self.text.lower().split()))


def fraction(text: str) -> float:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=6).digest(), "big") / 2**48
