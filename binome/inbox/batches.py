"""A batch of arrivals on its way into the inbox: what is known of it, asked for once, and what waits to be written."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.search import SearchVector
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Q, QuerySet, Value

from binome.channels import services as channels
from binome.channels.models import Channel, Thread
from binome.inbox.facts import MessageReceived
from binome.inbox.models import Attachment, Conversation, Message, Tombstone
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, excerpt, fold, identifier
from binome.members import services as members
from binome.members.models import Member
from binome.sdk import types
from binome.sdk.types import Author, Incoming, IncomingMessage

Key = tuple[int, str]
"""A channel, and the platform's id of something there."""

SEARCHED = 100_000
"""Characters of a text by which it is found again."""


_WORDS = re.compile(r"\w+")
_GLUED = re.compile(r"[-+]\w|[/~<&]|\.(?!\s|$)|[^\w\x00-\x7f]")
"""What may keep PostgreSQL from finding the words: to it node.js, wifi/4g, -5 and <b> are one thing each, and where its locale is C,
so is «node» with its quotation marks. All other signs part words."""


def searchable(text: str) -> SearchVector:
    """How a text is found again: its words without accents."""
    return SearchVector(Value(searched(text)), config="simple")


def searched(text: str) -> str:
    """What PostgreSQL is to cut into words: the text without accents, after its words alone where it would not find them."""
    folded = fold(text)[:SEARCHED]
    return f"{' '.join(_WORDS.findall(folded))} {folded}" if _GLUED.search(folded) else folded


def known_as(external_id: str) -> str:
    """The platform's id as we keep it."""
    return identifier(external_id, 500)


def refresh_last(conversation_id: int) -> None:
    """Say again of a conversation what its last word is: of what was neither taken back nor hidden, the latest."""
    said = Message.objects.filter(conversation_id=conversation_id).order_by("-at", "-pk")
    said = said.exclude(by=Message.By.AI, sources=[])  # a word that only says that a person will come
    said = said.exclude(by=Message.By.AI, delivery__state="cancelled")  # nobody has read it
    last = said.filter(deleted_at=None, hidden_at=None).first() or said.first()
    if last:
        text = "" if last.hidden_at else excerpt(last.text, 190)
        Conversation.objects.filter(pk=conversation_id).update(last_message_at=last.at, last_text=text, last_by=last.by)


class Batch:
    """What the items of a batch are about, as it stands while they are entered one after the other."""

    messages: dict[Key, Message]
    """Those of the platform's ids met in this batch: stored ones as they were when asked for, and new ones."""
    taken_back: dict[Key, datetime]
    """Deletions that came before their messages."""
    members: Mapping[tuple[int, Author], Member]
    threads: Mapping[Key, Thread]
    """The thread of each new message."""
    conversations: dict[int, Conversation]
    """By thread: locked by us, as they stand, or new."""
    on_their_way: Mapping[int, list[Message]]
    """What we said ourselves and whose id on the platform we do not know yet, by conversation."""

    def __init__(self, read: Sequence[tuple[Channel, Incoming]]) -> None:
        """A dozen queries, however large the batch."""
        where = {channel.pk: channel for channel, _item in read}
        self.messages, self.taken_back = _stored({(channel.pk, known_as(item.external_id)) for channel, item in read})
        new = [
            (channel, item)
            for channel, item in read
            if isinstance(item, IncomingMessage) and (channel.pk, known_as(item.external_id)) not in self.messages
        ]
        self.members = _members(new)
        self.threads = _threads(new, where)
        self.conversations = _conversations(self.threads.values(), where)
        spoken = {self.threads[channel.pk, known_as(item.external_id)].pk for channel, item in new if item.author.is_us}
        self.on_their_way = _on_their_way([one.pk for pk, one in self.conversations.items() if pk in spoken])
        self._new: list[Message] = []
        self._files: list[tuple[Message, types.Attachment]] = []

    def enter(self, message: Message, files: Sequence[types.Attachment] = ()) -> None:
        """Have a new message written with the others."""
        self.messages[message.channel_id, message.external_id] = message
        self._new.append(message)
        self._files += [(message, file) for file in files]

    def is_sending(self, conversation: Conversation) -> bool:
        """Whether something of ours is on its way there."""
        ours = self.on_their_way.get(conversation.pk, ())
        return any(one.delivery and one.delivery.state in {"sending", "unknown", "sent"} for one in ours)

    def stored(self, known: Message) -> Message:
        """A message that is about to change: written with all that came before it, read again, locked."""
        self.settle()
        key, rows = (known.channel_id, known.external_id), Message.objects.select_for_update(of=("self",))
        self.messages[key] = rows.select_related("conversation").get(pk=known.pk)
        return self.messages[key]

    def look_again(self, conversation: Conversation) -> None:
        """Have it said again what the last word of a conversation is, something in it having changed."""
        self.settle()
        refresh_last(conversation.pk)
        if known := self.conversations.get(conversation.thread_id):
            known.refresh_from_db(fields=["last_message_at", "last_text", "last_by"])

    def settle(self) -> None:
        """Write what waits to be written: at the end, and before anything that is not a new message."""
        if not self._new:
            return
        talks = {id(one.conversation): one.conversation for one in self._new}.values()
        _update([one for one in talks if one.pk])
        Conversation.objects.bulk_create([one for one in talks if not one.pk])
        _insert(self._new)
        _attach(self._files)
        journal.record_each(
            [
                (
                    MessageReceived(one.pk, one.conversation_id, one.channel_id),
                    one.workspace_id,
                    f"member:{one.member_id}",
                )
                for one in self._new
                if not one.deleted_at
            ]
        )
        self._new, self._files = [], []


def _stored(keys: set[Key]) -> tuple[dict[Key, Message], dict[Key, datetime]]:
    """What is stored of these messages already, and what was taken back of them before it came."""
    stored = _identified(keys).only("channel_id", "external_id", "at", "edited_at", "deleted_at")
    taken_back = Tombstone.objects.filter(_named(keys))
    return (
        {(one.channel_id, one.external_id): one for one in stored},
        {(one.channel_id, one.external_id): one.deleted_at for one in taken_back},
    )


def _members(new: Sequence[tuple[Channel, IncomingMessage]]) -> Mapping[tuple[int, Author], Member]:
    now = clock.now()
    seen = {(channel.pk, item.author): (channel, item.author, now) for channel, item in new if not item.author.is_us}
    return dict(zip(seen, members.meet_all(list(seen.values())), strict=True)) if seen else {}


def _threads(new: Sequence[tuple[Channel, IncomingMessage]], where: Mapping[int, Channel]) -> Mapping[Key, Thread]:
    """The thread that each message names, or that of any earlier message it refers to; else a new one."""
    named = channels.threads_of({(channel.pk, known_as(item.thread_id)) for channel, item in new})
    told = _told({(channel.pk, one) for channel, item in new for one in _references(item)})
    threads = {(one.channel_id, one.external_id): one for one in told.values()} | named
    place_of: dict[Key, Key] = {key: (one.channel_id, one.external_id) for key, one in told.items()}
    places: dict[Key, Key] = {}
    own = set(named)
    for channel, item in new:
        key, place = (channel.pk, known_as(item.external_id)), (channel.pk, known_as(item.thread_id))
        earlier = [place_of[channel.pk, one] for one in _references(item) if (channel.pk, one) in place_of]
        if place not in own and earlier:
            place = min(earlier, key=lambda one: threads[one].pk if one in threads else math.inf)
        else:
            own.add(place)
        places.setdefault(key, place)
        place_of.setdefault(key, place)
    missing = dict.fromkeys(place for place in places.values() if place not in threads)
    threads |= channels.threads([(where[channel], external_id) for channel, external_id in missing])
    return {key: threads[place] for key, place in places.items()}


def _references(item: IncomingMessage) -> list[str]:
    return [known_as(one) for one in (*item.references, item.in_reply_to) if one]


def _told(keys: set[Key]) -> Mapping[Key, Thread]:
    """The threads of those of these messages that are stored."""
    rows = _identified(keys).select_related("conversation__thread")
    return {(one.channel_id, one.external_id): one.conversation.thread for one in rows}


def _named(keys: set[Key]) -> Q:
    return Q(channel__in={channel for channel, _id in keys}, external_id__in={one for _channel, one in keys})


def _identified(keys: set[Key]) -> QuerySet[Message]:
    """Stored messages of these ids. That they have one is said again: the index holds no others, and PostgreSQL does not
    conclude it from more than a hundred ids."""
    return Message.objects.filter(_named(keys)).exclude(external_id="")


def _conversations(threads: Iterable[Thread], where: Mapping[int, Channel]) -> dict[int, Conversation]:
    """The conversations of these threads, by thread, locked.

    The threads are read again under the lock: somebody may just have taken over.
    """
    ids = {thread.pk for thread in threads}
    locked = Conversation.objects.select_for_update(of=("self",)).filter(thread__in=ids).order_by("pk")
    known = {one.thread_id: one for one in locked}
    now = Thread.objects.in_bulk(known)
    for conversation in known.values():
        conversation.thread, conversation.channel = now[conversation.thread_id], where[conversation.channel_id]
    return known


def _on_their_way(conversations: Sequence[int]) -> Mapping[int, list[Message]]:
    ours = Message.objects.filter(conversation__in=conversations, external_id="", delivery__isnull=False)
    ours = ours.exclude(delivery__state="cancelled").select_related("delivery").order_by("pk")
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for one in ours:
        found[one.conversation_id].append(one)
    return found


def _update(conversations: Sequence[Conversation]) -> None:
    """What new messages may change of their conversations."""
    rows = [
        (
            one.pk, one.member_id, one.last_message_at, one.last_text, one.last_by, one.needs_person, one.waiting_since,
            one.state, one.snoozed_until,
        )
        for one in conversations
    ]  # fmt: skip
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_conversation SET member_id = new.member, last_message_at = new.last_at, last_text = new.text,"
            " last_by = new.by, needs_person = new.needed, waiting_since = new.since, state = new.state,"
            " snoozed_until = new.until FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[],"
            " %s::boolean[], %s::timestamptz[], %s::text[], %s::timestamptz[])"
            " AS new (id, member, last_at, text, by, needed, since, state, until) WHERE inbox_conversation.id = new.id",
            [list(column) for column in zip(*rows, strict=True)],
        )


def _insert(messages: Sequence[Message]) -> None:
    """Write new messages, and give them their ids."""
    rows = [
        {
            "workspace": one.workspace_id, "conversation": one.conversation.pk, "channel": one.channel_id, "by": one.by,
            "member": one.member_id, "external_id": one.external_id, "text": one.text, "html": one.html, "at": one.at,
            "received_at": one.received_at, "edited_at": one.edited_at, "deleted_at": one.deleted_at,
            "automatic": one.automatic, "wants_person": one.wants_person, "held": one.held, "quiet": one.quiet,
            "searched": None if one.deleted_at else searched(one.text),
        }
        for one in messages
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_message (workspace_id, conversation_id, channel_id, by, member_id, external_id, text, html,"
            " at, received_at, edited_at, deleted_at, automatic, wants_person, held, quiet, search, sources)"
            " SELECT new.workspace, new.conversation, new.channel, new.by, new.member, new.external_id, new.text, new.html,"
            " new.at, new.received_at, new.edited_at, new.deleted_at, new.automatic, new.wants_person, new.held, new.quiet,"
            " to_tsvector('simple', new.searched), '[]'"
            " FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (workspace bigint, conversation bigint, channel bigint,"
            " by text, member bigint, external_id text, text text, html text, at timestamptz, received_at timestamptz,"
            " edited_at timestamptz, deleted_at timestamptz, automatic boolean, wants_person boolean, held boolean, quiet boolean,"
            " searched text)) WITH ORDINALITY AS new (workspace, conversation, channel, by, member, external_id, text, html,"
            " at, received_at, edited_at, deleted_at, automatic, wants_person, held, quiet, searched, place)"
            " ORDER BY new.place RETURNING id",
            [json.dumps(rows, default=datetime.isoformat)],
        )
        for one, (pk,) in zip(messages, cursor.fetchall(), strict=True):
            one.pk, one.conversation = pk, one.conversation  # which may have been given its own id only now


def _attach(files: Sequence[tuple[Message, types.Attachment]]) -> None:
    """A file beyond the installation's limit is told of, and not kept beside: the payload has it."""
    kept = []
    for message, file in files:
        name = clean(file.name).replace("/", "_")[:200] or "file"
        stored = Attachment(message=message, name=name, content_type=file.content_type[:120], size=len(file.content))
        if stored.size <= settings.LARGEST_ATTACHMENT:
            stored.file.save(f"{message.workspace_id}-{message.pk}-{name}"[-90:], ContentFile(file.content), save=False)
        kept.append(stored)
    Attachment.objects.bulk_create(kept)
