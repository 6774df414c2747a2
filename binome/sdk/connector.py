"""What a connector can do: small protocols, each optional, found by looking, never by inheritance.

A connector is a class `Connector` in `connector.py`, made with one `Account`. It implements what its manifest declares.
"""

from typing import Protocol, runtime_checkable

from binome.sdk.types import Batch, Incoming, Moderation, OutgoingMessage, Payload, Sent, WebhookRequest


@runtime_checkable
class Parses(Protocol):
    """Understands the platform's own form; needed by whatever reads or listens."""

    def parse(self, payload: Payload) -> list[Incoming]:
        """What the payload says, in order; `Malformed` when it is not in the documented form."""
        ...


@runtime_checkable
class Reads(Protocol):
    """Fetches what is new since a cursor."""

    def read(self, cursor: str) -> Batch:
        """What came after *cursor* ('' the first time). Reading twice from one cursor gives the same payloads."""
        ...


@runtime_checkable
class Listens(Protocol):
    """Takes what the platform pushes."""

    def accept(self, request: WebhookRequest) -> list[Payload]:
        """The payloads of an authentic request; `Forged` otherwise."""
        ...


@runtime_checkable
class Replies(Protocol):
    """Answers in a thread."""

    def reply(self, message: OutgoingMessage) -> Sent:
        """Send once. A lost answer, a 5xx, an unreadable success are all `OutcomeUnknown`."""
        ...


@runtime_checkable
class Finds(Protocol):
    """Can tell whether a message left."""

    def find(self, message: OutgoingMessage) -> Sent | None:
        """The message sent under this key, None if it never arrived; `OutcomeUnknown` if the platform cannot tell."""
        ...


@runtime_checkable
class Moderates(Protocol):
    """Hides what members wrote, and shows it."""

    def moderate(self, wanted: Moderation) -> None:
        """Hide or show one message; asking twice changes nothing. So a lost answer, a 5xx (`OutcomeUnknown`) are asked again."""
        ...


@runtime_checkable
class Checks(Protocol):
    """Can try its access without changing anything."""

    def check(self) -> None:
        """Return if the place can be reached with these credentials; raise a `ConnectorError` otherwise."""
        ...


CAPABILITIES: dict[str, type] = {
    "reads": Reads,
    "listens": Listens,
    "replies": Replies,
    "finds": Finds,
    "moderates": Moderates,
    "checks": Checks,
}
