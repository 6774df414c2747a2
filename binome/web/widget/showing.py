"""A conversation as its visitor sees it: only what has left by the gate, and only theirs."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from binome.channels.models import Channel, Thread
from binome.inbox.models import Conversation, Message


def thread_of(channel: Channel, visitor: str) -> Thread | None:
    """The visitor's thread, once they have written."""
    return channel.threads.filter(external_id=visitor).first()


def conversation_of(thread: Thread) -> int | None:
    """The conversation held in a thread."""
    return Conversation.objects.filter(thread=thread).values_list("pk", flat=True).first()


def messages_of(channel: Channel, visitor: str) -> list[dict[str, Any]]:
    """What was said so far, oldest first (the last 200)."""
    visible = _visible().filter(conversation__thread__channel=channel, conversation__thread__external_id=visitor)
    return [shown(message) for message in list(visible.order_by("-at", "-pk")[:200])[::-1]]


def message(pk: int) -> dict[str, Any] | None:
    """One message, if visitors may see it."""
    found = _visible().filter(pk=pk).first()
    return shown(found) if found else None


def message_delivered(delivery: int) -> dict[str, Any] | None:
    """The message that this line of the ledger carried."""
    found = _visible().filter(delivery=delivery).first()
    return shown(found) if found else None


def shown(said: Message) -> dict[str, Any]:
    """A message for the visitor's page: text and names only, never markup. *key*: the identifier that this page chose."""
    person = said.operator.short_name if said.operator else _("The team")
    return {
        "id": said.pk,
        "key": said.external_id.rpartition(":")[2] if said.by == Message.By.MEMBER else "",
        "by": said.by,
        "name": {"member": "", "operator": person, "ai": _("Automatic assistant")}[said.by],
        "text": said.text if not said.deleted_at else "",
        "at": said.at.isoformat(),
        "sources": [{"title": s.get("title", ""), "url": s.get("url", "")} for s in said.sources if s.get("title")],
    }


def _visible() -> QuerySet[Message]:
    left = Q(by=Message.By.MEMBER) | Q(delivery__state="sent")
    return Message.objects.filter(left).select_related("operator")
