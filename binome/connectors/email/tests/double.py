"""A mailbox and the server that sends for it, as a test plays them, on this machine's loopback."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from binome.connectors.email.composing import message_id
from binome.connectors.email.tests.imap import PASSWORD, USER, Store
from binome.connectors.email.tests.imap import Handler as ImapHandler
from binome.connectors.email.tests.smtp import Handler as SmtpHandler
from binome.connectors.email.tests.smtp import Post
from binome.sdk.errors import (
    AccessRevoked,
    ConnectorError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from binome.sdk.types import Account, OutgoingMessage, WebhookRequest

MAIL = """\
Received: from a by b; Sat, 7 Mar 2026 09:15:02 +0100
From: =?utf-8?q?Ana=C3=AFs?= <anais@example.org>
To: contact@asso.example
Subject: Horaires
Date: Sat, 7 Mar 2026 09:15:00 +0100
Message-ID: <m{number}@example.org>
Content-Type: text/plain; charset=utf-8

Bonjour, à quelle heure ouvrez-vous ?
"""

STEPS: Mapping[str, tuple[str, str, type[ConnectorError]]] = {
    "busy at connect": ("connect", "421 4.3.2 closing", Unavailable),
    "broken off at connect": ("connect", "", Unavailable),
    "wrong password": ("auth", f"535 5.7.8 no {PASSWORD}", AccessRevoked),
    "password not checked": ("auth", "454 4.7.0 temporary failure", Unavailable),
    "sender refused": ("mail", "553 5.7.1 not yours", Rejected),
    "sign in first": ("mail", "530 5.7.0 authentication required", AccessRevoked),
    "no such person": ("rcpt", f"550 5.1.1 no such person {PASSWORD}", Rejected),
    "greylisted": ("rcpt", "451 4.7.1 greylisted, try again later", RateLimited),
    "too many": ("rcpt", "452 4.5.3 too many recipients today", RateLimited),
    "mailbox busy": ("rcpt", "450 4.2.0 mailbox busy", Unavailable),
    "broken off at recipient": ("rcpt", "", Unavailable),
    "no message wanted": ("data", "554 5.5.1 no", Rejected),
    "broken off at data": ("data", "", Unavailable),
    "message refused": ("message", "554 5.7.1 spam", Rejected),
    "message deferred": ("message", "451 4.3.0 queue full", Unavailable),
    "broken off after message": ("taken", "", OutcomeUnknown),
    "unreadable answer": ("taken", "hello", OutcomeUnknown),
}


class Double:
    """Two servers; *store* and *post* are what they know."""

    failures: Mapping[str, type[ConnectorError]] = {name: step[2] for name, step in STEPS.items()}

    def __init__(self, store: Store, post: Post, imap_port: int, smtp_port: int) -> None:
        self.store, self.post = store, post
        self._number = 0
        self.account = Account(
            {
                "address": USER,
                "from_name": "L’Établi",
                "imap_host": "127.0.0.1",
                "imap_port": str(imap_port),
                "imap_security": "none",
                "smtp_host": "127.0.0.1",
                "smtp_port": smtp_port,
                "smtp_security": "none",
                "since_days": 0,
            },
            {"password": PASSWORD},
        )

    @property
    def hosts(self) -> list[str]:
        return ["127.0.0.1"] * (self.store.connections + self.post.connections)

    def put(self) -> None:
        self._number += 1
        self.store.folders["INBOX"].add(mail(self._number), date(2026, 3, 7))

    def request(self) -> WebhookRequest:
        raise NotImplementedError("a mailbox is read")

    def forgeries(self) -> list[WebhookRequest]:
        raise NotImplementedError("a mailbox is read")

    def outgoing(self, key: str) -> OutgoingMessage:
        return OutgoingMessage(
            key,
            "m1@example.org",
            "À 9 h.\n.\n",
            in_reply_to="m1@example.org",
            subject="Horaires",
            recipient="anais@example.org",
        )

    def arrived(self, key: str) -> int:
        wanted = f"Message-ID: <{message_id(key, USER)}>".encode()
        return sum(wanted in raw for raw in self.post.taken)

    def fail(self, name: str) -> None:
        step, answer, _ = STEPS[name]
        self.post.answers[step] = answer


def mail(number: int) -> bytes:
    """A mail like any other."""
    return MAIL.format(number=number).replace("\n", "\r\n").encode()


@contextmanager
def double() -> Iterator[Double]:
    """Both servers, on ports of their own."""
    store, post = Store(), Post()
    with ExitStack() as stack:
        imap = stack.enter_context(_serve(type("Imap", (ImapHandler,), {"store": store})))
        smtp = stack.enter_context(_serve(type("Smtp", (SmtpHandler,), {"post": post})))
        yield Double(store, post, imap, smtp)


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def _serve(handler: type[BaseRequestHandler]) -> Iterator[int]:
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
