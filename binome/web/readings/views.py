"""One page on all readings."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from binome.autonomy.models import Act, Lane
from binome.understanding import selectors
from binome.understanding.own import TOPIC
from binome.web.readings import showing
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces import language_models
from binome.workspaces.models import Role


@require_safe
@workspace_view()
def page(request: WorkspaceRequest) -> HttpResponse:
    """Each stage: what it reads, and how well."""
    sheets, in_use = showing.sheets(request.workspace), selectors.lessons_in_use(request.workspace)
    content = {
        "sheets": sheets,
        "verdicts": sum(s.contested + sum(one.judged for one in (s.telling, s.silent) if one) for s in sheets),
        "in_use": sum(in_use.get(one.stage) == one.version for one in sheets if one.stage != TOPIC),
        "asks": bool(language_models.reading_in([request.workspace.pk])),
        "sorts": request.workspace.lanes.filter(act__in=(Act.HIDE, Act.APPROVE), level=Lane.Level.ACT).exists(),
        "operates": request.membership.may(Role.OPERATOR),
        "measured": any(sheet.measured for sheet in sheets),
    }
    return render(request, "readings/page.html", content)
