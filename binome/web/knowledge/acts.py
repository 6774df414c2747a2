"""What managers do with entries and with questions that have no answer; each can be undone."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from binome.knowledge import selectors
from binome.knowledge import services as knowledge
from binome.web.knowledge.views import source_in
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


@require_POST
@workspace_view(Role.MANAGER)
def archive(request: WorkspaceRequest, source: int) -> HttpResponse:
    """No longer quoted."""
    found = source_in(request, source)
    knowledge.archive(found, actor=f"user:{request.user.pk}")
    undo = reverse("knowledge:restore", args=[request.workspace.slug, found.pk])
    toasts.show(request, _("Archived: Binôme no longer quotes it."), undo=undo)
    return redirect("knowledge:entry", request.workspace.slug, found.pk)


@require_POST
@workspace_view(Role.MANAGER)
def restore(request: WorkspaceRequest, source: int) -> HttpResponse:
    """Quoted again."""
    found = source_in(request, source)
    knowledge.archive(found, actor=f"user:{request.user.pk}", archived=False)
    toasts.show(request, _("Back in use."))
    return redirect("knowledge:entry", request.workspace.slug, found.pk)


@require_POST
@workspace_view(Role.MANAGER)
def set_aside(request: WorkspaceRequest, gap: int) -> HttpResponse:
    """These questions need no entry."""
    group = selectors.unanswered_like(request.workspace, gap)
    if group is None:
        raise Http404
    knowledge.dismiss_gaps(group.gaps)
    number = len(group.gaps)
    text = ngettext("{n} question set aside.", "{n} questions set aside.", number).format(n=number)
    toasts.show(request, text, undo=reverse("knowledge:bring_back", args=[request.workspace.slug, gap]))
    return redirect("knowledge:list", request.workspace.slug)


@require_POST
@workspace_view(Role.MANAGER)
def bring_back(request: WorkspaceRequest, gap: int) -> HttpResponse:
    """They do need one."""
    found = list(selectors.dismissed(request.workspace, gap))
    if not found:
        raise Http404
    knowledge.restore_gaps(found)
    return redirect("knowledge:list", request.workspace.slug)
