"""From what a platform sent to one message each, whatever the order, the repeats and the corrections."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import nh3
from django.contrib.postgres.search import SearchVector
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Value

from binome.channels import services as channels
from binome.channels.models import Channel, Thread
from binome.inbox.facts import MessageDeleted, MessageEdited, MessageReceived
from binome.inbox.models import Attachment, Conversation, HandOver, Message, Revision, Tombstone
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, excerpt, fold, identifier, squeeze
from binome.members import services as members
from binome.members.models import Member
from binome.sdk.types import Author, Incoming, IncomingDeletion, IncomingMessage


@transaction.atomic
def receive_arrivals(arrivals: Sequence[int]) -> None:
    """Enter what these arrivals say into the inbox: each message once, edits and deletions honoured."""
    read = [(arrival.channel, item) for arrival, items in channels.read_arrivals(arrivals) for item in items]
    batch = _batch(read)
    for channel, item in read:
        if isinstance(item, IncomingDeletion):
            batch.settle()
            _delete(channel, item)
        else:
            _receive(channel, item, batch)
    batch.settle()


def searchable(text: str) -> SearchVector:
    """How a text is found again: its words without accents."""
    return SearchVector(Value(fold(text)[:100_000]), config="simple")


def known_as(external_id: str) -> str:
    """The platform's id as we keep it."""
    return identifier(external_id, 500)


def refresh_last(conversation_id: int) -> None:
    """Say again of a conversation what its last word is: of what was not taken back, the latest."""
    said = Message.objects.filter(conversation_id=conversation_id).order_by("-at", "-pk")
    said = said.exclude(by=Message.By.AI, sources=[])  # a word that only says that a person will come
    last = said.filter(deleted_at=None).first() or said.first()
    if last:
        Conversation.objects.filter(pk=conversation_id).update(
            last_message_at=last.at, last_text=excerpt(last.text, 190), last_by=last.by
        )


@dataclass
class _Batch:
    """What is known while a batch is entered, so that it need not be asked again for each message."""

    spoken_of: set[tuple[int, str]]
    """Messages that are stored, or that something in this batch is about; a message not among them is new."""
    conversations: dict[tuple[int, str], Conversation] = field(default_factory=dict)
    """By channel and thread: locked by us, as they stand, to be saved."""
    members: dict[tuple[int, Author], Member] = field(default_factory=dict)
    facts: list[tuple[MessageReceived, int, str]] = field(default_factory=list)
    """What happened, where, by whom: to be recorded."""

    def settle(self) -> None:
        """Write what waits to be written: at the end, and before anything that is not a new message."""
        for conversation in {one.pk: one for one in self.conversations.values()}.values():
            conversation.save()
        journal.record_each(self.facts)
        self.conversations.clear()
        self.facts.clear()

    def member(self, channel: Channel, author: Author) -> Member:
        key = (channel.pk, author)
        if key not in self.members:
            self.members[key] = members.meet(channel, author)
        return self.members[key]


def _batch(read: Sequence[tuple[Channel, Incoming]]) -> _Batch:
    """What is stored of these messages already, in two queries; a deletion of this batch counts as stored."""
    ids = {(channel.pk, known_as(item.external_id)) for channel, item in read}
    asked = {"channel__in": {channel for channel, _id in ids}, "external_id__in": {one for _channel, one in ids}}
    stored = Message.objects.filter(**asked).values_list("channel_id", "external_id")
    taken_back = Tombstone.objects.filter(**asked).values_list("channel_id", "external_id")
    here = {(channel.pk, known_as(item.external_id)) for channel, item in read if isinstance(item, IncomingDeletion)}
    return _Batch({*stored, *taken_back, *here})


def _receive(channel: Channel, item: IncomingMessage, batch: _Batch) -> None:
    external_id = known_as(item.external_id)
    is_new = (channel.pk, external_id) not in batch.spoken_of
    batch.spoken_of.add((channel.pk, external_id))
    if not is_new:
        batch.settle()
        known = Message.objects.select_for_update().filter(channel=channel, external_id=external_id).first()
        if known:
            _revise(known, item)
            return
    conversation = _conversation(channel, item, batch)
    if item.author.is_us and _is_echo(conversation, external_id, item):
        return
    message = _message(conversation, item, batch)
    tombstones = Tombstone.objects.filter(channel=channel, external_id=external_id)
    if tombstone := None if is_new else tombstones.first():
        batch.settle()
        _wipe(message, tombstone.deleted_at)
        return
    _attach(message, item)
    _note_activity(conversation, message, item)
    fact = MessageReceived(message.pk, conversation.pk, channel.pk)
    batch.facts.append((fact, channel.workspace_id, f"member:{message.member_id}"))
    if conversation.last_message_at != message.at:  # all that came after it may have been taken back
        batch.settle()
        refresh_last(conversation.pk)


def _is_echo(conversation: Conversation, external_id: str, item: IncomingMessage) -> bool:
    """Whether this is what we sent ourselves, shown back before its sending was noted; if so it is noted now."""
    ours = conversation.messages.filter(external_id="", delivery__isnull=False).exclude(delivery__state="cancelled")
    of_this_id = ours.filter(delivery__external_id=external_id).first()
    if of_this_id is None:
        alike = [one for one in ours.order_by("pk")[:50] if squeeze(one.text) == squeeze(clean(item.text))]
        of_this_id = alike[0] if alike else None
    if of_this_id:
        Message.objects.filter(pk=of_this_id.pk).update(external_id=external_id)
    return of_this_id is not None


def _message(conversation: Conversation, item: IncomingMessage, batch: _Batch) -> Message:
    text, by = clean(item.text), Message.By.OPERATOR if item.author.is_us else Message.By.MEMBER
    return Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        by=by,
        member=conversation.member if item.author.is_us else batch.member(conversation.channel, item.author),
        external_id=known_as(item.external_id),
        text=text,
        html=nh3.clean(item.html) if item.html else "",
        at=min(item.sent_at, clock.now()),
        edited_at=item.revised_at,
        automatic=item.automatic,
        wants_person=item.wants_person,
        search=searchable(text),
    )


def _conversation(channel: Channel, item: IncomingMessage, batch: _Batch) -> Conversation:
    """The conversation of this message, locked until the batch is entered."""
    key = (channel.pk, known_as(item.thread_id))
    if key not in batch.conversations:
        found = _locked(channel, item, batch)
        same = (one for one in batch.conversations.values() if one.pk == found.pk)  # by another name of its thread
        batch.conversations[key] = next(same, found)
    conversation = batch.conversations[key]
    if conversation.member is None and not item.author.is_us:
        conversation.member = batch.member(channel, item.author)
    return conversation


def _locked(channel: Channel, item: IncomingMessage, batch: _Batch) -> Conversation:
    thread = _thread(channel, item)
    conversation = Conversation.objects.select_for_update(of=("self",)).filter(thread=thread).first()
    if conversation is None:
        member = None if item.author.is_us else batch.member(channel, item.author)
        conversation = Conversation.objects.create(
            workspace_id=channel.workspace_id,
            channel=channel,
            thread=thread,
            member=member,
            subject=clean(item.subject)[:300],
            language=item.author.language[:5],
            last_message_at=min(item.sent_at, clock.now()),
        )
    return conversation


def _thread(channel: Channel, item: IncomingMessage) -> Thread:
    """The thread it names, or that of any earlier message it refers to; else a new one."""
    here = Thread.objects.filter(channel=channel)
    found = here.filter(external_id=known_as(item.thread_id)).first()
    if found is None and (named := {known_as(one) for one in (*item.references, item.in_reply_to) if one}):
        found = here.filter(conversation__messages__external_id__in=named).order_by("pk").first()
    return found or channels.thread(channel, item.thread_id)[0]


def _note_activity(conversation: Conversation, message: Message, item: IncomingMessage) -> None:
    """Whose turn it is now. A message that came late (older than the last one known) changes nothing of that."""
    if message.at >= conversation.last_message_at or not conversation.last_by:
        conversation.last_message_at = message.at
        conversation.last_text, conversation.last_by = excerpt(message.text, 190), message.by
        if item.author.is_us:
            if not _is_sending(conversation):  # else it may be the machine's own words, which settle nothing
                conversation.needs_person, conversation.waiting_since = False, None
        elif not item.automatic:
            conversation.state, conversation.snoozed_until = Conversation.State.OPEN, None
            conversation.waiting_since = conversation.waiting_since or message.at
            conversation.needs_person = conversation.needs_person or conversation.thread.held_by_person


def _is_sending(conversation: Conversation) -> bool:
    """Whether something of ours is on its way whose id on the platform we do not know yet."""
    on_its_way = conversation.messages.filter(external_id="", delivery__state__in=["sending", "unknown", "sent"])
    return on_its_way.exists()


def _revise(message: Message, item: IncomingMessage) -> None:
    _date_back(message, item)
    text = clean(item.text)
    if item.revised_at is None or item.revised_at <= (message.edited_at or message.at) or message.deleted_at:
        return
    if text == message.text:
        Message.objects.filter(pk=message.pk).update(edited_at=item.revised_at)
        return
    Revision.objects.create(message=message, text=message.text, until=item.revised_at)
    message.text, message.edited_at = text, item.revised_at
    message.html = nh3.clean(item.html) if item.html else ""
    message.search = searchable(text)
    message.save()
    refresh_last(message.conversation_id)
    fact = MessageEdited(message.pk, message.conversation_id)
    journal.record(fact, workspace_id=message.workspace_id, actor=f"member:{message.member_id}")


def _date_back(message: Message, item: IncomingMessage) -> None:
    """The message itself, come after its correction: it was said then."""
    if item.revised_at is None and item.sent_at < message.at:
        message.at = item.sent_at
        Message.objects.filter(pk=message.pk).update(at=message.at)
        refresh_last(message.conversation_id)


def _delete(channel: Channel, item: IncomingDeletion) -> None:
    external_id = known_as(item.external_id)
    message = Message.objects.select_for_update().filter(channel=channel, external_id=external_id).first()
    if message is None:
        Tombstone.objects.get_or_create(
            channel=channel, external_id=external_id, defaults={"deleted_at": item.deleted_at}
        )
    elif not message.deleted_at:
        _wipe(message, item.deleted_at)
        fact = MessageDeleted(message.pk, message.conversation_id)
        journal.record(fact, workspace_id=message.workspace_id, actor=f"member:{message.member_id}")


def _wipe(message: Message, deleted_at: datetime) -> None:
    """What its author took back is gone: text, earlier versions, files."""
    message.revisions.all().delete()
    HandOver.objects.filter(message=message).update(detail={})
    for attachment in message.attachments.all():
        transaction.on_commit(lambda file=attachment.file: file.delete(save=False))  # type: ignore[misc]
        attachment.delete()
    Message.objects.filter(pk=message.pk).update(text="", html="", search=None, deleted_at=deleted_at)
    refresh_last(message.conversation_id)


def _attach(message: Message, item: IncomingMessage) -> None:
    for file in item.attachments:
        name = clean(file.name).replace("/", "_")[:200] or "file"
        stored = Attachment(message=message, name=name, content_type=file.content_type[:120], size=len(file.content))
        stored.file.save(f"{message.workspace_id}-{message.pk}-{name}"[-90:], ContentFile(file.content), save=True)
