"""The lanes; opening one on trial, which is the owner's; lowering, which is everybody's."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from binome.assistant import selectors as assistant
from binome.autonomy import selectors
from binome.autonomy import services as autonomy
from binome.autonomy.models import TRIAGE, Act, Lane
from binome.web.autonomy import showing
from binome.web.autonomy.forms import THRESHOLDS, Trial, as_it_is
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


@require_safe
@workspace_view()
def lanes(request: WorkspaceRequest) -> HttpResponse:
    """How far it may go alone, and what was counted."""
    rows = showing.rows(request.workspace)
    found: list[Any] = [row.lane for row in rows if row.lane.act not in TRIAGE]
    in_order: list[Any] = [row.lane for row in rows if row.lane.act in TRIAGE]
    content = {
        "rows": rows,
        "fallen": [(life, showing.name_of(life.lane)) for life in selectors.fallen_unseen(request.workspace)],
        "brakes": showing.brakes(),
        "alone": sum(lane.alone for lane in found),
        "judged": sum(lane.judged_alone for lane in found),
        "wrong": sum(lane.wrong_alone for lane in found),
        "waiting": sum(lane.waiting for lane in (*found, *in_order)),
        "sorted_alone": sum(lane.alone for lane in in_order),
        "sorted_wrong": sum(lane.wrong_alone for lane in in_order),
        "on_trial": sum(row.level == "trial" and not row.lane.follows for row in rows),
        "guaranteed": sum(row.level == "guaranteed" and not row.lane.follows for row in rows),
        "ready": sum(row.ready for row in rows),
        "owns": request.membership.may(Role.OWNER),
        "manages": request.membership.may(Role.MANAGER),
        "operates": request.membership.may(Role.OPERATOR),
    }
    return render(request, "autonomy/lanes.html", content)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.OWNER)
def trial(request: WorkspaceRequest, lane: int) -> HttpResponse:
    """What it means, then the owner's decision."""
    found = _lane(request, lane)
    if not found.may_act:
        raise Http404
    form = Trial(request.POST or None, initial=as_it_is(found))
    if form.is_valid():
        chosen = form.cleaned_data
        autonomy.open_on_trial(
            found, membership=request.membership, strictness=chosen["strictness"] / 100, daily_cap=chosen["daily_cap"]
        )
        toasts.show(request, _("On trial. Every answer given alone will wait for you in Audits."))
        return redirect("autonomy:lanes", request.workspace.slug)
    past = [(round(one.at_least * 100), one) for one in assistant.sureness_of(found, THRESHOLDS)]
    content = {
        "form": form,
        "lane": found,
        "name": showing.name_of(found),
        "past": past,
        "sorts": found.act in TRIAGE,
        "moderates": found.act in (Act.HIDE, Act.APPROVE),
        "prepared": found.act == Act.PREPARED_REPLY,
    }
    return render(request, "autonomy/trial.html", content, status=422 if form.is_bound else 200)


@require_POST
@workspace_view(Role.OPERATOR)
def suggest(request: WorkspaceRequest, lane: int) -> HttpResponse:
    """It only suggests. From acting, anybody who works here may say so; from off, managers."""
    found = _lane(request, lane)
    if found.level == Lane.Level.OFF and not request.membership.may(Role.MANAGER):
        raise PermissionDenied
    autonomy.lower(found, Lane.Level.SUGGEST, actor=f"user:{request.user.pk}")
    toasts.show(request, _("Binôme only suggests here now."))
    return redirect("autonomy:lanes", request.workspace.slug)


@require_POST
@workspace_view(Role.OPERATOR)
def turn_off(request: WorkspaceRequest, lane: int) -> HttpResponse:
    """Not even suggestions: anybody who works here may."""
    found = _lane(request, lane)
    autonomy.lower(found, Lane.Level.OFF, actor=f"user:{request.user.pk}")
    undo = reverse("autonomy:suggest", args=[request.workspace.slug, found.pk])
    manages = request.membership.may(Role.MANAGER)
    toasts.show(request, _("Binôme is off here now."), undo=undo if manages else "")
    return redirect("autonomy:lanes", request.workspace.slug)


def _lane(request: WorkspaceRequest, pk: int) -> Lane:
    found = request.workspace.lanes.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
