"""Where one stands in the inbox: a conversation is opened, acted on and left with the filters of the list beside it."""

from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from binome.web.ui.access import WorkspaceRequest


def query(request: HttpRequest) -> str:
    """The list's filters as an address, without the place in it; what is posted is posted from a page that has them."""
    asked = _page(request) if request.method == "POST" else request.GET.copy()
    asked.pop("cursor", None)
    return asked.urlencode()


def address(request: WorkspaceRequest, conversation: int) -> str:
    """A conversation's page beside the same list."""
    filters = query(request)
    return reverse("inbox:conversation", args=[request.workspace.slug, conversation]) + (
        f"?{filters}" if filters else ""
    )


def _page(request: HttpRequest) -> QueryDict:
    """What the inbox's page that this was posted from was asked; nothing from any other page."""
    at = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    return QueryDict(at.query if "/inbox/" in at.path else "", mutable=True)
