"""The playground as a test plays it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

from binome.connectors.playground.room import FAILURES, room
from binome.sdk.errors import ConnectorError
from binome.sdk.types import Account, Moderation, OutgoingMessage, WebhookRequest

BODY = json.dumps({"id": "m1", "thread": "t1", "author": "Léa", "text": "Bonjour", "at": "2026-03-07T09:15:00Z"})


class Double:
    """One room, empty."""

    failures: Mapping[str, type[ConnectorError]] = FAILURES

    def __init__(self) -> None:
        self.account = Account({"room": uuid4().hex}, {"token": "token-of-the-playground"})
        self.hosts: list[str] = []
        self._room, self._said = room(self.account.text("room")), 0

    def put(self) -> None:
        self._said += 1
        self._room.say(json.dumps({**json.loads(BODY), "id": f"m{self._said}"}).encode())

    def request(self, token: str = "token-of-the-playground") -> WebhookRequest:
        return WebhookRequest("POST", {"authorization": f"Bearer {token}"}, BODY.encode())

    def forgeries(self) -> list[WebhookRequest]:
        return [self.request("another"), self.request(""), WebhookRequest("POST", {}, BODY.encode())]

    def outgoing(self, key: str) -> OutgoingMessage:
        return OutgoingMessage(key, "t1", "Nous ouvrons à 9 h.")

    def moderation(self, key: str, *, hidden: bool) -> Moderation:
        return Moderation(key, "t1", "m1", hidden)

    def hidden(self) -> bool:
        return self._room.moderated.get("m1", False)

    def arrived(self, key: str) -> int:
        return int(key in self._room.arrived)

    def fail(self, name: str) -> None:
        self._room.failures.extend([name] * 9)


@contextmanager
def double() -> Iterator[Double]:
    """A room that no other test sees."""
    yield Double()
