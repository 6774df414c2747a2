"""What happens to the AI's autonomy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LaneChanged:
    lane: int
    level: str
    on_trial: bool


@dataclass(frozen=True)
class VerdictGiven:
    verdict: int
    lane: int
    suggestion: int
    judgement: str
    wrong: bool


@dataclass(frozen=True)
class AuditDrawn:
    audit: int
    lane: int
    suggestion: int
