"""A stage reads messages: a pure function of a frozen `Reading`, on batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from binome.kit.reader import Message

PLAINLY = frozenset({"harmless", "means"})
"""Meanings that take the place of the word when a message is read."""

NEUTRAL = "Canal"
"""What stands for a word that means no harm: a name like another."""


@dataclass(frozen=True)
class Annotation:
    """What a stage says of a message. *confidence* is a calibrated probability that *label* is right."""

    label: str
    confidence: float
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """A word of the workspace's own met in the text, from *start* to *end*.

    *meaning*: "harmless" (no insult here), "urgent", "topic" or "means"; *value*: which topic, or what it means.
    """

    text: str
    meaning: str
    value: str
    start: int
    end: int


class Picture(Protocol):
    """A picture that came with a message: only its bytes, read when they are asked for; where they are kept is nobody's matter.

    *key*: how its reading is told apart from that of the other pictures of its message.
    """

    @property
    def key(self) -> str: ...

    def content(self) -> bytes:
        """All of it; empty where it is kept no more."""
        ...


@dataclass(frozen=True)
class Reading:
    """A message as a stage sees it: its text, the earlier texts of its thread (oldest first), earlier annotations."""

    text: str
    thread: tuple[str, ...] = ()
    author: str = ""
    annotations: Mapping[str, Annotation] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    """What is already known, where it is: "language", that of the conversation, and "home", that of the place."""
    lexicon: tuple[Term, ...] = ()
    """The workspace's own words that this text holds, in order; a stage that reads meaning reads `plain` instead."""
    pictures: tuple[Picture, ...] = ()
    """Shown to stages that are read apart only."""
    known_pictures: tuple[str, ...] = ()
    """Fingerprints of pictures that this workspace wants a person to see."""
    thread_by: tuple[str, ...] = ()
    """The author of each text of the thread, "" for the team; empty where they are not known."""

    @cached_property
    def message(self) -> Message:
        """What the network that reads messages is asked, once for all stages."""
        return Message(self.plain, self.thread)

    @property
    def plain(self) -> str:
        """The text with the workspace's own words put in words that everybody understands."""
        told, end = [], 0
        for term in self.lexicon:
            if term.meaning in PLAINLY and term.start >= end:
                told += [self.text[end : term.start], term.value or NEUTRAL]
                end = term.end
        return "".join([*told, self.text[end:]]) if told else self.text


class Stage(Protocol):
    """One file, one `STAGE`: found by the registry, sorted by *needs*."""

    name: str
    version: str
    needs: tuple[str, ...]
    cost: Literal["LOCAL", "APART", "REMOTE"]
    """LOCAL: a millisecond a message, read as messages come in. APART: slow, or at the mercy of what it opens: read by itself,
    a message at a time, after the decision that must do without it."""

    def read(self, readings: Sequence[Reading]) -> Sequence[Annotation | None]:
        """One annotation a reading, in order; None where the stage has nothing to say. Never raises on any text."""
        ...
