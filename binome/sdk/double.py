"""What a connector's folder offers so that the contract suite can try it without a network.

`tests/double.py` holds `double()`, a context manager that gives a `Double`: a pretend platform, and an account on it.
The secrets of the account must be long enough to be recognised wherever they should not be.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from binome.sdk.errors import AccessExpired, ConnectorError, OutcomeUnknown, RateLimited, Rejected, Unavailable
from binome.sdk.types import Account, Moderation, OutgoingMessage, WebhookRequest


class Double(Protocol):
    """A platform as a test plays it. *hosts*: every host that was spoken to."""

    account: Account
    hosts: list[str]

    def put(self) -> None:
        """Reads: one more thing to read appears on the platform."""
        ...

    def request(self) -> WebhookRequest:
        """Listens: an authentic request, always the same."""
        ...

    def forgeries(self) -> Sequence[WebhookRequest]:
        """Listens: requests that prove nothing."""
        ...

    def outgoing(self, key: str) -> OutgoingMessage:
        """Replies: a message that the platform takes."""
        ...

    def arrived(self, key: str) -> int:
        """Replies: how many messages with this key people on the platform see."""
        ...

    def moderation(self, key: str, *, hidden: bool) -> Moderation:
        """Moderates: hide, or show, a message that is there."""
        ...

    def hidden(self) -> bool:
        """Moderates: whether people on the platform do not see that message."""
        ...

    @property
    def failures(self) -> Mapping[str, type[ConnectorError]]:
        """Replies, moderates: the ways to fail that `fail` can play, and what the connector must make of each."""
        ...

    def fail(self, name: str) -> None:
        """Replies: fail in this way from now on."""
        ...


WRITE_FAILURES: Mapping[str, type[ConnectorError]] = {
    **{str(status): Rejected for status in (301, 302, 307, 400, 403, 404, 405, 410, 413, 415, 422, 451)},
    **{str(status): OutcomeUnknown for status in (409, 500, 501, 502, 503, 504, 520, 599)},
    "401": AccessExpired,
    "408": Unavailable,
    "425": Unavailable,
    "429": RateLimited,
    "refused": Unavailable,
    "lost": OutcomeUnknown,
    "late": OutcomeUnknown,
    "unreadable": OutcomeUnknown,
}
"""For platforms spoken to by HTTP: what a write must make of each status and accident."""
