"""A visitor's page as a test plays it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from binome.sdk.errors import ConnectorError
from binome.sdk.types import Account, OutgoingMessage, WebhookRequest

BODY = json.dumps(
    {
        "id": "0b9f0d0e-5a2b-4c55-9a31-6d1f5a8f0c11",
        "visitor": "v1",
        "thread": "t1",
        "text": "Bonjour",
        "sent_at": "2026-03-07T09:15:00Z",
    }
)


class Double:
    """One site that carries the widget. Replies are shown by our own page: none can fail on the way."""

    failures: Mapping[str, type[ConnectorError]] = {}

    def __init__(self) -> None:
        self.account = Account({"title": "Une question ?", "origins": "https://www.example.org"})
        self.hosts: list[str] = []

    def put(self) -> None:
        raise NotImplementedError("a widget is not read")

    def request(self, **headers: str) -> WebhookRequest:
        return WebhookRequest("POST", headers or {"origin": "https://www.example.org"}, BODY.encode())

    def forgeries(self) -> list[WebhookRequest]:
        origins = ["https://evil.example", "https://www.example.org.evil.example", "http://www.example.org", "null", ""]
        return [self.request(origin=one, host="binome.example") for one in origins]

    def outgoing(self, key: str) -> OutgoingMessage:
        return OutgoingMessage(key, "t1", "Nous ouvrons à 9 h.")

    def arrived(self, key: str) -> int:
        """What is stored is what is shown, and it is stored once."""
        return 1

    def fail(self, name: str) -> None:
        raise KeyError(name)


@contextmanager
def double() -> Iterator[Double]:
    """A site."""
    yield Double()
