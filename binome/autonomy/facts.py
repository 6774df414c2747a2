"""What happens to the AI's autonomy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LaneChanged:
    lane: int
    level: str
    on_trial: bool


@dataclass(frozen=True)
class LaneOpened:
    """An owner let the AI act alone on evidence, from this confidence on."""

    lane: int
    opening: int
    life: int
    threshold: float


@dataclass(frozen=True)
class LaneFellBack:
    """The AI lowered its own autonomy; *why* is one of `Opening.Why`."""

    lane: int
    opening: int
    why: str


@dataclass(frozen=True)
class LaneGrew:
    """A topic has evidence enough to be looked at by itself."""

    lane: int
    parent: int


@dataclass(frozen=True)
class VerdictGiven:
    verdict: int
    lane: int
    suggestion: int
    judgement: str
    wrong: bool


@dataclass(frozen=True)
class VerdictsVoided:
    """Evidence that no longer counts; *why* is one of the reasons of `guarantee.why_void`."""

    lane: int
    verdicts: int
    why: str


@dataclass(frozen=True)
class OutcomeSeen:
    """What was sent turned out badly: reversed, complained, again."""

    lane: int
    suggestion: int
    kind: str


@dataclass(frozen=True)
class AuditDrawn:
    audit: int
    lane: int
    suggestion: int


@dataclass(frozen=True)
class RulesChanged:
    changed: list[str]


@dataclass(frozen=True)
class DigestWritten:
    digest: int
    begins_on: str
