"""Messages as if the stages had said something of them, whatever the shipped models would."""

from collections.abc import Sequence
from typing import Any, Literal

from binome.inbox import threads
from binome.inbox.models import Message
from binome.sdk.stage import Annotation, Reading
from binome.understanding import keeping
from binome.understanding.running import versions_of_stages

QUIET: dict[str, tuple[Any, ...]] = {
    "irony": ("literal", 0.95), "emotion": ("none", 0.9), "toxicity": ("ok", 0.98), "hate": ("ok", 0.99),
    "urgency": ("normal", 0.9), "distress": ("none", 0.97), "legal": ("none", 0.9), "conflict": ("calm", 0.9),
    "spam": ("ok", 0.99), "intent": ("other", 0.6), "sentiment": ("neutral", 0.8), "language": ("fr", 0.99),
    "question": ("no", 0.9), "person_wanted": ("no", 0.97), "personal_data": ("none", 0.97), "sensitive": ("none", 0.95),
}  # fmt: skip


PLAIN = {
    "question": "asks", "person_wanted": "no", "sensitive": "none", "language": "fr", "distress": "none", "legal": "none",
    "hate": "ok", "toxicity": "ok", "irony": "literal", "emotion": "none", "urgency": "normal", "spam": "ok", "links": "none",
}  # fmt: skip
"""What the stages that speak of every message say of a plain question."""


def annotate(message: Message, **said: tuple[Any, ...]) -> None:
    """Keep, of this message, nothing of consequence but what is *said*: stage=(label, confidence[, evidence])."""
    [row] = threads.said([message.pk])
    annotations = {stage: Annotation(*told) for stage, told in {**QUIET, **said}.items()}
    keeping.keep([keeping.Read(row, annotations, versions_of_stages())])


class Saying:
    """A stage that says the same of every message."""

    version = "1"
    cost: Literal["LOCAL"] = "LOCAL"
    needs: tuple[str, ...] = ()

    def __init__(self, name: str, *told: Any) -> None:
        self.name, self.told = name, Annotation(*told)

    def read(self, readings: Sequence[Reading]) -> list[Annotation | None]:
        return [self.told] * len(readings)
