"""The time machine: choose a promise and a past, and see item by item what would have happened."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from binome.assistant import reasons, rehearsing
from binome.assistant.models import Rehearsal, RehearsedItem
from binome.kit import clock
from binome.web.autonomy.forms import RehearsalForm
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role

SHOWN = 60


@require_http_methods(["GET", "POST"])
@workspace_view()
def page(request: WorkspaceRequest) -> HttpResponse:
    """What was rehearsed so far; a new one."""
    manages = request.membership.may(Role.MANAGER)
    if request.method == "POST" and not manages:
        raise PermissionDenied
    form = RehearsalForm(request.POST or None, topics=rehearsing.lanes_to_choose(request.workspace))
    if form.is_valid():
        chosen = form.cleaned_data
        language, topic = chosen["lane"]
        made = rehearsing.ask(
            request.workspace,
            actor=f"user:{request.user.pk}",
            risk=float(chosen["risk"]) / 100,
            doubt=float(chosen["doubt"]) / 100,
            since=clock.now() - timedelta(days=chosen["days"]),
            vetoes=chosen["vetoes"],
            mind=chosen["mind"],
            language=language,
            topic=topic,
        )
        toasts.show(request, _("Under way. Nothing of it is sent to anybody."))
        return redirect("autonomy:rehearsal", request.workspace.slug, made.pk)
    past = request.workspace.rehearsals.order_by("-pk")[:20]
    content = {"form": form, "past": past, "manages": manages}
    return render(request, "autonomy/rehearsals.html", content, status=422 if form.is_bound else 200)


@require_safe
@workspace_view()
def one(request: WorkspaceRequest, rehearsal: int) -> HttpResponse:
    """What would have happened: the errors first, then all that would have been done alone, then what was left to people."""
    found = request.workspace.rehearsals.filter(pk=rehearsal).first()
    if found is None:
        raise Http404
    wanted = request.GET.get("show", "wrong" if found.items.filter(wrong=True).exists() else "alone")
    shown = Paginator(_items(found, wanted), SHOWN).get_page(request.GET.get("page"))
    content = {
        "rehearsal": found,
        "wanted": wanted,
        "page": shown,
        "items": [_shown(item) for item in shown],
        "lane": _name(found.lane) if found.lane else _("all lanes"),
        "lanes": [{**lane, "lane": _name(lane["lane"])} for lane in found.report.get("lanes", [])],
        "overall": found.report.get("overall", {}),
    }
    template = "autonomy/rehearsal_progress.html" if _is_asked_for_progress(request) else "autonomy/rehearsal.html"
    return render(request, template, content)


def _name(lane: str) -> str:
    """The engine's name of a lane, "answer · fr" or "answer · fr · opening hours", in words."""
    act, _dot, rest = lane.partition(" · ")
    return f"{_('Answer')} · {rest}" if act == "answer" else lane


def _items(rehearsal: Rehearsal, wanted: str) -> Any:
    kinds = {"wrong": {"alone": True, "wrong": True}, "alone": {"alone": True}, "people": {"alone": False}}
    rows: Any = RehearsedItem.objects.filter(rehearsal=rehearsal, **kinds.get(wanted, {}))
    return rows.select_related("message", "source").order_by("-place")


def _shown(item: RehearsedItem) -> dict[str, Any]:
    given = item.source.answer if item.source else item.given
    local = {"lane_shut": _("the evidence did not allow it yet"), "alone": _("sure enough, in a lane that was open")}
    return {"item": item, "given": given, "reason": local.get(item.reason) or reasons.label(item.reason)}


def _is_asked_for_progress(request: WorkspaceRequest) -> bool:
    return bool(request.htmx) and request.GET.get("progress") == "1"  # type: ignore[attr-defined]
