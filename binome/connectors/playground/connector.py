"""The reference connector: all that a connector can do, on a platform that lives in memory."""

import hmac

from binome.connectors.playground import payloads
from binome.connectors.playground.room import room
from binome.sdk.errors import AccessRevoked, Forged, Malformed
from binome.sdk.types import Account, Batch, Incoming, Moderation, OutgoingMessage, Payload, Sent, WebhookRequest

PAGE = 50


class Connector:
    """One room of the playground."""

    def __init__(self, account: Account) -> None:
        self._room, self._token = room(account.text("room", "demo")), account.secret("token")
        self._failure = account.text("fail_next")

    def read(self, cursor: str) -> Batch:
        """The next page of what was said; the cursor counts what was read."""
        start = _position(cursor)
        bodies = self._room.feed[start : start + PAGE]
        return Batch(tuple(Payload(body, payloads.key(body)) for body in bodies), str(start + len(bodies)))

    def accept(self, request: WebhookRequest) -> list[Payload]:
        """One message in the body, under the room's token."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._token or not hmac.compare_digest(given.encode(), self._token.encode()):
            raise Forged("not the token of this channel")
        return [Payload(request.body, payloads.key(request.body))]

    def parse(self, payload: Payload) -> list[Incoming]:
        """One message, edit or deletion."""
        return [payloads.read(payload.body).to_incoming()]

    def reply(self, message: OutgoingMessage) -> Sent:
        """Keep it in the room, once a key; fail if told to."""
        self._room.take(message, self._failure)
        return Sent(message.key)

    def find(self, message: OutgoingMessage) -> Sent | None:
        """Whether the room has it."""
        return Sent(message.key) if message.key in self._room.arrived else None

    def moderate(self, wanted: Moderation) -> None:
        """Hide it in the room, or show it there; fail if told to."""
        self._room.moderate(wanted, self._failure)

    def check(self) -> None:
        """A room always answers who has its token."""
        if not self._token:
            raise AccessRevoked("this channel has no token")


def _position(cursor: str) -> int:
    if cursor and not (cursor.isascii() and cursor.isdigit()):
        raise Malformed("not a cursor of this channel")
    return int(cursor or 0)
