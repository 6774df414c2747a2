"""From what a platform sent to one message each, whatever the order, the repeats and the corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import nh3
from django.conf import settings
from django.contrib.postgres.search import SearchVector
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, Value

from binome.channels import erasing
from binome.channels import services as channels
from binome.channels.models import Channel, Thread
from binome.inbox.facts import MessageDeleted, MessageEdited, MessageReceived
from binome.inbox.models import Attachment, Conversation, HandOver, Message, Note, Revision, Tombstone
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
    said = said.exclude(by=Message.By.AI, delivery__state="cancelled")  # nobody has read it
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
    threads: dict[tuple[int, str], Thread] = field(default_factory=dict)
    known: dict[int, Conversation] = field(default_factory=dict)
    """Conversations by thread, locked and not looked at yet."""
    messages: list[Message] = field(default_factory=list)
    """New ones, to be written together."""

    def settle(self) -> None:
        """Write what waits to be written: at the end, and before anything that is not a new message."""
        self.enter()
        changed = list({one.pk: one for one in self.conversations.values()}.values())
        Conversation.objects.bulk_update(changed, _CHANGED, batch_size=500)
        self.conversations.clear()
        self.known.clear()

    def enter(self) -> None:
        """Write the new messages, and that they were received."""
        entered = Message.objects.bulk_create(self.messages)
        journal.record_each(
            [
                (
                    MessageReceived(one.pk, one.conversation_id, one.channel_id),
                    one.workspace_id,
                    f"member:{one.member_id}",
                )
                for one in entered
            ]
        )
        self.messages.clear()

    def member(self, channel: Channel, author: Author) -> Member:
        key = (channel.pk, author)
        if key not in self.members:
            self.members[key] = members.meet(channel, author)
        return self.members[key]


_CHANGED = (
    "member",
    "last_message_at",
    "last_text",
    "last_by",
    "needs_person",
    "waiting_since",
    "state",
    "snoozed_until",
)
"""What a new message may change of its conversation."""


def _batch(read: Sequence[tuple[Channel, Incoming]]) -> _Batch:
    """What is known before the batch is entered, in a few queries however large it is."""
    batch = _Batch(_spoken_of(read))
    new = [
        (channel, item)
        for channel, item in read
        if isinstance(item, IncomingMessage) and (channel.pk, known_as(item.external_id)) not in batch.spoken_of
    ]
    seen = {
        (channel.pk, item.author): (channel, item.author, clock.now()) for channel, item in new if not item.author.is_us
    }
    batch.members = dict(zip(seen, members.meet_all(list(seen.values())), strict=True)) if seen else {}
    batch.threads = _threads({(channel.pk, known_as(item.thread_id)) for channel, item in new})
    batch.known = _conversations(batch.threads, {channel.pk: channel for channel, _item in read})
    return batch


def _threads(places: set[tuple[int, str]]) -> dict[tuple[int, str], Thread]:
    """Those of these threads that are known."""
    asked = {"channel__in": {channel for channel, _id in places}, "external_id__in": {one for _channel, one in places}}
    found = {(one.channel_id, one.external_id): one for one in Thread.objects.filter(**asked)}
    return {place: found[place] for place in places if place in found}


def _conversations(threads: Mapping[tuple[int, str], Thread], where: Mapping[int, Channel]) -> dict[int, Conversation]:
    """The conversations of these threads, by thread, locked.

    The threads are read again under the lock: somebody may just have taken over.
    """
    ids = [thread.pk for thread in threads.values()]
    locked = Conversation.objects.select_for_update(of=("self",)).filter(thread__in=ids).order_by("pk")
    known = {one.thread_id: one for one in locked}
    now = Thread.objects.in_bulk(known)
    for conversation in known.values():
        conversation.thread, conversation.channel = now[conversation.thread_id], where[conversation.channel_id]
    return known


def _spoken_of(read: Sequence[tuple[Channel, Incoming]]) -> set[tuple[int, str]]:
    """What is stored of these messages already, in two queries; a deletion of this batch counts as stored."""
    ids = {(channel.pk, known_as(item.external_id)) for channel, item in read}
    asked = {"channel__in": {channel for channel, _id in ids}, "external_id__in": {one for _channel, one in ids}}
    stored = Message.objects.filter(**asked).values_list("channel_id", "external_id")
    taken_back = Tombstone.objects.filter(**asked).values_list("channel_id", "external_id")
    here = {(channel.pk, known_as(item.external_id)) for channel, item in read if isinstance(item, IncomingDeletion)}
    return {*stored, *taken_back, *here}


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
        message.save()
        batch.settle()
        _wipe(message, tombstone.deleted_at)
        return
    batch.messages.append(message)
    if item.attachments:
        batch.enter()
        _attach(message, item)
    _note_activity(conversation, message, item)
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
    return Message(
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
        quiet=_is_old(conversation.channel, item),
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
    thread, made = _thread(channel, item, batch)
    conversation = batch.known.pop(thread.pk, None)
    if conversation is None and not made:
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
            state=Conversation.State.CLOSED if _is_old(channel, item) else Conversation.State.OPEN,
        )
    return conversation


def _is_old(channel: Channel, item: IncomingMessage) -> bool:
    """Whether it was sent so long ago that nobody is to be told of it now."""
    return clock.now() - item.sent_at > timedelta(days=channel.quiet_after_days)


def _thread(channel: Channel, item: IncomingMessage, batch: _Batch) -> tuple[Thread, bool]:
    """The thread it names, or that of any earlier message it refers to; else a new one, and whether it is."""
    place = (channel.pk, known_as(item.thread_id))
    if place in batch.threads:
        return batch.threads[place], False
    found, made = None, False
    if named := {known_as(one) for one in (*item.references, item.in_reply_to) if one}:
        batch.enter()  # it may be among them
        here = Thread.objects.filter(channel=channel)
        found = here.filter(conversation__messages__external_id__in=named).order_by("pk").first()
    if found is None:
        found, made = channels.thread(channel, item.thread_id)
        batch.threads[place] = found
    return found, made


def _note_activity(conversation: Conversation, message: Message, item: IncomingMessage) -> None:
    """Whose turn it is now. A message older than the last one known, or old by itself, changes nothing of that."""
    if message.at >= conversation.last_message_at or not conversation.last_by:
        conversation.last_message_at = message.at
        conversation.last_text, conversation.last_by = excerpt(message.text, 190), message.by
        if message.quiet:
            return
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


@transaction.atomic
def wipe_all_of(members: Sequence[int], *, actor: str) -> int:
    """Members were forgotten: all that they wrote is gone, and all that was said to them or noted. How many messages.

    What others wrote in their threads is the others' own, and stays.
    """
    theirs, talks = Q(member__in=members, by=Message.By.MEMBER), Conversation.objects.filter(member__in=members)
    to_them = Q(conversation__in=talks) & ~Q(by=Message.By.MEMBER)
    gone = Message.objects.select_for_update(of=("self",)).filter(theirs | to_them, deleted_at=None)
    for message in gone.order_by("pk"):
        _wipe(message, clock.now())
        fact = MessageDeleted(message.pk, message.conversation_id)
        journal.record(fact, workspace_id=message.workspace_id, actor=actor)
    Note.objects.filter(conversation__in=talks).delete()
    HandOver.objects.filter(conversation__in=talks).update(detail={})
    erasing.forget_threads(Thread.objects.filter(conversation__in=talks))
    talks.update(subject="", last_text="")
    return len(gone)


def _wipe(message: Message, deleted_at: datetime) -> None:
    """What its author took back is gone: text, earlier versions, files."""
    message.revisions.all().delete()
    HandOver.objects.filter(message=message).update(detail={})
    for attachment in message.attachments.all():
        transaction.on_commit(lambda file=attachment.file: file and file.delete(save=False))  # type: ignore[misc]
        attachment.delete()
    Message.objects.filter(pk=message.pk).update(text="", html="", search=None, deleted_at=deleted_at)
    refresh_last(message.conversation_id)


def _attach(message: Message, item: IncomingMessage) -> None:
    """A file beyond the installation's limit is told of, and not kept beside: the payload has it."""
    for file in item.attachments:
        name = clean(file.name).replace("/", "_")[:200] or "file"
        stored = Attachment(message=message, name=name, content_type=file.content_type[:120], size=len(file.content))
        if stored.size > settings.LARGEST_ATTACHMENT:
            stored.save()
            continue
        stored.file.save(f"{message.workspace_id}-{message.pk}-{name}"[-90:], ContentFile(file.content), save=True)
