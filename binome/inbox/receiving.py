"""From what a platform sent to one message each, whatever the order, the repeats and the corrections.

Messages of a batch are entered together, in a number of queries that does not grow with it (`batches`). What is written
before anything else is a correction: an edit or a deletion is made to what is stored, one at a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import nh3
from django.db import transaction
from django.db.models import Q

from binome.channels import erasing
from binome.channels import services as channels
from binome.channels.models import Channel, Thread
from binome.inbox.batches import Batch, known_as, refresh_last, searchable
from binome.inbox.facts import MessageDeleted, MessageEdited, MessageShown
from binome.inbox.models import Conversation, HandOver, Message, Note, Revision, Tombstone
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, excerpt, squeeze
from binome.sdk.types import IncomingDeletion, IncomingMessage


@transaction.atomic
def receive_arrivals(arrivals: Sequence[int]) -> None:
    """Enter what these arrivals say into the inbox: each message once, edits and deletions honoured."""
    read = [(arrival.channel, item) for arrival, items in channels.read_arrivals(arrivals) for item in items]
    batch = Batch(read)
    for channel, item in read:
        if isinstance(item, IncomingDeletion):
            _delete(channel, item, batch)
        elif known := batch.messages.get((channel.pk, known_as(item.external_id))):
            _revise(known, item, batch)
        else:
            _receive(channel, item, batch)
    batch.settle()


def _receive(channel: Channel, item: IncomingMessage, batch: Batch) -> None:
    """A message that was not there yet."""
    conversation = _conversation(channel, item, batch)
    if item.author.is_us and _is_echo(conversation, item, batch):
        return
    message = _message(conversation, item, batch)
    if deleted_at := batch.taken_back.get((channel.pk, message.external_id)):
        message.text, message.html, message.deleted_at = "", "", deleted_at
        batch.enter(message)
    else:
        batch.enter(message, item.attachments)
        _note_activity(conversation, message, item, batch)
    is_last = conversation.last_message_at == message.at and not message.deleted_at
    if not conversation.last_text and not is_last:  # all that was said after it may have been taken back
        batch.look_again(conversation)


def _is_echo(conversation: Conversation, item: IncomingMessage, batch: Batch) -> bool:
    """Whether this is what we sent ourselves, shown back before its sending was noted; if so it is noted now."""
    external_id, ours = known_as(item.external_id), batch.on_their_way.get(conversation.pk, [])
    of_this_id = [one for one in ours if one.delivery and one.delivery.external_id == external_id]
    alike = of_this_id or [one for one in ours[:50] if squeeze(one.text) == squeeze(clean(item.text))]
    if not alike:
        return False
    ours.remove(alike[0])
    alike[0].external_id = external_id
    alike[0].save(update_fields=["external_id"])
    batch.messages[conversation.channel_id, external_id] = alike[0]
    return True


def _message(conversation: Conversation, item: IncomingMessage, batch: Batch) -> Message:
    by_us = item.author.is_us
    return Message(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        by=Message.By.OPERATOR if by_us else Message.By.MEMBER,
        member_id=conversation.member_id if by_us else batch.members[conversation.channel_id, item.author].pk,
        external_id=known_as(item.external_id),
        text=clean(item.text),
        html=nh3.clean(item.html) if item.html else "",
        at=min(item.sent_at, clock.now()),
        edited_at=item.revised_at,
        automatic=item.automatic,
        wants_person=item.wants_person,
        held=item.held,
        quiet=_is_old(conversation.channel, item),
    )


def _conversation(channel: Channel, item: IncomingMessage, batch: Batch) -> Conversation:
    """The conversation of this message; locked, or new."""
    thread = batch.threads[channel.pk, known_as(item.external_id)]
    if thread.pk not in batch.conversations:
        batch.conversations[thread.pk] = Conversation(
            workspace_id=channel.workspace_id,
            channel=channel,
            thread=thread,
            subject=clean(item.subject)[:300],
            language=item.author.language[:5],
            last_message_at=min(item.sent_at, clock.now()),
            state=Conversation.State.CLOSED if _is_old(channel, item) else Conversation.State.OPEN,
        )
    conversation = batch.conversations[thread.pk]
    if conversation.member_id is None and not item.author.is_us:
        conversation.member = batch.members[channel.pk, item.author]
    return conversation


def _is_old(channel: Channel, item: IncomingMessage) -> bool:
    """Whether it was sent so long ago that nobody is to be told of it now."""
    return clock.now() - item.sent_at > timedelta(days=channel.quiet_after_days)


def _note_activity(conversation: Conversation, message: Message, item: IncomingMessage, batch: Batch) -> None:
    """Whose turn it is now. A message older than the last one known, or old by itself, changes nothing of that."""
    if message.at < conversation.last_message_at and conversation.last_by:
        return
    conversation.last_message_at = message.at
    conversation.last_text, conversation.last_by = excerpt(message.text, 190), message.by
    if message.quiet:
        return
    if item.author.is_us:
        if not batch.is_sending(conversation):  # else it may be the machine's own words, which settle nothing
            conversation.needs_person, conversation.waiting_since = False, None
    elif not item.automatic:
        conversation.state, conversation.snoozed_until = Conversation.State.OPEN, None
        conversation.waiting_since = conversation.waiting_since or message.at
        conversation.needs_person = conversation.needs_person or conversation.thread.held_by_person


def _revise(known: Message, item: IncomingMessage, batch: Batch) -> None:
    """Something said before has come again: the same, a later version of it, or the message itself after its correction."""
    if not _says_more(item, known):
        return
    message = batch.stored(known)
    if not _says_more(item, message):  # it has changed meanwhile
        return
    if item.revised_at:
        _edit(message, item, item.revised_at, batch)
        return
    message.at = item.sent_at
    message.save(update_fields=["at"])
    batch.look_again(message.conversation)


def _says_more(item: IncomingMessage, message: Message) -> bool:
    """Whether it was said before we thought, or changed since."""
    if item.revised_at is None:
        return item.sent_at < message.at
    return item.revised_at > (message.edited_at or message.at) and not message.deleted_at


def _edit(message: Message, item: IncomingMessage, revised_at: datetime, batch: Batch) -> None:
    before, message.text, message.edited_at = message.text, clean(item.text), revised_at
    _note_held(message, held=item.held)
    if message.text == before:
        message.save(update_fields=["edited_at"])
        return
    Revision.objects.create(message=message, text=before, until=revised_at)
    message.html = nh3.clean(item.html) if item.html else ""
    message.search = searchable(message.text)
    message.save(update_fields=["text", "edited_at", "html", "search"])
    batch.look_again(message.conversation)
    fact = MessageEdited(message.pk, message.conversation_id)
    journal.record(fact, workspace_id=message.workspace_id, actor=f"member:{message.member_id}")


def _note_held(message: Message, *, held: bool) -> None:
    """The platform holds it now, or no longer does."""
    if message.held == held:
        return
    message.held = held
    message.save(update_fields=["held"])
    if not held:
        fact = MessageShown(message.pk, message.conversation_id, None)
        journal.record(fact, workspace_id=message.workspace_id)


def _delete(channel: Channel, item: IncomingDeletion, batch: Batch) -> None:
    key = (channel.pk, known_as(item.external_id))
    known = batch.messages.get(key)
    if known is None:
        batch.taken_back.setdefault(key, item.deleted_at)
        Tombstone.objects.get_or_create(channel=channel, external_id=key[1], defaults={"deleted_at": item.deleted_at})
        return
    message = known if known.deleted_at else batch.stored(known)
    if message.deleted_at:
        return
    message.deleted_at = item.deleted_at
    _wipe(message, item.deleted_at)
    batch.look_again(message.conversation)
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
        refresh_last(message.conversation_id)
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
    erasing.forget_reasons(message.moderations.values_list("delivery_id", flat=True))
    for attachment in message.attachments.all():
        transaction.on_commit(lambda file=attachment.file: file and file.delete(save=False))  # type: ignore[misc]
        attachment.delete()
    Message.objects.filter(pk=message.pk).update(text="", html="", search=None, deleted_at=deleted_at)
