"""What happens to the memory of replies; ids and numbers only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HistoryTaken:
    """A file of past exchanges was taken in."""

    intake: int
    messages: int
    new: int


@dataclass(frozen=True)
class ProblemApproved:
    """A person made an entry of a problem's answer."""

    problem: int
    source: int


@dataclass(frozen=True)
class ProblemSetAside:
    problem: int
    aside: bool


@dataclass(frozen=True)
class ProblemsMerged:
    problem: int
    merged: list[int]


@dataclass(frozen=True)
class ProblemSplit:
    problem: int
    new: int


@dataclass(frozen=True)
class AuthorForgotten:
    """All that a member wrote in past exchanges, and what was answered to them, is gone."""

    threads: int
