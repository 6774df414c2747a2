"""Where the playground's messages are: in the memory of this process, shared by the channels of one room."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from binome.connectors.playground import payloads
from binome.sdk import errors
from binome.sdk.types import Moderation, OutgoingMessage

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
    """*feed*: bodies said here, in order; *arrived*: replies by key; *failures*: those planned for the next calls;
    *moderated*: whether a message is hidden, by its id, for those of which it was said."""

    feed: list[bytes] = field(default_factory=list)
    arrived: dict[str, OutgoingMessage] = field(default_factory=dict)
    failures: deque[str] = field(default_factory=deque)
    moderated: dict[str, bool] = field(default_factory=dict)

    def say(self, body: bytes) -> None:
        """Somebody of the pretend community wrote this (a body as `payloads` has it)."""
        self.feed.append(body)

    def take(self, message: OutgoingMessage, failure: str = "") -> None:
        """Keep a reply, once a key; play *failure*, or the next one planned."""
        with self._played(failure) as arrives:
            if arrives:
                self.arrived.setdefault(message.key, message)

    def moderate(self, wanted: Moderation, failure: str = "") -> None:
        """Hide a message, or show it; play *failure*, or the next one planned."""
        with self._played(failure) as arrives:
            if arrives:
                self.moderated[wanted.message_id] = wanted.hidden

    def seen(self) -> dict[str, Literal["shown", "hidden", "waiting"]]:
        """How each message said here stands before the people of the room; *waiting*: held until somebody approves it."""
        said = {one.id: one.held for one in map(payloads.read, self.feed) if one.kind != "deleted"}
        told = self.moderated
        return {
            one: ("hidden" if told[one] else "shown") if one in told else "waiting" if held else "shown"
            for one, held in said.items()
        }

    @contextmanager
    def _played(self, failure: str) -> Iterator[bool]:
        """Whether what is asked arrives; at the end of the block, the failure."""
        failure = failure or (self.failures.popleft() if self.failures else "")
        yield failure in ("", ARRIVES_ALL_THE_SAME)
        if failure:
            raise FAILURES[failure](f"played: {failure}")


@cache
def room(name: str) -> Room:
    """The room of this name, made when first asked for."""
    return Room()
