"""Hiding what a member wrote, showing it again, approving it: each a POST from the thread."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.web.inbox.acts import act
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest


@act
def hide(request: WorkspaceRequest, conversation: Conversation, message: int) -> None:
    """Have it seen by nobody but the team. What waited for approval is not shown by undoing."""
    found = _found(conversation, message)
    inbox.hide(found, user=request.user, reason=request.POST.get("reason", ""))
    toasts.show(
        request, _("Hidden. The team still reads it."), undo="" if found.held else _to(conversation, found, "show")
    )


@act
def show(request: WorkspaceRequest, conversation: Conversation, message: int) -> None:
    """Have it seen again, or for the first time."""
    found = _found(conversation, message)
    approved = found.held and found.hidden_at is None
    inbox.show(found, user=request.user)
    told = _("Approved: everybody may see it.") if approved else _("Shown again.")
    toasts.show(request, told, undo=_to(conversation, found, "hide"))


def _found(conversation: Conversation, pk: int) -> Message:
    found = conversation.messages.select_related("channel").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _to(conversation: Conversation, message: Message, name: str) -> str:
    return reverse(f"inbox:{name}", args=[conversation.workspace.slug, conversation.pk, message.pk])
