"""What happens in conversations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MessageReceived:
    message: int
    conversation: int
    channel: int


@dataclass(frozen=True)
class MessageEdited:
    message: int
    conversation: int


@dataclass(frozen=True)
class MessageDeleted:
    message: int
    conversation: int


@dataclass(frozen=True)
class ReplyWritten:
    """A reply entered the ledger; *by* is operator or ai."""

    message: int
    conversation: int
    by: str


@dataclass(frozen=True)
class NoteWritten:
    note: int
    conversation: int


@dataclass(frozen=True)
class AiDisclosed:
    """The member was told that an AI answers; *how*: page (the chat says it first) or words (the answer says it)."""

    conversation: int
    how: str


@dataclass(frozen=True)
class HandedOver:
    """The AI fell silent; *reason* is one of `handover.REASONS`."""

    handover: int
    conversation: int
    reason: str


@dataclass(frozen=True)
class TakenOver:
    conversation: int


@dataclass(frozen=True)
class GivenBack:
    conversation: int


@dataclass(frozen=True)
class Assigned:
    conversation: int
    assignee: int | None


@dataclass(frozen=True)
class Snoozed:
    conversation: int
    until: str


@dataclass(frozen=True)
class Closed:
    conversation: int


@dataclass(frozen=True)
class Reopened:
    conversation: int


@dataclass(frozen=True)
class Tagged:
    conversation: int
    tag: int
    present: bool


@dataclass(frozen=True)
class ConversationRecorded:
    """A conversation of the past was entered; nothing in it is answered."""

    conversation: int
    messages: int


@dataclass(frozen=True)
class SavedReplyWritten:
    """A prepared reply was written, changed, or brought back."""

    saved_reply: int
    revision: int


@dataclass(frozen=True)
class SavedReplyArchived:
    saved_reply: int
