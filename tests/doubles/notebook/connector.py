"""The notebook: one line for each message that reaches the platform, with the instant at which it did."""

import json
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from binome.sdk import errors
from binome.sdk.types import (
    Account,
    Author,
    Batch,
    Incoming,
    IncomingMessage,
    Moderation,
    OutgoingMessage,
    Payload,
    Sent,
)


class Connector:
    def __init__(self, account: Account) -> None:
        self._book = Path(account.text("book"))
        self._before, self._after = float(account.text("before", "0")), float(account.text("after", "0"))
        self._failure = account.text("failure")

    def read(self, cursor: str) -> Batch:
        """Nothing is ever said in a notebook; told to, it fails as no connector should."""
        self._fail()
        return Batch((), cursor)

    def parse(self, payload: Payload) -> list[Incoming]:
        """Messages as `tests.community.said` writes them, each in a thread of its own."""
        body = json.loads(payload.body)
        author = Author(body["author"], name=body["author"], language=body["language"])
        return [IncomingMessage(body["id"], body["id"], author, body["text"], datetime.fromisoformat(body["at"]))]

    def reply(self, message: OutgoingMessage) -> Sent:
        self._reach(message, message.text)
        return Sent(f"note-{message.key}")

    def moderate(self, wanted: Moderation) -> None:
        self._reach(wanted, f"{'hide' if wanted.hidden else 'show'} {wanted.message_id}")

    def find(self, message: OutgoingMessage) -> Sent | None:
        """Whether it is in the book."""
        known = any(line["key"] == message.key for line in lines(self._book, "arrived"))
        return Sent(f"note-{message.key}") if known else None

    def _fail(self) -> None:
        if self._failure:
            known = {**vars(errors), "KeyError": KeyError}
            raise known[self._failure]("told to fail")

    def _reach(self, asked: OutgoingMessage | Moderation, text: str) -> None:
        self._write("called", asked, text)
        self._fail()
        time.sleep(self._before)
        self._write("arrived", asked, text)
        time.sleep(self._after)

    def _write(self, what: str, asked: OutgoingMessage | Moderation, text: str) -> None:
        line = json.dumps(
            {
                "what": what,
                "key": asked.key,
                "by_machine": asked.by_machine,
                "at": time.monotonic(),
                "text": text,
            }
        )
        handle = os.open(self._book, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        os.write(handle, line.encode() + b"\n")
        os.close(handle)


def lines(book: Path, what: str) -> list[dict[str, Any]]:
    """What is in the book: "called" at the beginning of each call, "arrived" when it reached the platform."""
    if not book.exists():
        return []
    written = [json.loads(line) for line in book.read_text().splitlines()]
    return [line for line in written if line["what"] == what]
