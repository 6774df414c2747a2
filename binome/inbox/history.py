"""The past: conversations that took place before Binôme, or elsewhere. Nothing in them is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from binome.accounts.models import User
from binome.channels import services as channels
from binome.channels.models import Channel
from binome.inbox.facts import ConversationRecorded
from binome.inbox.models import Conversation, HandOver, Message, Note, Revision, Tag
from binome.inbox.receiving import searchable
from binome.journal import services as journal
from binome.kit.text import clean, excerpt
from binome.members import services as members
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


@transaction.atomic
def record(channel: Channel, past: PastConversation) -> Conversation | None:
    """Enter a past conversation; None if it is already there, so that an import can be run again."""
    thread, made = channels.thread(channel, past.thread_id)
    if not made or not past.messages:
        return None
    said = [message for message in past.messages if message.by != "note" and message.text]
    conversation = Conversation.objects.create(
        workspace_id=channel.workspace_id,
        channel=channel,
        thread=thread,
        subject=clean(past.subject)[:300],
        member=members.meet(channel, past.member, at=past.messages[0].at),
        language=past.language,
        state=past.state,
        assignee=past.assignee,
        snoozed_until=past.snoozed_until,
        created_at=past.messages[0].at,
        **_standing(past, said),
    )
    conversation.tags.set(_tags(channel, past.tags))
    for message in past.messages:
        _enter(conversation, message)
    fact = ConversationRecorded(conversation.pk, len(past.messages))
    journal.record(fact, workspace_id=channel.workspace_id, actor="import")
    return conversation


def _standing(past: PastConversation, said: Sequence[PastMessage]) -> dict[str, Any]:
    """Whose turn it is at the end."""
    last = said[-1] if said else past.messages[-1]
    unanswered: list[PastMessage] = []
    for message in said:
        unanswered = [*unanswered, message] if message.by == Message.By.MEMBER else []
    is_open = past.state == Conversation.State.OPEN
    alone = [message.at for message in said if message.by == Message.By.AI and message.sources]
    return {
        "last_message_at": last.at,
        "last_text": excerpt(last.text, 190),
        "last_by": last.by,
        "needs_person": is_open and not past.undecided and bool(unanswered or past.messages[-1].handover),
        "waiting_since": unanswered[0].at if is_open and unanswered else None,
        "done_alone_at": alone[-1] if alone else None,
    }


def _enter(conversation: Conversation, past: PastMessage) -> None:
    if past.by == "note":
        Note.objects.create(
            workspace_id=conversation.workspace_id,
            conversation=conversation,
            author=past.operator,
            text=clean(past.text),
            at=past.at,
        )
        return
    message = _said(conversation, past) if past.text else None
    if past.handover:
        HandOver.objects.create(
            workspace_id=conversation.workspace_id,
            conversation=conversation,
            message=message,
            reason=past.reason,
            detail={"words": past.handover},
            at=past.at,
        )


def _said(conversation: Conversation, past: PastMessage) -> Message:
    text = clean(past.edits[-1][1] if past.edits else past.text)
    message = Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        by=past.by,
        member=_member(conversation, past),
        operator=past.operator,
        external_id=past.external_id[:500],
        text=text,
        at=past.at,
        received_at=past.at,
        edited_at=past.edits[-1][0] if past.edits else None,
        sources=list(past.sources),
        search=searchable(text),
    )
    for (until, _later), (_at, earlier) in zip(past.edits, [(past.at, past.text), *past.edits], strict=False):
        Revision.objects.create(message=message, text=clean(earlier), until=until)
    return message


def _member(conversation: Conversation, past: PastMessage) -> Any:
    if past.by != Message.By.MEMBER:
        return None
    return members.meet(conversation.channel, past.author, at=past.at) if past.author else conversation.member


def _tags(channel: Channel, names: Sequence[str]) -> list[Tag]:
    return [Tag.objects.get_or_create(workspace_id=channel.workspace_id, name=name[:60])[0] for name in names]
