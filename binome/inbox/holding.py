"""All that is held of one member, for whoever asks to see it (GDPR, articles 15 and 20)."""

from collections.abc import Iterator
from typing import Any

from binome.inbox.models import Conversation, Message, Note
from binome.members.models import Member


def held_of(member: Member) -> dict[str, Any]:
    """The member, their accounts, and every conversation that is theirs or in which they wrote, as JSON has it."""
    accounts = member.identities.select_related("channel").order_by("pk")
    return {
        "member": member.pk,
        "name": member.name,
        "language": member.language,
        "first_seen_at": member.first_seen_at.isoformat(),
        "last_seen_at": member.last_seen_at.isoformat(),
        "accounts": [
            {"channel": one.channel.name, "id": one.external_id, "handle": one.handle, "email": one.email}
            for one in accounts
        ],
        "conversations": list(_conversations(member)),
    }


def numbers_of(member: Member) -> dict[str, int]:
    """How much that is: conversations, messages, notes."""
    talks = Conversation.objects.filter(member=member)
    return {
        "conversations": talks.count(),
        "messages": Message.objects.filter(member=member, by=Message.By.MEMBER, deleted_at=None).count(),
        "notes": Note.objects.filter(conversation__in=talks).count(),
    }


def _conversations(member: Member) -> Iterator[dict[str, Any]]:
    theirs = Conversation.objects.filter(member=member)
    elsewhere = Conversation.objects.filter(messages__member=member, messages__by=Message.By.MEMBER)
    talks = (theirs | elsewhere).distinct().select_related("channel").prefetch_related("tags", "notes").order_by("pk")
    for talk in talks.iterator(500):
        said = (
            talk.messages.filter(deleted_at=None)
            .select_related("delivery")
            .prefetch_related("attachments", "revisions")
        )
        if talk.member_id != member.pk:  # a thread of somebody else: their own words in it
            said = said.filter(member=member, by=Message.By.MEMBER)
        yield {
            "conversation": talk.pk,
            "channel": talk.channel.name,
            "subject": talk.subject if talk.member_id == member.pk else "",
            "tags": sorted(tag.name for tag in talk.tags.all()) if talk.member_id == member.pk else [],
            "messages": [_message(one) for one in said.order_by("at", "pk")],
            "notes": [{"at": one.at.isoformat(), "text": one.text} for one in talk.notes.all()]
            if talk.member_id == member.pk
            else [],
        }


def _message(message: Message) -> dict[str, Any]:
    return {
        "at": message.at.isoformat(),
        "by": message.by,
        "text": message.text,
        "earlier": [{"text": one.text, "until": one.until.isoformat()} for one in message.revisions.all()],
        "files": [one.name for one in message.attachments.all()],
    }
