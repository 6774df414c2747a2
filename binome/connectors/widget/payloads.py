"""What the visitor's page sends with each message."""

from uuid import UUID

from pydantic import Field

from binome.sdk.reading import Form, Instant, read_form
from binome.sdk.types import Author, IncomingMessage


class Chat(Form):
    """*id* is chosen by the browser, so that sending again after a cut adds nothing."""

    id: UUID
    visitor: str = Field(min_length=1, max_length=200)
    thread: str = Field(min_length=1, max_length=200)
    text: str = Field(max_length=20_000)
    sent_at: Instant
    name: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=320)
    page_url: str = Field(default="", max_length=2_000)
    language: str = Field(default="", max_length=20)
    wants_person: bool = False

    @property
    def key(self) -> str:
        """What tells a repeat: no visitor can pass for another by choosing the same identifier."""
        return f"{self.visitor}:{self.id}"

    def to_incoming(self) -> IncomingMessage:
        """The same in the words of no platform."""
        return IncomingMessage(
            external_id=self.key,
            thread_id=self.thread,
            author=Author(self.visitor, name=self.name, email=self.email, language=self.language[:2].lower()),
            text=self.text,
            sent_at=self.sent_at,
            wants_person=self.wants_person,
        )


def read(body: bytes) -> Chat:
    """The message in this body; `Malformed` if it is not one."""
    return read_form(Chat, body)
