"""The operator's program as a test plays it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import httpx

from binome.sdk.double import WRITE_FAILURES
from binome.sdk.errors import ConnectorError
from binome.sdk.http import answered_by
from binome.sdk.signing import sign
from binome.sdk.types import Account, Moderation, OutgoingMessage, WebhookRequest

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
BODY = json.dumps(
    {
        "type": "message.created",
        "data": {"id": "1", "thread": "t", "author": {"id": "u"}, "text": "Bonjour", "sent_at": "2026-03-07T09:15:00Z"},
    }
).encode()


class Double:
    """A program that keeps what it is sent, once a key."""

    failures: Mapping[str, type[ConnectorError]] = WRITE_FAILURES

    def __init__(self) -> None:
        self.account = Account({"reply_url": "https://program.example/hook/secret-path"}, {"signing_secret": SECRET})
        self.hosts: list[str] = []
        self.requests: list[httpx.Request] = []
        self._kept: set[str] = set()
        self._failure = ""
        self._hidden = False

    def put(self) -> None:
        raise NotImplementedError("a webhook is not read")

    def request(self) -> WebhookRequest:
        return WebhookRequest("POST", sign(SECRET, message_id="evt_1", body=BODY), BODY)

    def forgeries(self) -> list[WebhookRequest]:
        true = self.request()
        without = [{k: v for k, v in true.headers.items() if k != name} for name in true.headers]
        return [
            *(replace(true, headers=headers) for headers in without),
            replace(true, body=true.body.replace(b"Bonjour", b"Bonsoir")),
            replace(true, headers={**true.headers, "webhook-id": "evt_2"}),
            replace(true, headers={**true.headers, "webhook-timestamp": "1"}),
            replace(true, headers={**true.headers, "webhook-signature": "v1,éé v1a,AAAA"}),
            replace(true, headers=sign(OTHER_SECRET, message_id="evt_1", body=BODY)),
        ]

    def outgoing(self, key: str) -> OutgoingMessage:
        return OutgoingMessage(key, "t", "Nous ouvrons à 9 h.", in_reply_to="1", by_machine=True)

    def moderation(self, key: str, *, hidden: bool) -> Moderation:
        return Moderation(key, "t", "1", hidden, "insults", by_machine=True)

    def hidden(self) -> bool:
        return self._hidden

    def arrived(self, key: str) -> int:
        return int(key in self._kept)

    def fail(self, name: str) -> None:
        self._failure = name

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The program's side of one exchange."""
        self.hosts.append(request.url.host)
        if self._failure == "refused":
            raise httpx.ConnectError("refused")
        self.requests.append(request)
        if self._failure.isdigit():
            said = f"no, {SECRET} is wrong"
            return httpx.Response(int(self._failure), text=said, headers={"location": "https://elsewhere.example/"})
        self._kept.add(request.headers["idempotency-key"])
        self._hidden = json.loads(request.content).get("hidden", self._hidden)
        return self._answer()

    def _answer(self) -> httpx.Response:
        if self._failure == "lost":
            raise httpx.ReadError("connection reset")
        if self._failure == "late":
            raise httpx.ReadTimeout("no answer")
        if self._failure == "unreadable":
            return httpx.Response(200, content=b'{"id": ', headers={"content-type": "application/json"})
        return httpx.Response(200, json={"id": "r-1"})


@contextmanager
def double() -> Iterator[Double]:
    """A program, in place of the network."""
    one = Double()
    with answered_by(httpx.MockTransport(one.handle)):
        yield one
