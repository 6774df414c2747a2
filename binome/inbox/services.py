"""What may be done with a conversation: each verb one transaction, with its fact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.channels import gate
from binome.channels.gate import Authorisation
from binome.channels.models import Thread
from binome.inbox import facts
from binome.inbox.batches import refresh_last, searchable
from binome.inbox.models import Conversation, HandOver, Message, Note, SavedReply, Tag
from binome.inbox.moderating import CannotModerate as CannotModerate
from binome.inbox.moderating import hide as hide
from binome.inbox.moderating import note_settled as note_settled
from binome.inbox.moderating import show as show
from binome.inbox.receiving import receive_arrivals as receive_arrivals
from binome.inbox.receiving import wipe_all_of as wipe_all_of
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, excerpt
from binome.workspaces.models import Workspace


class NothingToSay(ValueError):
    """Write something first."""


class Silent(Exception):
    """A person holds this conversation: the AI says nothing."""


class NotInTheTeam(ValueError):
    """This person is not in the team."""


@transaction.atomic
def reply(conversation: Conversation, text: str, *, user: User, hold: bool = True, key: str = "") -> Message:
    """Send a person's words. Writing is taking over: unless *hold* is false, the AI falls silent here.

    *key* makes a repeat `gate.AlreadyEnqueued`.
    """
    authorisation = Authorisation(by=f"user:{user.pk}", why="written by a person")
    held = Thread.objects.filter(pk=conversation.thread_id, held_by_person=True).exists()
    if hold and not held:
        take_over(conversation, user=user)
    return _reply(conversation, text, authorisation, by=Message.By.OPERATOR, user=user, key=key)


@transaction.atomic
def reply_as_ai(
    conversation: Conversation, text: str, *, authorisation: Authorisation, sources: list[dict[str, Any]], alone: bool
) -> Message:
    """Send the AI's words, if nobody holds the conversation; `Silent` otherwise. The gate checks again at sending.

    *alone*: it answers a member without a person; a word that only says that a person will come is not that.
    """
    thread = Thread.objects.select_for_update().get(pk=conversation.thread_id)
    if thread.held_by_person:
        raise Silent(Silent.__doc__)
    return _reply(conversation, text, authorisation, by=Message.By.AI, sources=sources, alone=alone)


@transaction.atomic
def hand_over(
    conversation: Conversation, *, reason: str, message: Message | None, detail: dict[str, Any] | None = None
) -> HandOver:
    """The AI leaves this to a person and says why; if it already has, the reason is added to the list."""
    handover = HandOver.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        message=message,
        reason=reason,
        detail=detail or {},
    )
    _change(conversation, needs_person=True)
    fact = facts.HandedOver(handover.pk, conversation.pk, reason)
    journal.record(fact, workspace_id=conversation.workspace_id, actor="ai")
    return handover


@transaction.atomic
def take_over(conversation: Conversation, *, user: User) -> None:
    """A person takes the conversation; nothing by the AI leaves once this has returned."""
    gate.hold(conversation.thread, actor=_actor(user))
    now = clock.now()
    _refresh(conversation)
    conversation.handovers.filter(taken_at=None).update(taken_by=user, taken_at=now)
    _change(conversation, assignee=conversation.assignee or user, needs_person=conversation.waiting_since is not None)
    _record(conversation, facts.TakenOver(conversation.pk), user)


@transaction.atomic
def give_back(conversation: Conversation, *, user: User) -> None:
    """The person gives the conversation back: the AI may answer the next message. What waits still needs a person."""
    gate.release(conversation.thread, actor=_actor(user))
    conversation.handovers.filter(ended_at=None).update(ended_at=clock.now())
    _refresh(conversation)
    _change(conversation, needs_person=conversation.waiting_since is not None, assignee=None)
    _record(conversation, facts.GivenBack(conversation.pk), user)


@transaction.atomic
def assign(conversation: Conversation, *, to: User | None, user: User) -> None:
    """Entrust a conversation to somebody of the team, or to nobody in particular."""
    if to and not to.memberships.filter(workspace_id=conversation.workspace_id).exists():
        raise NotInTheTeam(_("This person is not in the team."))
    _change(conversation, assignee=to)
    _record(conversation, facts.Assigned(conversation.pk, to.pk if to else None), user)


@transaction.atomic
def write_note(conversation: Conversation, text: str, *, user: User) -> Note:
    """Say something to colleagues."""
    note = Note.objects.create(
        workspace_id=conversation.workspace_id, conversation=conversation, author=user, text=_said(text)
    )
    _record(conversation, facts.NoteWritten(note.pk, conversation.pk), user)
    return note


@transaction.atomic
def snooze(conversation: Conversation, *, until: datetime, user: User) -> None:
    """Put a conversation away until an instant, or until its member writes again."""
    _change(conversation, state=Conversation.State.SNOOZED, snoozed_until=until)
    _record(conversation, facts.Snoozed(conversation.pk, until.isoformat()), user)


@transaction.atomic
def close(conversation: Conversation, *, user: User | None) -> None:
    """Nothing more to do here; a new message opens it again. Without a user: the AI closes it."""
    _change(conversation, state=Conversation.State.CLOSED, needs_person=False, waiting_since=None, snoozed_until=None)
    _record(conversation, facts.Closed(conversation.pk), user, actor="" if user else "ai")


@transaction.atomic
def reopen(conversation: Conversation, *, user: User | None) -> None:
    """Back on the table (without a user: its time has come)."""
    _change(conversation, state=Conversation.State.OPEN, snoozed_until=None, needs_person=True)
    _record(conversation, facts.Reopened(conversation.pk), user)


@transaction.atomic
def wake_snoozed() -> int:
    """Put back on the table what was snoozed until now; how many."""
    due = Conversation.objects.select_for_update(skip_locked=True).filter(
        state=Conversation.State.SNOOZED, snoozed_until__lte=clock.now()
    )
    return sum(1 for conversation in due if reopen(conversation, user=None) is None)


@transaction.atomic
def tag(conversation: Conversation, name: str, *, user: User | None, present: bool = True) -> None:
    """Put a tag on, or take it off; a new name makes a new tag. Without a user: the AI does."""
    mine = Tag.objects.filter(workspace_id=conversation.workspace_id)
    label = mine.filter(name=_said(name)[:60]).first()
    if label is None and present:
        label, _made = mine.get_or_create(workspace_id=conversation.workspace_id, name=_said(name)[:60])
    if label is None:
        return
    (conversation.tags.add if present else conversation.tags.remove)(label)
    _record(conversation, facts.Tagged(conversation.pk, label.pk, present), user, actor="" if user else "ai")


@transaction.atomic
def save_reply(
    workspace: Workspace,
    *,
    title: str,
    text: str,
    language: str = "",
    serves: Sequence[str] = (),
    actor: str,
    changing: SavedReply | None = None,
) -> SavedReply:
    """Keep a reply that serves often, or change one; *serves*: messages that it answers."""
    saved = changing or SavedReply(workspace=workspace)
    new = {"title": _said(title)[:120], "text": _said(text), "language": language}
    if changing and new != {name: getattr(saved, name) for name in new}:
        saved.revision += 1
    for name, value in new.items():
        setattr(saved, name, value)
    saved.serves = list(dict.fromkeys(filter(None, (clean(one) for one in serves))))[:EXAMPLES]
    saved.save()
    journal.record(facts.SavedReplyWritten(saved.pk, saved.revision), workspace_id=workspace.pk, actor=actor)
    return saved


EXAMPLES = 100
"""Messages that one saved reply names as its own, at most."""


@transaction.atomic
def archive_reply(saved: SavedReply, *, actor: str, archived: bool = True) -> None:
    """Offer it no more, or again: what was sent of it stays."""
    saved.archived_at = clock.now() if archived else None
    saved.save(update_fields=["archived_at"])
    fact = facts.SavedReplyArchived(saved.pk) if archived else facts.SavedReplyWritten(saved.pk, saved.revision)
    journal.record(fact, workspace_id=saved.workspace_id, actor=actor)


@transaction.atomic
def note_sent(deliveries: Sequence[int]) -> None:
    """Give what left the id by which the platform knows it; the platform's own echo of it, if it came first, goes.

    An id by which the platform knows what a member wrote is not that of what left, whatever it says.
    """
    left = Message.objects.filter(delivery__in=deliveries).select_related("delivery").order_by("pk")
    for message in left:
        sent_as = message.delivery.external_id if message.delivery else ""
        if sent_as and sent_as != message.external_id:
            others = Message.objects.filter(channel_id=message.channel_id, external_id=sent_as)
            if others.filter(by=Message.By.MEMBER).exists():
                continue
            others.filter(delivery=None).delete()
            others.update(external_id="")  # the same words sent twice, told apart only now
            Message.objects.filter(pk=message.pk).update(external_id=sent_as)
            refresh_last(message.conversation_id)


@transaction.atomic
def settle(conversation: Conversation) -> None:
    """Nothing here waits for a person any more (a thank-you, an answer given by the AI)."""
    _change(conversation, needs_person=False, waiting_since=None)


@transaction.atomic
def wait_again(conversation: Conversation, *, since: datetime) -> None:
    """What was to answer its member did not leave after all: they have waited since then."""
    _change(conversation, state=Conversation.State.OPEN, waiting_since=since, done_alone_at=None)
    refresh_last(conversation.pk)


@transaction.atomic
def note_disclosure(conversation: Conversation, *, how: str) -> None:
    """Its member has been told that an AI answers; only the first time is kept (AI Act, article 50)."""
    untold = Conversation.objects.filter(pk=conversation.pk, ai_disclosed_at=None)
    if untold.update(ai_disclosed_at=clock.now()):
        _record(conversation, facts.AiDisclosed(conversation.pk, how), None, actor="ai")


def set_language(conversation: Conversation, language: str) -> None:
    """The language in which its member writes."""
    if language and language != conversation.language:
        _change(conversation, language=language[:5])


def _reply(
    conversation: Conversation,
    text: str,
    authorisation: Authorisation,
    *,
    by: str,
    user: User | None = None,
    sources: list[dict[str, Any]] | None = None,
    alone: bool = False,
    key: str = "",
) -> Message:
    text = _said(text)
    last = conversation.messages.filter(by=Message.By.MEMBER).exclude(external_id="").order_by("-at", "-pk").first()
    references = (
        conversation.messages.exclude(external_id="").order_by("at", "pk").values_list("external_id", flat=True)
    )
    delivery = gate.enqueue(
        conversation.thread,
        text,
        authorisation,
        by_machine=by == Message.By.AI,
        subject=conversation.subject,
        recipient=_recipient(conversation),
        in_reply_to=last.external_id if last else "",
        references=tuple(references)[-10:],
        key=key,
    )
    message = Message.objects.create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        by=by,
        operator=user,
        text=text,
        delivery=delivery,
        sources=sources or [],
        search=searchable(text),
    )
    if by == Message.By.OPERATOR or alone:  # a word that only says that a person will come leaves the member's on top
        said = {"last_message_at": message.at, "last_text": excerpt(text, 190), "last_by": by}
        settled = {"state": Conversation.State.OPEN, "needs_person": False, "waiting_since": None}
        _change(conversation, **said, **settled, **({"done_alone_at": message.at} if alone else {}))
    _record(conversation, facts.ReplyWritten(message.pk, conversation.pk, by), user, actor="ai" if not user else "")
    return message


def _recipient(conversation: Conversation) -> str:
    identity = conversation.member and conversation.member.identities.filter(channel=conversation.channel_id).first()
    return (identity.email or identity.external_id) if identity else ""


def _said(text: str) -> str:
    text = clean(text)
    if not text:
        raise NothingToSay(_("Write something first."))
    return text


def _refresh(conversation: Conversation) -> None:
    """As it is now, locked for us: the page that acts on it may be some minutes old."""
    now = Conversation.objects.select_for_update().get(pk=conversation.pk)
    conversation.waiting_since, conversation.assignee_id = now.waiting_since, now.assignee_id


def _change(conversation: Conversation, **changes: Any) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    for name, value in changes.items():
        setattr(conversation, name, value)


def _record(conversation: Conversation, fact: Any, user: User | None, actor: str = "") -> None:
    journal.record(fact, workspace_id=conversation.workspace_id, actor=actor or _actor(user))


def _actor(user: User | None) -> str:
    return f"user:{user.pk}" if user else "system"
