"""States and the moves allowed between them."""

from collections.abc import Mapping


class MoveRefused(ValueError):
    """This is no longer possible: it has changed state in the meantime."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"{before} → {after}")
        self.before, self.after = before, after


class Transitions:
    """Which state may follow which; asks nothing of what is moved."""

    def __init__(self, allowed: Mapping[str, set[str]]) -> None:
        self.allowed = allowed

    def check(self, before: str, after: str) -> str:
        """*after*, if it may follow *before*; `MoveRefused` otherwise."""
        if after not in self.allowed.get(before, set()):
            raise MoveRefused(before, after)
        return after
