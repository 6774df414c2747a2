"""Pictures in a thread: drawn anew before they are shown, veiled until one asks unless they were read and nothing was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from binome.inbox.models import Attachment, Message
from binome.sdk import pictures as opening
from binome.understanding import pictures as understanding
from binome.understanding.models import Annotation
from binome.understanding.pictures import NotSeen
from binome.web.inbox import places
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


@dataclass(frozen=True)
class File:
    """A file as the thread shows it. *shows*: it is a picture that can be shown; *veil*: why not before one asks."""

    file: Attachment
    shows: bool = False
    veil: str = ""
    tone: str = ""
    known: bool = False
    may_be_known: bool = False


def files(message: Message, read: Mapping[str, Annotation]) -> Sequence[File]:
    """What came with a message, each with what was found in it."""
    said = read.get(understanding.STAGE)
    seen = understanding.seen_in(said.evidence) if said else {}
    return [_file(one, seen.get(str(one.pk))) for one in message.attachments.all()]


@require_safe
@workspace_view()
def picture(request: WorkspaceRequest, conversation: int, attachment: int) -> HttpResponse:
    """A picture drawn anew: what a stranger's file may do to a browser stays here."""
    shown = opening.shown(understanding.content_of(_found(request, conversation, attachment)))
    if shown is None:
        raise Http404
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(shown, content_type="image/jpeg", headers=headers)


@require_POST
@workspace_view(Role.OPERATOR)
def know_picture(request: WorkspaceRequest, conversation: int, attachment: int) -> HttpResponse:
    """A person wants to see this picture each time it comes; or no more."""
    found, forgets = _found(request, conversation, attachment), _forgets(request)
    try:
        change = understanding.forget if forgets else understanding.know
        change(found, user=request.user)
        said = (
            _("This picture is one like any other again.") if forgets else _("Flagged: each time it comes, you see it.")
        )
        undo = reverse("inbox:know_picture", args=[request.workspace.slug, conversation, attachment])
        toasts.show(request, said, undo=undo + ("" if forgets else "?do=forget"))
    except NotSeen as refusal:
        toasts.show(request, sentence_for(refusal), tone="alarm")
    return redirect(f"{places.address(request, conversation)}#message-{found.message_id}")


VEILS = {
    "known": (gettext_lazy("A picture that you want to see each time"), "alarm"),
    "nude": (gettext_lazy("Nudity, perhaps"), "alarm"),
    "unread": (gettext_lazy("To be checked before it is opened"), "warn"),
}


def _file(file: Attachment, seen: understanding.Seen | None) -> File:
    if not file.is_picture or not file.file or "pillow" in opening.missing():
        return File(file)
    if seen is None:
        return File(file, shows=True, veil=_("Not read yet"))
    veil, tone = VEILS.get(seen["label"], ("", ""))
    mark = seen.get("fingerprint", "")
    may_be_known = bool(mark) and opening.telling(mark)
    return File(file, bool(mark), str(veil), tone, known=seen["label"] == "known", may_be_known=may_be_known)


def _forgets(request: HttpRequest) -> bool:
    return "forget" in (request.POST.get("do"), request.GET.get("do"))


def _found(request: WorkspaceRequest, conversation: int, attachment: int) -> Attachment:
    rows = Attachment.objects.filter(pk=attachment, message__conversation=conversation).select_related("message")
    found = rows.filter(message__workspace=request.workspace, message__deleted_at=None).first()
    if found is None:
        raise Http404
    return found
