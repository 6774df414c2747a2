"""Conversations: what is asked, answered, noted, entrusted, put away."""

from hashlib import sha256
from typing import Annotated, Literal

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from binome.accounts.models import User
from binome.api.entrance import OPERATOR, VIEWER, ApiRequest, user_of, workspace_of
from binome.api.problems import Refused
from binome.api.shown import ConversationShown, ConversationWhole, MessageShown, NoteShown, ReadingShown, whole
from binome.assistant import selectors as assistant
from binome.channels.gate import AlreadyEnqueued
from binome.inbox import selectors as selecting
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.inbox.selectors import Filters
from binome.kit.text import clean
from binome.understanding import selectors as understanding

router = Router(tags=["Conversations"])

Identifier = Annotated[int, Field(ge=1, lt=2**63)]


class Asked(Schema):
    """What to show: *mine* waits for you or for anyone; *approve*, something in it waits for approval; *alone*, the AI
    answered; *later* is snoozed."""

    view: Literal["mine", "team", "approve", "alone", "later", "closed", "all"] = "mine"
    search: str = Field("", max_length=200)
    channel: Identifier | None = None
    tag: str = Field("", max_length=60)
    language: str = Field("", max_length=5)
    assignee: Identifier | None = None
    reading: str = Field("", max_length=120)
    """What a message of the conversation is read as: irony, anger, urgency, spam…"""

    def among(self) -> Q | None:
        return understanding.read_as(clean(self.reading)) if self.reading else None

    def filters(self) -> Filters:
        return Filters(
            self.view, clean(self.search), self.channel, clean(self.tag), clean(self.language), self.assignee
        )


class Conversations(Schema):
    conversations: list[ConversationShown]
    next: str | None


class Words(Schema):
    text: str = Field(min_length=1, max_length=100_000)


class Reason(Schema):
    """Why, in words that the platform is told; it may be empty."""

    reason: str = Field("", max_length=300)


class Entrusted(Schema):
    """*to*: the id of somebody of the team; null, nobody in particular."""

    to: Identifier | None


@router.get("conversations", auth=VIEWER, response=Conversations, summary="A page of conversations, the latest first")
def conversations(request: ApiRequest, asked: Query[Asked], cursor: str = "") -> Conversations:
    page = selecting.conversations(workspace_of(request), user_of(request), asked.filters(), cursor, asked.among())
    return Conversations(conversations=[ConversationShown.of(one) for one in page.rows], next=page.next)


@router.get(
    "conversations/{int:conversation}", auth=VIEWER, response=ConversationWhole, summary="One conversation, whole"
)
def conversation(request: ApiRequest, conversation: int, before: str = "") -> ConversationWhole:
    found = _found(request, conversation)
    page = selecting.messages_of(found, before)
    waiting = assistant.pending_in([found.pk]).get(found.pk)
    return whole(found, list(page.rows), page.next, None if waiting and waiting.blind else waiting)


@router.get(
    "conversations/{int:conversation}/messages/{int:message}/readings", auth=VIEWER, response=list[ReadingShown],
    summary="What the AI read in a message",
)  # fmt: skip
def readings(request: ApiRequest, conversation: int, message: int) -> list[ReadingShown]:
    """Every stage's label with its confidence, evidence and version; what a person corrected, as corrected."""
    found = _message(request, conversation, message)
    read = understanding.annotations_of([found.pk]).get(found.pk, {})
    return [ReadingShown.of(read[stage]) for stage in sorted(read)]


@router.post(
    "conversations/{int:conversation}/replies", auth=OPERATOR, response={200: MessageShown, 201: MessageShown},
    summary="Send a reply",
)  # fmt: skip
def reply(
    request: ApiRequest,
    conversation: int,
    words: Words,
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> Status[MessageShown]:
    """201 once it is in line to leave. With a header `Idempotency-Key`, sending the same again answers 200 and sends nothing."""
    found, key = _found(request, conversation), _key(request, idempotency_key)
    try:
        with transaction.atomic():
            return Status(201, MessageShown.of(inbox.reply(found, words.text, user=user_of(request), key=key)))
    except AlreadyEnqueued as already:
        return Status(200, MessageShown.of(_same(already, found, words.text)))


@router.post(
    "conversations/{int:conversation}/messages/{int:message}/hide", auth=OPERATOR, response=MessageShown,
    summary="Hide a member’s message",
)  # fmt: skip
def hide(request: ApiRequest, conversation: int, message: int, given: Reason) -> MessageShown:
    """In line to be hidden from the community, where the channel can; the team still reads it. 409 where it cannot be."""
    found = _message(request, conversation, message)
    inbox.hide(found, user=user_of(request), reason=given.reason)
    return MessageShown.of(found)


@router.post(
    "conversations/{int:conversation}/messages/{int:message}/show", auth=OPERATOR, response=MessageShown,
    summary="Show a member’s message",
)  # fmt: skip
def show(request: ApiRequest, conversation: int, message: int) -> MessageShown:
    """In line to be shown: again, or for the first time where the platform holds it until it is approved."""
    found = _message(request, conversation, message)
    inbox.show(found, user=user_of(request))
    return MessageShown.of(found)


@router.post("conversations/{int:conversation}/notes", auth=OPERATOR, response={201: NoteShown}, summary="Write a note")
def note(request: ApiRequest, conversation: int, words: Words) -> Status[NoteShown]:
    """For colleagues; it never leaves."""
    written = inbox.write_note(_found(request, conversation), words.text, user=user_of(request))
    return Status(201, NoteShown.of(written))


@router.post(
    "conversations/{int:conversation}/assign", auth=OPERATOR, response=ConversationShown, summary="Entrust to somebody"
)
def assign(request: ApiRequest, conversation: int, entrusted: Entrusted) -> ConversationShown:
    found = _found(request, conversation)
    inbox.assign(found, to=_teammate(request, entrusted.to), user=user_of(request))
    return ConversationShown.of(found)


@router.post("conversations/{int:conversation}/close", auth=OPERATOR, response=ConversationShown, summary="Close")
def close(request: ApiRequest, conversation: int) -> ConversationShown:
    """Nothing more to do here; a new message opens it again."""
    found = _found(request, conversation)
    inbox.close(found, user=user_of(request))
    return ConversationShown.of(found)


@router.post("conversations/{int:conversation}/reopen", auth=OPERATOR, response=ConversationShown, summary="Reopen")
def reopen(request: ApiRequest, conversation: int) -> ConversationShown:
    found = _found(request, conversation)
    inbox.reopen(found, user=user_of(request))
    return ConversationShown.of(found)


@router.post(
    "conversations/{int:conversation}/take-over", auth=OPERATOR, response=ConversationShown, summary="Take over"
)
def take_over(request: ApiRequest, conversation: int) -> ConversationShown:
    """Once this is answered, nothing by the AI leaves in this conversation."""
    found = _found(request, conversation)
    inbox.take_over(found, user=user_of(request))
    return ConversationShown.of(found)


@router.post(
    "conversations/{int:conversation}/give-back", auth=OPERATOR, response=ConversationShown, summary="Give back"
)
def give_back(request: ApiRequest, conversation: int) -> ConversationShown:
    """The AI may answer the next message."""
    found = _found(request, conversation)
    inbox.give_back(found, user=user_of(request))
    return ConversationShown.of(found)


def _found(request: ApiRequest, pk: int) -> Conversation:
    found = selecting.conversation_in(workspace_of(request), pk)
    if found is None:
        raise Http404
    return found


def _message(request: ApiRequest, conversation: int, pk: int) -> Message:
    found = _found(request, conversation).messages.select_related("channel", "member", "operator", "delivery")
    message = found.filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def _key(request: ApiRequest, given: str) -> str:
    """What the ledger knows this reply by: the caller's key, in this workspace alone."""
    return sha256(f"api:{workspace_of(request).pk}:{given}".encode()).hexdigest() if given else ""


def _same(already: AlreadyEnqueued, found: Conversation, text: str) -> Message:
    """The reply that this key sent the first time; refused if it was another one."""
    sent = Message.objects.select_related("member", "operator", "delivery").get(delivery=already.delivery)
    if sent.conversation_id != found.pk or sent.text != clean(text):
        raise Refused(409, "another_reply")
    return sent


def _teammate(request: ApiRequest, pk: int | None) -> User | None:
    if pk is None:
        return None
    members = workspace_of(request).memberships.select_related("user")
    member = members.filter(user_id=pk).first()
    if member is None:
        raise Refused(422, "unknown_person")
    return member.user
