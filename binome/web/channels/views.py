"""The pages of channels: all of them, one of them, a new one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from binome.accounts.selectors import names_of
from binome.channels import selectors
from binome.channels import services as channels
from binome.channels.models import Channel
from binome.channels.services import MissingSetting
from binome.sdk.errors import ConnectorError
from binome.web.channels import showing
from binome.web.channels.forms import ChannelForm
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role

SHOWN = 30
"""Messages of unknown fate that a page shows."""


@require_safe
@workspace_view()
def channels_page(request: WorkspaceRequest) -> HttpResponse:
    """What is connected, whether it is well, what is stopped, what nobody knows the fate of."""
    found = selectors.channels_of(request.workspace)
    unsettled = selectors.unsettled_deliveries(request.workspace)
    content = {
        "channels": [(one, showing.kind(one.connector), showing.health(one)) for one in found],
        "unsettled": [(one, showing.why_unsettled(one)) for one in unsettled[:SHOWN]],
        "more": max(0, unsettled.count() - SHOWN),
        **_stopped(request),
        **rights(request),
    }
    return render(request, "channels/list.html", content)


@require_safe
@workspace_view(Role.MANAGER)
def pick(request: WorkspaceRequest) -> HttpResponse:
    """What can be connected."""
    return render(request, "channels/pick.html", {"kinds": showing.kinds()})


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def connect(request: WorkspaceRequest, connector: str) -> HttpResponse:
    """Fill in, try, connect."""
    if connector not in channels.manifests():
        raise Http404
    form = ChannelForm(request.POST or None, manifest=channels.manifests()[connector])
    if form.is_valid() and request.POST.get("do") == "check":
        return _checked(request, form, connector)
    if form.is_valid():
        name, actor = form.cleaned_data["channel_name"], f"user:{request.user.pk}"
        made = channels.connect_channel(
            request.workspace, connector=connector, name=name, values=form.values(), actor=actor, ages=form.ages()
        )
        tell_of_check(request, made)
        return redirect("channels:channel", request.workspace.slug, made.pk)
    return _form_page(request, form, connector, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@workspace_view()
def channel_page(request: WorkspaceRequest, channel: int) -> HttpResponse:
    """One channel: its health, what the outside needs, its settings."""
    found = channel_in(request, channel)
    if request.method == "POST" and not request.membership.may(Role.MANAGER):
        raise PermissionDenied
    form = ChannelForm(request.POST or None, manifest=channels.manifests()[found.connector], channel=found)
    if form.is_valid() and request.POST.get("do") == "check":
        return _checked(request, form, found.connector, found)
    if form.is_valid():
        name, actor = form.cleaned_data["channel_name"], f"user:{request.user.pk}"
        channels.change_channel(found, name=name, values=form.values(), actor=actor, ages=form.ages())
        tell_of_check(request, found)
        return redirect("channels:channel", request.workspace.slug, found.pk)
    return one_page(request, found, form, status=422 if form.is_bound else 200)


def one_page(
    request: WorkspaceRequest, channel: Channel, form: ChannelForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of one channel."""
    content = {
        "channel": channel,
        "kind": showing.kind(channel.connector),
        "health": showing.health(channel),
        "outside": showing.outside(channel),
        "guide": showing.guide(channel.connector),
        "form": form or ChannelForm(None, manifest=channels.manifests()[channel.connector], channel=channel),
        **_stopped(request, channel),
        **rights(request),
        **more,
    }
    return render(request, "channels/channel.html", content, status=status)


def channel_in(request: WorkspaceRequest, pk: int) -> Channel:
    """A channel of this workspace with its health, or nothing."""
    found = selectors.channels_of(request.workspace).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def tell_of_check(request: WorkspaceRequest, channel: Channel) -> None:
    """Try the access now, and say how it went."""
    if channel.state == Channel.State.PAUSED:
        return toasts.show(request, _("Saved. The channel is paused."))
    failed = channels.examine(channel)
    if failed is None:
        return toasts.show(request, _("Saved, and the access works."))
    said = showing.refused(failed)
    return toasts.show(request, _("Saved, but: {what} {todo}").format(**said), tone="alarm")


def rights(request: WorkspaceRequest) -> dict[str, bool]:
    return {"manages": request.membership.may(Role.MANAGER), "operates": request.membership.may(Role.OPERATOR)}


def _checked(
    request: WorkspaceRequest, form: ChannelForm, connector: str, channel: Channel | None = None
) -> HttpResponse:
    """The settings tried as they are in the form; nothing is saved."""
    checked: dict[str, str] = {}
    try:
        channels.try_settings(connector, form.values(), channel=channel)
    except ConnectorError as error:
        checked = showing.refused(error)
    except MissingSetting as error:
        checked = {"what": str(error), "todo": "", "detail": ""}
    content: dict[str, Any] = {"checked": checked, "was_checked": True}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "channels/checked.html", content)
    if channel:
        return one_page(request, channel, form, **content)
    return _form_page(request, form, connector, **content)


def _form_page(
    request: WorkspaceRequest, form: ChannelForm, connector: str, status: int = 200, **more: Any
) -> HttpResponse:
    content = {"form": form, "kind": showing.kind(connector), "guide": showing.guide(connector), **more}
    return render(request, "channels/connect.html", content, status=status)


def _stopped(request: WorkspaceRequest, channel: Channel | None = None) -> dict[str, Any]:
    """What is frozen: the whole workspace, or this channel, each with its receipt."""
    in_force = list(selectors.freezes_in_force(request.workspace).select_related("channel"))
    names = names_of(one.by for one in in_force)
    mine = [one for one in in_force if channel is None or one.channel_id in (None, channel.pk)]
    return {
        "freezes": [(selectors.receipt(one), names.get(one.by, "")) for one in mine],
        "all_frozen": any(one.channel_id is None for one in in_force),
        "one_frozen": any(channel and one.channel_id == channel.pk for one in in_force),
    }
