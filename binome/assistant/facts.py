"""What the AI proposes and does, and what people make of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SuggestionMade:
    suggestion: int
    conversation: int
    message: int
    lane: int


@dataclass(frozen=True)
class ActedAlone:
    suggestion: int
    conversation: int
    message: int
    reply: int
    lane: int


@dataclass(frozen=True)
class SuggestionSettled:
    """A person decided (accepted, edited, refused), or it lapsed."""

    suggestion: int
    conversation: int
    state: str


@dataclass(frozen=True)
class LeftInPeace:
    """Nothing to do: a thank-you, a goodbye."""

    message: int
    conversation: int


@dataclass(frozen=True)
class DraftWanted:
    """Somebody asked for a draft, or the AI owes one."""

    request: int
    conversation: int
    message: int


@dataclass(frozen=True)
class DraftFailed:
    """No draft came of it; *why*: what stopped it."""

    request: int
    conversation: int
    why: str


@dataclass(frozen=True)
class VoiceChanged:
    """Which touches, never their words."""

    changed: list[str]


@dataclass(frozen=True)
class RehearsalAsked:
    rehearsal: int


@dataclass(frozen=True)
class RehearsalDone:
    rehearsal: int
    cases: int
    alone: int
    wrong: int


@dataclass(frozen=True)
class SortedAlone:
    """A tag was put on, or a conversation closed, without a person."""

    suggestion: int
    conversation: int
    message: int
    lane: int


@dataclass(frozen=True)
class HabitLearned:
    """When a team puts which tag, or sends which prepared reply, was learned anew; how many of them are known."""

    habit: int
    act: str
    known: int
