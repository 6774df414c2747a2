"""How this workspace measures: everybody may read it, an owner changes it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from binome.autonomy import services as autonomy
from binome.web.autonomy.forms import RulesForm
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


@require_http_methods(["GET", "POST"])
@workspace_view()
def page(request: WorkspaceRequest) -> HttpResponse:
    """What counts as wrong, how many verdicts are given blind, what a mistake costs."""
    owns = request.membership.may(Role.OWNER)
    if request.method == "POST" and not owns:
        raise PermissionDenied
    form = RulesForm(request.POST or None, initial=RulesForm.of(autonomy.rules_of(request.workspace)))
    if form.is_valid():
        chosen = form.cleaned_data
        chosen["blind_share"] = chosen["blind_share"] / 100
        autonomy.change_rules(request.workspace, actor=f"user:{request.user.pk}", **chosen)
        toasts.show(request, _("Saved. The evidence was read again by these rules."))
        return redirect("autonomy:rules", request.workspace.slug)
    return render(request, "autonomy/rules.html", {"form": form, "owns": owns}, status=422 if form.is_bound else 200)
