"""The past: conversations that took place before Binôme, or elsewhere. Nothing in them is answered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from binome.channels import services as channels
from binome.channels.models import Channel, Thread
from binome.inbox.batches import searchable
from binome.inbox.facts import ConversationRecorded
from binome.inbox.models import Conversation, HandOver, Message, Note, Revision, Tag
from binome.inbox.past import PastConversation, PastMessage
from binome.journal import services as journal
from binome.kit.text import clean, excerpt, identifier
from binome.members import services as members
from binome.members.models import Member
from binome.sdk.types import Author


@dataclass(frozen=True)
class _Told:
    """A conversation that is being entered, with its people in the order of its messages (the first one opened it)."""

    past: PastConversation
    channel: Channel
    thread: Thread
    people: Sequence[Member]


def record(channel: Channel, past: PastConversation) -> Conversation | None:
    """Enter a past conversation; None if it is already there, so that an import can be run again."""
    return record_all([(channel, past)])[0]


@transaction.atomic
def record_all(pasts: Sequence[tuple[Channel, PastConversation]]) -> list[Conversation | None]:
    """The same for many at once, in about fifteen queries however many."""
    told = _new(pasts)
    conversations = Conversation.objects.bulk_create(_conversation(one) for one in told.values())
    _tag(told.values(), conversations)
    _enter(told.values(), conversations)
    journal.record_each(
        [
            (ConversationRecorded(conversation.pk, len(one.past.messages)), conversation.workspace_id, "import")
            for one, conversation in zip(told.values(), conversations, strict=True)
        ]
    )
    made = dict(zip(told, conversations, strict=True))
    return [made.get(place) for place in range(len(pasts))]


def _new(pasts: Sequence[tuple[Channel, PastConversation]]) -> dict[int, _Told]:
    """Those that are not there yet, by their place; of two of the same thread, the first."""
    threads = channels.new_threads((channel, past.thread_id) for channel, past in pasts if past.messages)
    keys = [(channel.pk, identifier(past.thread_id, 500)) for channel, past in pasts]
    new = {place: threads.pop(key) for place, key in enumerate(keys) if key in threads}
    seen = [list(_seen(*pasts[place])) for place in new]
    people = iter(members.meet_all([one for each in seen for one in each]))
    return {
        place: _Told(pasts[place][1], pasts[place][0], thread, [next(people) for _one in each])
        for (place, thread), each in zip(new.items(), seen, strict=True)
    }


def _seen(channel: Channel, past: PastConversation) -> Iterator[tuple[Channel, Author, datetime]]:
    """Who was seen, and when: whoever opened it, then the author of each of the members' messages."""
    yield channel, past.member, past.messages[0].at
    for message in past.messages:
        if _is_a_members(message):
            yield channel, message.author or past.member, message.at


def _is_a_members(message: PastMessage) -> bool:
    return message.by == Message.By.MEMBER and bool(message.text)


def _conversation(told: _Told) -> Conversation:
    past = told.past
    said = [message for message in past.messages if message.by != "note" and message.text]
    return Conversation(
        workspace_id=told.channel.workspace_id,
        channel=told.channel,
        thread=told.thread,
        subject=clean(past.subject)[:300],
        member=told.people[0],
        language=past.language,
        state=past.state,
        assignee=past.assignee,
        snoozed_until=past.snoozed_until,
        created_at=past.messages[0].at,
        **_standing(past, said),
    )


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


def _tag(told: Iterable[_Told], conversations: Sequence[Conversation]) -> None:
    pairs = list(zip(told, conversations, strict=True))
    wanted = {(one.workspace_id, name[:60]) for past, one in pairs for name in past.past.tags}
    if not wanted:
        return
    Tag.objects.bulk_create((Tag(workspace_id=home, name=name) for home, name in sorted(wanted)), ignore_conflicts=True)
    rows = Tag.objects.filter(workspace__in={home for home, _n in wanted}, name__in={name for _h, name in wanted})
    tags = {(tag.workspace_id, tag.name): tag for tag in rows}
    Conversation.tags.through.objects.bulk_create(
        Conversation.tags.through(conversation=one, tag=tags[one.workspace_id, name])
        for past, one in pairs
        for name in dict.fromkeys(name[:60] for name in past.past.tags)
    )


def _enter(told: Iterable[_Told], conversations: Sequence[Conversation]) -> None:
    """What was said, in this order; what colleagues noted; where the AI fell silent; what words were before."""
    entered: list[tuple[Conversation, PastMessage, Message | None]] = []
    for one, conversation in zip(told, conversations, strict=True):
        people = iter(one.people[1:])
        for past in one.past.messages:
            member = next(people) if _is_a_members(past) else None
            said = _said(conversation, past, member) if past.text and past.by != "note" else None
            entered.append((conversation, past, said))
    Message.objects.bulk_create([said for _conversation, _past, said in entered if said], batch_size=1000)
    Revision.objects.bulk_create(one for _conversation, past, said in entered if said for one in _revisions(said, past))
    Note.objects.bulk_create(_note(conversation, past) for conversation, past, _said in entered if past.by == "note")
    HandOver.objects.bulk_create(
        _hand_over(conversation, past, said)
        for conversation, past, said in entered
        if past.handover and past.by != "note"
    )


def _said(conversation: Conversation, past: PastMessage, member: Member | None) -> Message:
    text = clean(past.edits[-1][1] if past.edits else past.text)
    return Message(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        by=past.by,
        member=member,
        operator=past.operator,
        external_id=past.external_id[:500],
        text=text,
        at=past.at,
        received_at=past.at,
        edited_at=past.edits[-1][0] if past.edits else None,
        sources=list(past.sources),
        search=searchable(text),
    )


def _revisions(message: Message, past: PastMessage) -> Iterator[Revision]:
    """What it said before each of its edits."""
    for (until, _later), (_at, earlier) in zip(past.edits, [(past.at, past.text), *past.edits], strict=False):
        yield Revision(message=message, text=clean(earlier), until=until)


def _note(conversation: Conversation, past: PastMessage) -> Note:
    return Note(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        author=past.operator,
        text=clean(past.text),
        at=past.at,
    )


def _hand_over(conversation: Conversation, past: PastMessage, message: Message | None) -> HandOver:
    return HandOver(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        message=message,
        reason=past.reason,
        detail={"words": past.handover},
        at=past.at,
    )
