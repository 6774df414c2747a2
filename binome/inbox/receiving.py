"""From what a platform sent to one message each, whatever the order, the repeats and the corrections."""

from collections.abc import Sequence

import nh3
from django.contrib.postgres.search import SearchVector
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Value

from binome.channels import services as channels
from binome.channels.models import Channel, Thread
from binome.inbox.facts import MessageDeleted, MessageEdited, MessageReceived
from binome.inbox.models import Attachment, Conversation, Message, Revision, Tombstone
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, excerpt, fold
from binome.members import services as members
from binome.sdk.types import IncomingDeletion, IncomingMessage


@transaction.atomic
def receive_arrivals(arrivals: Sequence[int]) -> None:
    """Enter what these arrivals say into the inbox: each message once, edits and deletions honoured."""
    for arrival, items in channels.read_arrivals(arrivals):
        for item in items:
            if isinstance(item, IncomingDeletion):
                _delete(arrival.channel, item)
            else:
                _receive(arrival.channel, item)


def searchable(text: str) -> SearchVector:
    """How a text is found again: its words without accents."""
    return SearchVector(Value(fold(text)[:100_000]), config="simple")


def _receive(channel: Channel, item: IncomingMessage) -> None:
    known = Message.objects.select_for_update().filter(channel=channel, external_id=item.external_id).first()
    if known:
        _revise(known, item)
        return
    conversation = _conversation(channel, item)
    message = _message(conversation, item)
    _attach(message, item)
    tombstone = Tombstone.objects.filter(channel=channel, external_id=item.external_id).first()
    if tombstone:
        _wipe(message, tombstone.deleted_at.isoformat())
        return
    _note_activity(conversation, message, item)
    fact = MessageReceived(message.pk, conversation.pk, channel.pk)
    journal.record(fact, workspace_id=channel.workspace_id, actor=f"member:{message.member_id}")


def _message(conversation: Conversation, item: IncomingMessage) -> Message:
    text, by = clean(item.text), Message.By.OPERATOR if item.author.is_us else Message.By.MEMBER
    return Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        by=by,
        member=conversation.member if item.author.is_us else members.meet(conversation.channel, item.author),
        external_id=item.external_id[:500],
        text=text,
        html=nh3.clean(item.html) if item.html else "",
        at=min(item.sent_at, clock.now()),
        edited_at=item.revised_at,
        automatic=item.automatic,
        wants_person=item.wants_person,
        search=searchable(text),
    )


def _conversation(channel: Channel, item: IncomingMessage) -> Conversation:
    thread = _thread_referred_to(channel, item) or channels.thread(channel, item.thread_id)[0]
    conversation = Conversation.objects.select_for_update(of=("self",)).filter(thread=thread).first()
    if conversation is None:
        member = None if item.author.is_us else members.meet(channel, item.author)
        conversation = Conversation.objects.create(
            workspace_id=channel.workspace_id,
            channel=channel,
            thread=thread,
            member=member,
            subject=clean(item.subject)[:300],
            language=item.author.language[:5],
            last_message_at=item.sent_at,
        )
    elif conversation.member is None and not item.author.is_us:
        conversation.member = members.meet(channel, item.author)
    return conversation


def _thread_referred_to(channel: Channel, item: IncomingMessage) -> Thread | None:
    """The thread of a message that this one answers, if any is known here."""
    named = [external_id[:500] for external_id in (*item.references, item.in_reply_to) if external_id]
    if not named:
        return None
    known = Message.objects.filter(channel=channel, external_id__in=named).select_related("conversation__thread")
    last = known.order_by("-at", "-pk").first()
    return last.conversation.thread if last else None


def _note_activity(conversation: Conversation, message: Message, item: IncomingMessage) -> None:
    """Whose turn it is now. A message that came late (older than the last one known) changes nothing of that."""
    if message.at >= conversation.last_message_at or not conversation.last_by:
        conversation.last_message_at = message.at
        conversation.last_text, conversation.last_by = excerpt(message.text, 190), message.by
        if item.author.is_us:
            conversation.needs_person, conversation.waiting_since = False, None
        elif not item.automatic:
            conversation.state, conversation.snoozed_until = Conversation.State.OPEN, None
            conversation.waiting_since = conversation.waiting_since or message.at
            conversation.needs_person = conversation.needs_person or conversation.thread.held_by_person
    conversation.save()


def _revise(message: Message, item: IncomingMessage) -> None:
    text = clean(item.text)
    if item.revised_at is None or item.revised_at <= (message.edited_at or message.at):
        return
    if message.deleted_at or text == message.text:
        return
    Revision.objects.create(message=message, text=message.text, until=item.revised_at)
    message.text, message.edited_at = text, item.revised_at
    message.html = nh3.clean(item.html) if item.html else ""
    message.search = searchable(text)
    message.save()
    _refresh_excerpt(message)
    fact = MessageEdited(message.pk, message.conversation_id)
    journal.record(fact, workspace_id=message.workspace_id, actor=f"member:{message.member_id}")


def _delete(channel: Channel, item: IncomingDeletion) -> None:
    message = Message.objects.select_for_update().filter(channel=channel, external_id=item.external_id).first()
    if message is None:
        Tombstone.objects.get_or_create(
            channel=channel, external_id=item.external_id[:500], defaults={"deleted_at": item.deleted_at}
        )
    elif not message.deleted_at:
        _wipe(message, item.deleted_at.isoformat())
        fact = MessageDeleted(message.pk, message.conversation_id)
        journal.record(fact, workspace_id=message.workspace_id, actor=f"member:{message.member_id}")


def _wipe(message: Message, deleted_at: str) -> None:
    """What its author took back is gone: text, earlier versions, files."""
    message.revisions.all().delete()
    for attachment in message.attachments.all():
        transaction.on_commit(lambda file=attachment.file: file.delete(save=False))  # type: ignore[misc]
        attachment.delete()
    Message.objects.filter(pk=message.pk).update(text="", html="", search=None, deleted_at=deleted_at)
    message.text = ""
    _refresh_excerpt(message)


def _refresh_excerpt(message: Message) -> None:
    last = Message.objects.filter(conversation_id=message.conversation_id).order_by("-at", "-pk").first()
    if last and last.pk == message.pk:
        Conversation.objects.filter(pk=message.conversation_id).update(last_text=excerpt(message.text, 190))


def _attach(message: Message, item: IncomingMessage) -> None:
    for file in item.attachments:
        name = clean(file.name).replace("/", "_")[:200] or "file"
        stored = Attachment(message=message, name=name, content_type=file.content_type[:120], size=len(file.content))
        stored.file.save(f"{message.workspace_id}-{message.pk}-{name}"[-90:], ContentFile(file.content), save=True)
