"""What a check of the installation found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """*name* is for programs and never changes; *says* and *remedy* are for people."""

    name: str
    state: State
    says: str
    remedy: str = ""


def good(name: str, says: str) -> Finding:
    return Finding(name, State.GOOD, says)


def warning(name: str, says: str, remedy: str) -> Finding:
    return Finding(name, State.WARNING, says, remedy)


def bad(name: str, says: str, remedy: str) -> Finding:
    return Finding(name, State.BAD, says, remedy)
