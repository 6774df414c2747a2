"""The why card: all that one decision depended on, and what would have changed it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from binome.assistant import selectors, telling
from binome.web.ui.access import WorkspaceRequest, workspace_view


@require_safe
@workspace_view()
def page(request: WorkspaceRequest, card: int) -> HttpResponse:
    """One decision, explained and decided again; not where it would tell what is to be judged blind."""
    found = selectors.card_in(request.workspace, card)
    if found is None:
        raise Http404
    told = None if selectors.is_kept_back(found.conversation_id) else telling.told(found)
    return render(request, "autonomy/why.html", {"card": found, "told": told})
