"""What the interface answers with."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from binome.assistant import reasons
from binome.assistant.models import Suggestion
from binome.channels.models import Channel
from binome.inbox.models import Conversation, HandOver, Message, Note
from binome.journal.models import Entry
from binome.knowledge.models import Source
from binome.understanding.models import Annotation


class Problem(Schema):
    """What went wrong."""

    problem: str


class Named(Schema):
    """Somebody or something, by id and name."""

    id: int
    name: str

    @classmethod
    def of(cls, thing: Any) -> "Named | None":
        return cls(id=thing.pk, name=str(thing)) if thing else None


class FileShown(Schema):
    name: str
    content_type: str
    size: int


class ReadingShown(Schema):
    """What the AI read: a label, the calibrated chance that it is right, what weighed. *by_person*: a verdict replaced it."""

    stage: str
    label: str
    confidence: float
    evidence: dict[str, Any]
    version: str
    by_person: bool

    @classmethod
    def of(cls, annotation: Annotation) -> "ReadingShown":
        evidence = {name: value for name, value in annotation.evidence.items() if name != "verdict"}
        return cls(
            stage=annotation.stage, label=annotation.label, confidence=annotation.confidence, evidence=evidence,
            version=annotation.version, by_person="verdict" in annotation.evidence,
        )  # fmt: skip


class MessageShown(Schema):
    """*delivery*: due, sending, sent, failed, unknown or cancelled; null for what members wrote. *held*: the platform shows it
    to nobody until it is approved. *hidden_at*: since when it is hidden from the community."""

    id: int
    by: str
    author: Named | None
    text: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    held: bool
    hidden_at: datetime | None
    delivery: str | None
    sources: list[dict[str, Any]]
    files: list[FileShown]

    @classmethod
    def of(cls, message: Message) -> "MessageShown":
        """A message as it stands now; one that its author took back has no text."""
        files = [
            FileShown(name=f.name, content_type=f.content_type, size=f.size) for f in message.attachments.all()
        ]  # fmt: skip
        return cls(
            id=message.pk, by=message.by, author=Named.of(message.operator or message.member), text=message.text,
            at=message.at, edited_at=message.edited_at, deleted_at=message.deleted_at,
            held=message.held, hidden_at=message.hidden_at,
            delivery=message.delivery.state if message.delivery else None, sources=message.sources, files=files,
        )  # fmt: skip


class NoteShown(Schema):
    """Said between colleagues."""

    id: int
    author: Named | None
    text: str
    at: datetime

    @classmethod
    def of(cls, note: Note) -> "NoteShown":
        return cls(id=note.pk, author=Named.of(note.author), text=note.text, at=note.at)


class HandOverShown(Schema):
    """The AI left this to a person."""

    reason: str
    in_words: str
    at: datetime

    @classmethod
    def of(cls, handover: HandOver) -> "HandOverShown":
        words = str(handover.detail.get("words") or reasons.label(handover.reason))
        return cls(reason=handover.reason, in_words=words, at=handover.at)


class SourceShown(Schema):
    """An approved answer. *channels*: where it may be quoted; empty, everywhere."""

    id: int
    external_id: str
    question: str
    answer: str
    familiar: str
    alternatives: list[str]
    details: str
    language: str
    topic: str
    url: str
    channels: list[int]
    expires_on: date | None
    archived_at: datetime | None
    revision: int
    updated_at: datetime

    @classmethod
    def of(cls, source: Source) -> "SourceShown":
        plain = {name: getattr(source, name) for name in cls.model_fields if name not in {"id", "channels"}}
        return cls(id=source.pk, channels=sorted(channel.pk for channel in source.channels.all()), **plain)


class SuggestionShown(Schema):
    """What the AI proposes. *act*: answer, prepared_reply, draft; or tag, close, hide, approve, without a word. *source* is
    the id of the entry that it rests on; *text* what would be said, the tag's name, or the kind of harm."""

    id: int
    conversation: int
    message: int
    act: str
    text: str
    confidence: float
    source: int | None
    state: str
    created_at: datetime

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionShown":
        return cls(
            id=suggestion.pk, conversation=suggestion.conversation_id, message=suggestion.message_id, act=suggestion.lane.act,
            text=suggestion.text, confidence=suggestion.confidence, source=suggestion.source_id,
            state=suggestion.state, created_at=suggestion.created_at,
        )  # fmt: skip


class ConversationShown(Schema):
    """One thread with the community. *held_by_person*: nothing by the AI leaves here."""

    id: int
    channel: Named
    member: Named | None
    subject: str
    language: str
    state: str
    needs_person: bool
    waiting_since: datetime | None
    held_by_person: bool
    assignee: Named | None
    tags: list[str]
    snoozed_until: datetime | None
    last_message_at: datetime
    last_text: str
    last_by: str

    @classmethod
    def of(cls, conversation: Conversation) -> "ConversationShown":
        return cls(**_conversation(conversation))


class ConversationWhole(ConversationShown):
    """With what was said; *earlier* leads to what came before the first message shown."""

    messages: list[MessageShown]
    earlier: str | None
    notes: list[NoteShown]
    handover: HandOverShown | None
    suggestion: SuggestionShown | None


class ChannelShown(Schema):
    """A connected place and its health. *failure*: what it met last, "" when well."""

    id: int
    connector: str
    name: str
    state: str
    frozen: bool
    heard_at: datetime | None
    polled_at: datetime | None
    failure: str
    failed_at: datetime | None
    deliveries_waiting: int
    deliveries_unsettled: int
    arrivals_unreadable: int

    @classmethod
    def of(cls, channel: Channel) -> "ChannelShown":
        """From a row of `channels_of`, with its counts."""
        counted: Any = channel
        plain = {name: getattr(channel, name) for name in _CHANNEL}
        return cls(
            id=channel.pk, frozen=counted.frozen, deliveries_waiting=counted.waiting,
            deliveries_unsettled=counted.unsettled, arrivals_unreadable=counted.unreadable, **plain,
        )  # fmt: skip


class FactShown(Schema):
    """Something that happened: ids and labels, never text."""

    position: int
    kind: str
    about: dict[str, Any]
    actor: str
    at: datetime

    @classmethod
    def of(cls, entry: Entry) -> "FactShown":
        return cls(position=entry.position or 0, kind=entry.kind, about=entry.about, actor=entry.actor, at=entry.at)


_CHANNEL = ("connector", "name", "state", "heard_at", "polled_at", "failure", "failed_at")


def _conversation(conversation: Conversation) -> dict[str, Any]:
    """The fields that both forms share."""
    alike = (
        "subject", "language", "state", "needs_person", "waiting_since", "snoozed_until", "last_message_at",
        "last_text", "last_by",
    )  # fmt: skip
    return {name: getattr(conversation, name) for name in alike} | {
        "id": conversation.pk,
        "channel": Named.of(conversation.channel),
        "member": Named.of(conversation.member),
        "held_by_person": conversation.thread.held_by_person,
        "assignee": Named.of(conversation.assignee),
        "tags": [tag.name for tag in conversation.tags.all()],
    }


def whole(
    conversation: Conversation, messages: list[Message], earlier: str | None, suggestion: Suggestion | None
) -> ConversationWhole:
    """A conversation with what its page shows."""
    open_ones = [one for one in conversation.handovers.all() if one.ended_at is None]
    latest = max(open_ones, key=lambda one: (one.at, one.pk), default=None)
    return ConversationWhole(
        **_conversation(conversation),
        messages=[MessageShown.of(message) for message in messages],
        earlier=earlier,
        notes=[NoteShown.of(note) for note in conversation.notes.select_related("author").order_by("at", "pk")],
        handover=HandOverShown.of(latest) if latest else None,
        suggestion=SuggestionShown.of(suggestion) if suggestion else None,
    )
