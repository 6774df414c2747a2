"""The why card: all that one decision depended on, and what would have changed it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from binome.assistant import selectors, telling
from binome.web.ui.access import WorkspaceRequest, workspace_view


@require_safe
@workspace_view()
def page(request: WorkspaceRequest, card: int) -> HttpResponse:
    """One decision, explained and decided again."""
    found = selectors.card_in(request.workspace, card)
    if found is None:
        raise Http404
    return render(request, "autonomy/why.html", {"card": found, "told": telling.told(found)})
