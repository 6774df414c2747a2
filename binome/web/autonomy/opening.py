"""One lane: its evidence, what it promises, opening it on that evidence; and saying that one knows that it closed."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from binome.assistant import selectors as assistant
from binome.assistant import versions
from binome.autonomy import selectors
from binome.autonomy import services as autonomy
from binome.autonomy.guarantee import audits_to_notice
from binome.autonomy.models import Lane, Opening
from binome.kit import clock
from binome.web.autonomy import drawing, showing
from binome.web.autonomy.forms import OpenLane, PromiseForm
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


@require_safe
@workspace_view()
def page(request: WorkspaceRequest, lane: int) -> HttpResponse:
    """What is known of one lane."""
    return _page(request, lane_in(request, lane))


@require_POST
@workspace_view(Role.OWNER)
def promise(request: WorkspaceRequest, lane: int) -> HttpResponse:
    """Choose α and δ, and how many acts are audited; a lane that stands open on another promise closes."""
    found = lane_in(request, lane)
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, promise_form=form, status=422)
    autonomy.choose_promise(found, membership=request.membership, **form.chosen())
    toasts.show(request, _("Noted: the evidence was counted again for this promise."))
    return redirect("autonomy:lane", request.workspace.slug, found.pk)


@require_POST
@workspace_view(Role.OWNER)
def open_lane(request: WorkspaceRequest, lane: int) -> HttpResponse:
    """Let the AI act alone here, if the evidence allows it at this moment."""
    found = lane_in(request, lane)
    form = OpenLane(request.POST)
    if not form.is_valid():
        return _page(request, found, open_form=form, status=422)
    try:
        autonomy.open_guaranteed(
            found,
            membership=request.membership,
            version=versions.of_lane(found),
            daily_cap=form.cleaned_data["daily_cap"],
        )
        toasts.show(request, _("Open. A random part of what is done alone will wait for you in Audits."))
    except (autonomy.NotYet, autonomy.NotRescored) as refusal:
        toasts.show(request, sentence_for(refusal), tone="alarm")
    return redirect("autonomy:lane", request.workspace.slug, found.pk)


@require_POST
@workspace_view(Role.OPERATOR)
def seen(request: WorkspaceRequest, opening: int) -> HttpResponse:
    """Somebody knows that a lane closed by itself."""
    fallen = selectors.fallen_unseen(request.workspace).filter(pk=opening).first()
    if fallen is None:
        raise Http404
    autonomy.acknowledge(fallen)
    return redirect("autonomy:lanes", request.workspace.slug)


def lane_in(request: WorkspaceRequest, pk: int) -> Lane:
    """A lane of this workspace, or nothing."""
    found: Any = selectors.lanes_of(request.workspace).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def _page(request: WorkspaceRequest, lane: Any, status: int = 200, **forms: Any) -> HttpResponse:
    offer, life = lane.offer or {}, lane.leader.opening
    chosen = life.threshold if life else offer.get("threshold")
    estimate = selectors.estimates(request.workspace).get(lane.leader.pk) if life else None
    alone, proposed = assistant.shares_alone(request.workspace, clock.now() - showing.MONTH).get(lane.pk, (0, 0))
    content = {
        "lane": lane,
        "name": showing.name_of(lane),
        "level": showing.level_of(lane, selectors.last_lives(request.workspace).get(lane.pk)),
        "life": life,
        "offer": offer,
        "missing": showing.missing(lane),
        "sooner": showing.sooner(lane),
        "curve": drawing.curve(offer.get("steps", []), max(offer.get("verdicts", 0), 1), lane.risk, lane.doubt, chosen),
        "chosen": chosen,
        "kinds": kinds(lane),
        "lives": list(lane.openings.order_by("-life")),
        "children": [row for row in showing.rows(request.workspace) if row.lane.parent_id == lane.pk],
        "estimate": estimate,
        "alone": alone,
        "proposed": proposed,
        "notice": _notice(lane, life, alone),
        "promise_form": PromiseForm(initial=PromiseForm.of(lane)),
        "open_form": OpenLane(initial={"daily_cap": lane.daily_cap}),
        "owns": request.membership.may(Role.OWNER),
        "operates": request.membership.may(Role.OPERATOR),
        **forms,
    }
    return render(request, "autonomy/lane.html", content, status=status)


def kinds(lane: Lane) -> list[dict[str, Any]]:
    """What people said in a lane, by kind: seen beforehand, and blind."""
    rows: dict[str, dict[str, Any]] = {}
    from_model = dict(lane.verdicts.model._meta.get_field("judgement").flatchoices)
    for one in selectors.judged_by_kind(lane):
        row = rows.setdefault(
            one["judgement"], {"name": from_model[one["judgement"]], "seen": 0, "blind": 0, "wrong": 0}
        )
        row["blind" if one["blind"] else "seen"] += one["number"]
        row["wrong"] += one["wrong_ones"]
    return list(rows.values())


def _notice(lane: Lane, life: Opening | None, alone: int) -> dict[str, int]:
    """About how many days pass before errors doubled, or quadrupled, would be noticed at the pace of the last month."""
    audits = alone / showing.MONTH.days * lane.leader.audit_share
    if life is None or not audits:
        return {}
    return {name: round(audits_to_notice(life.promise, times) / audits) for name, times in (("double", 2), ("four", 4))}
