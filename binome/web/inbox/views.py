"""The inbox's pages: the list, a conversation, its live changes."""

from datetime import timedelta
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from binome.channels import services as channels
from binome.inbox import selectors as inbox
from binome.inbox.models import Attachment, Conversation
from binome.inbox.selectors import Filters
from binome.journal import selectors as journal
from binome.kit import clock
from binome.kit.paging import BadCursor
from binome.kit.text import clean
from binome.understanding import selectors as understanding
from binome.web import live
from binome.web.inbox import places, readings, showing
from binome.web.live import Event
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role
from binome.workspaces.selectors import team

VIEWS = ("mine", "team", "approve", "alone", "later", "closed", "all")


@require_safe
@workspace_view()
def inbox_page(request: WorkspaceRequest) -> HttpResponse:
    """The list, and nothing open yet."""
    return render(request, "inbox/page.html", _list(request))


@require_safe
@workspace_view()
def rows(request: WorkspaceRequest) -> HttpResponse:
    """Rows alone: the next page of the list, or the first again after something changed."""
    return render(request, "inbox/rows.html", _list(request))


@require_safe
@workspace_view()
def conversation_page(request: WorkspaceRequest, conversation: int) -> HttpResponse:
    """One conversation: alone if htmx asks for it, else beside the list."""
    content = opened(request, conversation)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "inbox/opened.html", content)
    return render(request, "inbox/page.html", _list(request, content["head"]) | content)


@require_safe
@workspace_view()
def flow(request: WorkspaceRequest, conversation: int) -> HttpResponse:
    """What was said: again after something changed, or earlier (?before=)."""
    found = _conversation(request, conversation)
    try:
        thread = showing.thread(found, request.GET.get("before", ""))
    except BadCursor as error:
        raise Http404 from error
    content = {"thread": thread, "conversation": found, "may_judge": request.membership.may(Role.OPERATOR)}
    return render(request, "inbox/flow.html", content)


@require_safe
@workspace_view()
def events(request: WorkspaceRequest) -> HttpResponseBase:
    """What changes in this workspace, live: which conversation, never its content."""
    workspace_id = request.workspace.pk

    def concerns(event: Event) -> bool:
        return event.workspace_id == workspace_id and event.kind in _TELLING

    def told(event: Event) -> dict[str, Any]:
        return {"conversation": event.about.get("conversation"), "delivery": event.about.get("delivery")}

    return live.stream(request, concerns, told, head=journal.head(), reader=f"user:{request.user.pk}")


@require_safe
@workspace_view()
def attachment(request: WorkspaceRequest, conversation: int, attachment: int) -> HttpResponseBase:
    """A file that came with a message: always as a download, never shown by the browser as a page."""
    rows = Attachment.objects.filter(pk=attachment, message__conversation=conversation)
    found = rows.filter(message__workspace=request.workspace).first()
    if found is None or not found.file:
        raise Http404
    response = FileResponse(found.file.open(), as_attachment=True, filename=found.name)
    response["Content-Type"] = "application/octet-stream"
    return response


def opened(request: WorkspaceRequest, conversation: int) -> dict[str, Any]:
    """What the panes of one conversation show."""
    head = journal.head()
    found = _conversation(request, conversation)
    return {
        "conversation": found,
        "thread": showing.thread(found),
        "people": team(request.workspace),
        "saved_replies": request.workspace.saved_replies.filter(archived_at=None).order_by("title"),
        "snoozes": _snoozes(),
        "drafts": showing.drafts(found),
        "head": head,
        "query": places.query(request),
        "may_judge": request.membership.may(Role.OPERATOR),
    }


_TELLING = frozenset(
    {
        "MessageReceived", "MessageEdited", "MessageDeleted", "MessageHidden", "MessageShown", "ModerationFailed",
        "ReplyWritten", "NoteWritten", "HandedOver", "TakenOver",
        "GivenBack", "Assigned", "Snoozed", "Closed", "Reopened", "Tagged", "SuggestionMade", "SuggestionSettled",
        "ActedAlone", "DeliverySettled", "DraftWanted", "DraftFailed", "LeftInPeace", "MessageUnderstood",
        "MessageReadCloser", "PictureKnown",
        "ReadingJudged", "ReadingVerdictTakenBack", "MessageReadAgain",
    }
)  # fmt: skip


def _list(request: WorkspaceRequest, head: int | None = None) -> dict[str, Any]:
    head = journal.head() if head is None else head
    filters, reading = _filters(request), _text(request, "reading")
    among = understanding.read_as(reading) if reading else None
    try:
        page = inbox.conversations(
            request.workspace,
            request.user,
            filters,
            request.GET.get("cursor", ""),
            among,
            warned=understanding.warnings(),
        )
    except BadCursor as error:
        raise Http404 from error
    here = list(request.workspace.channels.order_by("name")) if not request.htmx else []  # type: ignore[attr-defined]
    return {
        "rows": showing.rows(page),
        "next": page.next,
        "filters": filters,
        "reading": reading,
        "kinds": readings.to_look_for(request.workspace.pk, reading) if not request.htmx else [],  # type: ignore[attr-defined]
        "query": places.query(request),
        "head": head,
        "telling": " ".join(sorted(_TELLING)),
        "channels": here,
        "moderates": any(channels.can(place, "moderates") for place in here),
    }


def _filters(request: HttpRequest) -> Filters:
    asked = request.GET
    return Filters(
        view=asked.get("view") if asked.get("view") in VIEWS else "mine",  # type: ignore[arg-type]
        search=_text(request, "q", 200),
        channel=_number(asked.get("channel")),
        tag=_text(request, "tag"),
        language=_text(request, "language"),
        assignee=_number(asked.get("assignee")),
    )


def _text(request: HttpRequest, name: str, most: int = 120) -> str:
    """What was asked, as PostgreSQL can compare it."""
    return clean(request.GET.get(name, ""))[:most]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 16 else None


def _conversation(request: WorkspaceRequest, pk: int) -> Conversation:
    found = inbox.conversation_in(request.workspace, pk)
    if found is None:
        raise Http404
    return found


def _snoozes() -> list[tuple[str, Any]]:
    """Usual times to put a conversation away until."""
    now = clock.now()
    return [("3h", now + timedelta(hours=3)), ("1d", now + timedelta(days=1)), ("7d", now + timedelta(days=7))]
