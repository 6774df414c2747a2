"""A copy of what is held of a member, and the end of it: for managers, who answer such requests."""

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from binome.inbox import holding
from binome.members import services as members
from binome.members.models import Member
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


@require_safe
@workspace_view(Role.MANAGER)
def held(request: WorkspaceRequest, member: int) -> HttpResponse:
    """All that is held of them, as one JSON file to give them."""
    found = _member(request, member)
    headers = {
        "Content-Disposition": f'attachment; filename="{request.workspace.slug}-{found.pk}.json"',
        "Cache-Control": "no-store",
    }
    copy = json.dumps(holding.held_of(found), ensure_ascii=False, indent=1)
    return HttpResponse(copy, content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def forget(request: WorkspaceRequest, member: int) -> HttpResponse:
    """Say what would go, then forget them."""
    found = _member(request, member)
    back = reverse("inbox:list", args=[request.workspace.slug])
    if request.method == "GET":
        numbers = holding.numbers_of(found)
        what = _(
            "Their name, accounts and files go, and all that was written by them or to them: messages: {messages}, "
            "conversations: {conversations}, internal notes: {notes}; also what was learned from them. "
            "Counts and verdicts stay, without words. It cannot be undone."
        ).format(**numbers)
        content = {"title": _("Forget {name}?").format(name=found), "what": what, "act": _("Forget"), "back": back}
        return render(request, "ui/ask.html", content)
    members.erase(found, actor=f"user:{request.user.pk}")
    toasts.show(request, _("Forgotten. The last traces go within a minute."))
    return redirect(back)


def _member(request: WorkspaceRequest, pk: int) -> Member:
    return get_object_or_404(Member, pk=pk, workspace=request.workspace)
