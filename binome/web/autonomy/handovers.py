"""The scorecard of hand-overs: needed, needless and missed, by cause, with what they cost."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from binome.assistant.scorecard import scorecard
from binome.autonomy import services as autonomy
from binome.kit import clock
from binome.web.autonomy.showing import MONTH
from binome.web.ui.access import WorkspaceRequest, workspace_view


@require_safe
@workspace_view()
def page(request: WorkspaceRequest) -> HttpResponse:
    """The last thirty days."""
    rules = autonomy.rules_of(request.workspace)
    card = scorecard(request.workspace, clock.now() - MONTH, rules)
    return render(request, "autonomy/handovers.html", {"card": card, "rules": rules, "days": MONTH.days})
