"""What is said in the playground: one JSON object a message."""

import hashlib
from typing import Literal

from pydantic import Field

from binome.sdk.reading import Form, Instant, read_form
from binome.sdk.types import Author, Incoming, IncomingDeletion, IncomingMessage


class Said(Form):
    """`{"id", "thread", "author", "text", "at"}`; "kind" is "edited" or "deleted" for what happens to it later."""

    id: str = Field(min_length=1, max_length=200)
    at: Instant
    kind: Literal["said", "edited", "deleted"] = "said"
    thread: str = Field(default="", max_length=200)
    author: str = Field(default="", max_length=200)
    text: str = ""
    subject: str = ""
    language: str = ""
    by_us: bool = False
    automatic: bool = False
    wants_person: bool = False
    held: bool = False

    def to_incoming(self) -> Incoming:
        """The same in the words of no platform; a message without a thread begins one."""
        if self.kind == "deleted":
            return IncomingDeletion(self.id, self.at)
        return IncomingMessage(
            external_id=self.id,
            thread_id=self.thread or self.id,
            author=Author(self.author or "nobody", name=self.author, language=self.language, is_us=self.by_us),
            text=self.text,
            sent_at=self.at,
            subject=self.subject,
            automatic=self.automatic,
            wants_person=self.wants_person,
            revised_at=self.at if self.kind == "edited" else None,
            held=self.held,
        )


def read(body: bytes) -> Said:
    """The message in this body; `Malformed` if it is not one."""
    return read_form(Said, body)


def key(body: bytes) -> str:
    """The same for the same body: what makes a repeat known."""
    return hashlib.sha256(body).hexdigest()
