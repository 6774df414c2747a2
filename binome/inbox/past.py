"""A conversation that took place before Binôme, or elsewhere, as whoever brings it tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from binome.accounts.models import User
from binome.inbox.models import Conversation
from binome.sdk.types import Author


@dataclass(frozen=True)
class PastMessage:
    """Something that was said. *by*: member, operator, ai or note."""

    at: datetime
    by: str
    text: str
    external_id: str = ""
    author: Author | None = None
    operator: User | None = None
    sources: Sequence[dict[str, Any]] = ()
    edits: Sequence[tuple[datetime, str]] = ()
    handover: str = ""
    """The AI fell silent here, for this reason, in words."""
    reason: str = "past"
    """The same as a code."""


@dataclass(frozen=True)
class PastConversation:
    """A conversation as it stood at the end."""

    thread_id: str
    member: Author
    messages: Sequence[PastMessage]
    subject: str = ""
    state: str = Conversation.State.CLOSED
    language: str = ""
    assignee: User | None = None
    snoozed_until: datetime | None = None
    tags: Sequence[str] = field(default_factory=tuple)
    undecided: bool = False
    """Nobody, not even the AI, has looked at its last message yet."""
