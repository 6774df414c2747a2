"""The documented form of the generic webhook: events in, replies out."""

from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, Field, RootModel

from binome.sdk.clock import now
from binome.sdk.reading import Form, Instant, read_form
from binome.sdk.types import (
    Attachment,
    Author,
    Incoming,
    IncomingDeletion,
    IncomingMessage,
    Moderation,
    OutgoingMessage,
)

Identifier = Annotated[str, Field(min_length=1, max_length=200)]


class Person(Form):
    """Who wrote, as your program knows them."""

    id: Identifier
    name: str = Field(default="", max_length=200)
    handle: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=320)
    language: str = Field(default="", max_length=20)
    is_us: bool = False
    """Your own organisation wrote it."""


class File(Form):
    """A file that came with a message; *data*: its bytes in base64."""

    name: str = Field(min_length=1, max_length=200)
    content_type: str = Field(default="application/octet-stream", max_length=120)
    data: Base64Bytes

    def to_attachment(self) -> Attachment:
        return Attachment(self.name, self.content_type, self.data)


class Message(Form):
    """What was written; *thread* gathers the messages that follow one another."""

    id: Identifier
    thread: Identifier
    author: Person
    text: str = Field(max_length=100_000)
    sent_at: Instant
    subject: str = Field(default="", max_length=300)
    in_reply_to: str = Field(default="", max_length=200)
    automatic: bool = False
    wants_person: bool = False
    held: bool = False
    """Nobody sees it until somebody approves it."""
    edited_at: Instant | None = None
    files: list[File] = Field(default_factory=list, max_length=10)


class Written(BaseModel):
    """A new message, or a later version of one."""

    type: Literal["message.created", "message.edited"]
    data: Message

    def to_incoming(self) -> Incoming:
        """The same in the words of no platform; an edit without a date has just been made."""
        message = self.data
        revised_at = (message.edited_at or now()) if self.type == "message.edited" else None
        return IncomingMessage(
            external_id=message.id,
            thread_id=message.thread,
            author=_author(message.author),
            text=message.text,
            sent_at=message.sent_at,
            subject=message.subject,
            in_reply_to=message.in_reply_to,
            attachments=tuple(file.to_attachment() for file in message.files),
            automatic=message.automatic,
            wants_person=message.wants_person,
            revised_at=revised_at,
            held=message.held,
        )


class Gone(Form):
    """Which message was taken back, and when."""

    id: Identifier
    deleted_at: Instant


class Deleted(BaseModel):
    """A message taken back."""

    type: Literal["message.deleted"]
    data: Gone

    def to_incoming(self) -> Incoming:
        """The same in the words of no platform."""
        return IncomingDeletion(self.data.id, self.data.deleted_at)


class Event(RootModel[Annotated[Written | Deleted, Field(discriminator="type")]]):
    """The body of a request to us."""


class Reply(BaseModel):
    """The body of a request from us."""

    type: Literal["reply.created"] = "reply.created"
    key: str
    thread: str
    in_reply_to: str
    recipient: str
    text: str
    by_machine: bool

    @classmethod
    def of(cls, message: OutgoingMessage) -> "Reply":
        """The reply that carries this message."""
        return cls(
            key=message.key,
            thread=message.thread_id,
            in_reply_to=message.in_reply_to,
            recipient=message.recipient,
            text=message.text,
            by_machine=message.by_machine,
        )


class Moderated(BaseModel):
    """The body of a request from us: a message is to be hidden, or shown."""

    type: Literal["moderation"] = "moderation"
    key: str
    thread: str
    message: str
    hidden: bool
    reason: str
    by_machine: bool

    @classmethod
    def of(cls, wanted: Moderation) -> "Moderated":
        """The request that asks for this."""
        return cls(
            key=wanted.key,
            thread=wanted.thread_id,
            message=wanted.message_id,
            hidden=wanted.hidden,
            reason=wanted.reason,
            by_machine=wanted.by_machine,
        )


def read(body: bytes) -> Written | Deleted:
    """The event in this body; `Malformed` if it is not one."""
    return read_form(Event, body).root


def _author(person: Person) -> Author:
    return Author(person.id, person.name, person.handle, person.email, person.language, person.is_us)
