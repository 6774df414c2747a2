"""Where the playground's messages are: in the memory of this process, shared by the channels of one room."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from binome.sdk import errors
from binome.sdk.types import OutgoingMessage

FAILURES: Mapping[str, type[errors.ConnectorError]] = {
    "AccessExpired": errors.AccessExpired,
    "AccessRevoked": errors.AccessRevoked,
    "RateLimited": errors.RateLimited,
    "Unavailable": errors.Unavailable,
    "Rejected": errors.Rejected,
    "Malformed": errors.Malformed,
    "OutcomeUnknown": errors.OutcomeUnknown,
    "Lost": errors.OutcomeUnknown,
}
ARRIVES_ALL_THE_SAME = "OutcomeUnknown"


@dataclass
class Room:
    """*feed*: bodies said here, in order; *arrived*: replies by key; *failures*: those planned for the next replies."""

    feed: list[bytes] = field(default_factory=list)
    arrived: dict[str, OutgoingMessage] = field(default_factory=dict)
    failures: deque[str] = field(default_factory=deque)

    def say(self, body: bytes) -> None:
        """Somebody of the pretend community wrote this (a body as `payloads` has it)."""
        self.feed.append(body)

    def take(self, message: OutgoingMessage, failure: str = "") -> None:
        """Keep a reply, once a key; play *failure*, or the next one planned."""
        failure = failure or (self.failures.popleft() if self.failures else "")
        if failure in ("", ARRIVES_ALL_THE_SAME):
            self.arrived.setdefault(message.key, message)
        if failure:
            raise FAILURES[failure](f"played: {failure}")


@cache
def room(name: str) -> Room:
    """The room of this name, made when first asked for."""
    return Room()
