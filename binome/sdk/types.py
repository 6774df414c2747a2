"""What goes in and out of a connector, in the words of no platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Account:
    """One connected place: what the operator entered, and the secrets (never shown, never logged)."""

    settings: Mapping[str, Any]
    secrets: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """The setting, or *default* when it is absent or empty."""
        value = self.settings.get(name)
        return default if value in (None, "") else str(value)

    def flag(self, name: str) -> bool:
        """Whether the setting is on, as JSON or a form says it."""
        return self.settings.get(name) in (True, "true", "on", "1")

    def secret(self, name: str) -> str:
        """The secret, "" when it is absent."""
        return str(self.secrets.get(name) or "")


@dataclass(frozen=True)
class Payload:
    """What a platform sent, untouched. *key* is the same whenever the platform sends the same thing again."""

    body: bytes
    key: str = ""
    content_type: str = "application/json"


@dataclass(frozen=True)
class Batch:
    """Payloads read in order, and the cursor to read on from."""

    payloads: tuple[Payload, ...]
    cursor: str


@dataclass(frozen=True)
class WebhookRequest:
    """A request pushed to us: header names in lower case."""

    method: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Author:
    """Who wrote, on their platform. *is_us*: the connected account itself."""

    external_id: str
    name: str = ""
    handle: str = ""
    email: str = ""
    language: str = ""
    is_us: bool = False


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class IncomingMessage:
    """Somebody wrote something. *automatic*: an auto-reply, a bounce, a list; never to be answered by a machine."""

    external_id: str
    thread_id: str
    author: Author
    text: str
    sent_at: datetime
    subject: str = ""
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    """Earlier messages of the thread as the platform says, oldest first: any one known tells the conversation."""
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False
    wants_person: bool = False
    revised_at: datetime | None = None
    """Set when the text is a later version of an earlier one."""
    held: bool = False
    """The platform shows it to nobody until somebody approves it."""


@dataclass(frozen=True)
class IncomingDeletion:
    """Somebody took back what they wrote."""

    external_id: str
    deleted_at: datetime


Incoming = IncomingMessage | IncomingDeletion


@dataclass(frozen=True)
class OutgoingMessage:
    """A reply to send. *key* never changes over retries: the platform, or `find`, tells a repeat by it."""

    key: str
    thread_id: str
    text: str
    in_reply_to: str = ""
    subject: str = ""
    recipient: str = ""
    references: tuple[str, ...] = ()
    by_machine: bool = False


@dataclass(frozen=True)
class Moderation:
    """One message of a thread that is to be hidden, or shown: again, or for the first time if the platform holds it.

    *key* never changes over retries; *reason*, in a person's words, "" when none was given.
    """

    key: str
    thread_id: str
    message_id: str
    hidden: bool
    reason: str = ""
    by_machine: bool = False


@dataclass(frozen=True)
class Sent:
    """Proof that a message left."""

    external_id: str
    url: str = ""
