"""A stage reads messages: a pure function of a frozen `Reading`, on batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True)
class Annotation:
    """What a stage says of a message. *confidence* is a calibrated probability that *label* is right."""

    label: str
    confidence: float
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """A message as a stage sees it: its text, the earlier texts of its thread (oldest first), earlier annotations."""

    text: str
    thread: tuple[str, ...] = ()
    author: str = ""
    annotations: Mapping[str, Annotation] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    """What the channel already knows, e.g. {"language": "fr"}."""


class Stage(Protocol):
    """One file, one `STAGE`: found by the registry, sorted by *needs*."""

    name: str
    version: str
    needs: tuple[str, ...]
    cost: Literal["LOCAL", "REMOTE"]

    def read(self, readings: Sequence[Reading]) -> Sequence[Annotation | None]:
        """One annotation a reading, in order; None where the stage has nothing to say. Never raises on any text."""
        ...
