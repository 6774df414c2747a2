"""What managers do with a channel, and operators with a message whose fate is not known."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from binome.channels import gate, selectors
from binome.channels import services as channels
from binome.channels.models import Channel, Delivery
from binome.kit.transitions import MoveRefused
from binome.web.channels import showing
from binome.web.channels.views import channel_in, one_page
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


@require_POST
@workspace_view(Role.MANAGER)
def check(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """Try the access as it is saved."""
    found = channel_in(request, channel)
    failed = channels.examine(found)
    if failed:
        toasts.show(request, "{what} {todo}".format(**showing.refused(failed)), tone="alarm")
    else:
        toasts.show(request, _("The access works."))
    return _to(request, found)


@require_POST
@workspace_view(Role.MANAGER)
def pause(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """Nothing is read, nothing leaves."""
    found = channel_in(request, channel)
    channels.set_state(found, Channel.State.PAUSED, actor=f"user:{request.user.pk}")
    undo = reverse("channels:resume", args=[request.workspace.slug, found.pk])
    toasts.show(request, _("Paused. Nothing is read and nothing leaves."), undo=undo)
    return _to(request, found)


@require_POST
@workspace_view(Role.MANAGER)
def resume(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """It goes on from where it was."""
    found = channel_in(request, channel)
    channels.set_state(found, Channel.State.CONNECTED, actor=f"user:{request.user.pk}")
    toasts.show(request, _("It goes on from where it was."))
    return _to(request, found)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def disconnect(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """Ask, then disconnect; what was said there stays."""
    found = channel_in(request, channel)
    if request.method == "GET":
        what = _(
            "Nothing more is read or sent there, and its address stops answering. What was said stays. "
            "Saving its settings connects it again."
        )
        return _ask(request, _("Disconnect {name}?").format(name=found.name), what, _("Disconnect"), found)
    channels.set_state(found, Channel.State.DISCONNECTED, actor=f"user:{request.user.pk}")
    toasts.show(request, _("Disconnected. What was said there stays."))
    return _to(request, found)


@never_cache
@require_POST
@workspace_view(Role.MANAGER)
def secret(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """A secret that Binôme made, shown in this answer alone."""
    found = channel_in(request, channel)
    name = request.POST.get("name", "")
    try:
        value = channels.show_secret(found, name, actor=f"user:{request.user.pk}")
    except LookupError as error:
        raise Http404 from error
    return one_page(request, found, shown_secret=name, secret=value)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.OPERATOR)
def send_again(request: WorkspaceRequest, delivery: int) -> HttpResponse:
    """A message that failed leaves again; one whose fate is unknown, after a question."""
    found = _delivery(request, delivery)
    if request.method == "GET":
        what = _("If it did arrive, the member will read it twice.")
        return _ask(request, _("Send this message again?"), what, _("Send again"))
    return _settled(request, lambda: gate.resend(found, actor=f"user:{request.user.pk}"), _("It leaves again."))


@require_POST
@workspace_view(Role.OPERATOR)
def arrived(request: WorkspaceRequest, delivery: int) -> HttpResponse:
    """Somebody looked: it is there."""
    found = _delivery(request, delivery)
    return _settled(
        request, lambda: gate.declare(found, sent=True, actor=f"user:{request.user.pk}"), _("Noted: it arrived.")
    )


@require_POST
@workspace_view(Role.OPERATOR)
def lost(request: WorkspaceRequest, delivery: int) -> HttpResponse:
    """Somebody looked: it is not there."""
    found = _delivery(request, delivery)
    said = _("Noted: it did not arrive. It can be sent again.")
    return _settled(request, lambda: gate.declare(found, sent=False, actor=f"user:{request.user.pk}"), said)


def _settled(request: WorkspaceRequest, act: Callable[[], None], said: str) -> HttpResponse:
    try:
        act()
        toasts.show(request, said)
    except MoveRefused:
        toasts.show(request, _("This is no longer possible: it has changed in the meantime."), tone="alarm")
    return redirect("channels:list", request.workspace.slug)


def _delivery(request: WorkspaceRequest, pk: int) -> Delivery:
    found = selectors.unsettled_deliveries(request.workspace).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _ask(request: WorkspaceRequest, title: str, what: str, act: str, channel: Channel | None = None) -> HttpResponse:
    slug = request.workspace.slug
    back = reverse("channels:channel", args=[slug, channel.pk]) if channel else reverse("channels:list", args=[slug])
    return render(request, "ui/ask.html", {"title": title, "what": what, "act": act, "back": back})


def _to(request: WorkspaceRequest, channel: Channel) -> HttpResponse:
    return redirect("channels:channel", request.workspace.slug, channel.pk)
