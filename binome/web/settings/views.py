"""The workspace's name, main language and time zone."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from binome.web.settings.forms import WorkspaceSettings
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces import services as workspaces
from binome.workspaces.models import Role


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def workspace(request: WorkspaceRequest) -> HttpResponse:
    """Change what everybody sees."""
    here = request.workspace
    form = WorkspaceSettings(
        request.POST or None, initial={key: getattr(here, key) for key in ("name", "language", "time_zone")}
    )
    if form.is_valid():
        workspaces.change_workspace(here, by=request.user, **form.cleaned_data)
        toasts.show(request, _("Saved."))
        return redirect("settings:workspace", here.slug)
    return render(request, "settings/workspace.html", {"form": form})
