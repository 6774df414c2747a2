"""Freezing: nothing leaves, at once; thawing. With a receipt of what was stopped."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from binome.channels import gate, selectors
from binome.channels.models import Channel, Freeze
from binome.web.channels.views import channel_in
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def freeze_all(request: WorkspaceRequest) -> HttpResponse:
    """Stop everything that leaves."""
    return _freeze(request, None)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def freeze_one(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """Stop what leaves by one channel."""
    return _freeze(request, channel_in(request, channel))


@require_POST
@workspace_view(Role.MANAGER)
def thaw_all(request: WorkspaceRequest) -> HttpResponse:
    """Let things leave again; channels frozen by themselves stay so."""
    return _thaw(request, None)


@require_POST
@workspace_view(Role.MANAGER)
def thaw_one(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """Let things leave by this channel again."""
    return _thaw(request, channel_in(request, channel))


def _freeze(request: WorkspaceRequest, channel: Channel | None) -> HttpResponse:
    if request.method == "GET":
        back = reverse("channels:list", args=[request.workspace.slug])
        return render(request, "channels/freeze.html", {"channel": channel, "back": back})
    if not _in_force(request, channel):
        reason, actor = request.POST.get("reason", "").strip()[:200], f"user:{request.user.pk}"
        made = gate.freeze(request.workspace, channel=channel, actor=actor, reason=reason)
        number = selectors.receipt(made).cancelled
        told = ngettext("{n} message of the AI was cancelled.", "{n} messages of the AI were cancelled.", number)
        toasts.show(request, _("Frozen: nothing leaves. {receipt}").format(receipt=told.format(n=number)))
    return redirect("channels:list", request.workspace.slug)


def _thaw(request: WorkspaceRequest, channel: Channel | None) -> HttpResponse:
    for frozen in _in_force(request, channel):
        gate.thaw(frozen, actor=f"user:{request.user.pk}")
    toasts.show(request, _("Thawed: what waited leaves now."))
    return redirect("channels:list", request.workspace.slug)


def _in_force(request: WorkspaceRequest, channel: Channel | None) -> list[Freeze]:
    return list(selectors.freezes_in_force(request.workspace).filter(channel=channel))
