"""What managers do with the reply memory: set aside, merge, split, check pages, forget somebody, files in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from binome.knowledge.memory import services, taking
from binome.knowledge.memory.linking import check_links
from binome.knowledge.memory.models import Intake
from binome.knowledge.memory.said import Unreadable
from binome.web.knowledge.memory import intake_in, problem_in
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


@require_POST
@workspace_view(Role.MANAGER)
def set_aside(request: WorkspaceRequest, problem: int) -> HttpResponse:
    """No suggestion leans on it."""
    found = problem_in(request, problem)
    services.set_aside(found, actor=_actor(request))
    undo = reverse("knowledge:problem_back", args=[request.workspace.slug, found.pk])
    toasts.show(request, _("Set aside: no suggestion leans on it."), undo=undo)
    return redirect("knowledge:memory", request.workspace.slug)


@require_POST
@workspace_view(Role.MANAGER)
def bring_back(request: WorkspaceRequest, problem: int) -> HttpResponse:
    """Suggestions may lean on it again."""
    found = problem_in(request, problem)
    services.set_aside(found, actor=_actor(request), aside=False)
    toasts.show(request, _("Back in the memory."))
    return redirect("knowledge:problem", request.workspace.slug, found.pk)


@require_POST
@workspace_view(Role.MANAGER)
def merge(request: WorkspaceRequest, problem: int) -> HttpResponse:
    """These ask the same as this one."""
    found = problem_in(request, problem)
    others = [problem_in(request, pk) for pk in _chosen(request, "other")]
    try:
        services.merge(found, others, actor=_actor(request))
    except services.Impossible as refusal:
        toasts.show(request, str(refusal), tone="alarm")
    else:
        number = len(others)
        toasts.show(request, ngettext("{n} problem merged in.", "{n} problems merged in.", number).format(n=number))
    return redirect("knowledge:problem", request.workspace.slug, found.pk)


@require_POST
@workspace_view(Role.MANAGER)
def split(request: WorkspaceRequest, problem: int) -> HttpResponse:
    """These wordings ask something else."""
    found = problem_in(request, problem)
    try:
        made = services.split(found, _chosen(request, "wording"), actor=_actor(request))
    except services.Impossible as refusal:
        toasts.show(request, str(refusal), tone="alarm")
        return redirect("knowledge:problem", request.workspace.slug, found.pk)
    toasts.show(request, _("They are a problem of their own now: here it is."))
    return redirect("knowledge:problem", request.workspace.slug, made.pk)


@require_POST
@workspace_view(Role.MANAGER)
def check(request: WorkspaceRequest, problem: int) -> HttpResponse:
    """Look up the pages that its answers point to."""
    found = problem_in(request, problem)
    asked, gone = check_links(found)
    text = _("{gone} of {n} pages are gone.") if gone else _("Every page that was looked up is there ({n}).")
    toasts.show(request, text.format(gone=gone, n=asked))
    return redirect("knowledge:problem", request.workspace.slug, found.pk)


@require_POST
@workspace_view(Role.MANAGER)
def forget(request: WorkspaceRequest) -> HttpResponse:
    """Forget somebody of the community: all threads of the past in which they wrote."""
    name = request.POST.get("name", "").strip()
    if not name:
        toasts.show(request, _("Write the name, handle or address that they go by."), tone="alarm")
        return redirect("knowledge:memory", request.workspace.slug)
    threads = services.forget_author(request.workspace, names=[name], actor=_actor(request))
    text = ngettext("{n} exchange forgotten.", "{n} exchanges forgotten.", threads).format(n=threads)
    toasts.show(request, text if threads else _("Nobody of that name wrote in the exchanges of the past."))
    return redirect("knowledge:memory", request.workspace.slug)


@require_POST
@workspace_view(Role.MANAGER)
def confirm(request: WorkspaceRequest, intake: int) -> HttpResponse:
    """Take the file in; bad rows are left out only if one says so."""
    try:
        taking.confirm(intake_in(request, intake), leave_out_bad=request.POST.get("bad") == "leave-out")
    except Unreadable as refusal:
        toasts.show(request, str(refusal), tone="alarm")
    return redirect("knowledge:intake", request.workspace.slug, intake)


@require_POST
@workspace_view(Role.MANAGER)
def abandon(request: WorkspaceRequest, intake: int) -> HttpResponse:
    """Do not take it in, or not the rest."""
    found = intake_in(request, intake)
    kept = found.state == Intake.State.RUNNING
    taking.abandon(found)
    toasts.show(request, _("Stopped. What was already in stays.") if kept else _("Abandoned. Nothing was changed."))
    return redirect("knowledge:memory", request.workspace.slug)


def _chosen(request: HttpRequest, name: str) -> list[int]:
    return [int(value) for value in request.POST.getlist(name) if value.isdecimal() and len(value) < 16]


def _actor(request: WorkspaceRequest) -> str:
    return f"user:{request.user.pk}"
