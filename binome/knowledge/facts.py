"""What happens to what may be quoted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceWritten:
    source: int
    revision: int


@dataclass(frozen=True)
class SourceArchived:
    source: int
    archived: bool


@dataclass(frozen=True)
class GapFound:
    gap: int
    message: int
    group: int


@dataclass(frozen=True)
class GapsFilled:
    source: int
    gaps: int


@dataclass(frozen=True)
class KnowledgeImported:
    batch: int
    new: int
    changed: int
