"""The weeks in plain words."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from binome.autonomy.models import Digest, Opening
from binome.web.autonomy.showing import name_of
from binome.web.ui.access import WorkspaceRequest, workspace_view


@require_safe
@workspace_view()
def latest(request: WorkspaceRequest) -> HttpResponse:
    """The last week that has ended, and the way to the others."""
    return _page(request, request.workspace.autonomy_digests.order_by("-begins_on").first())


@require_safe
@workspace_view()
def one(request: WorkspaceRequest, digest: int) -> HttpResponse:
    """One week."""
    found = request.workspace.autonomy_digests.filter(pk=digest).first()
    if found is None:
        raise Http404
    return _page(request, found)


def _page(request: WorkspaceRequest, digest: Digest | None) -> HttpResponse:
    weeks = list(request.workspace.autonomy_digests.order_by("-begins_on").defer("content")[:53])
    content = {
        "digest": digest,
        "sentences": sentences(request, digest.content) if digest else [],
        "ends_on": digest.begins_on + timedelta(days=6) if digest else None,
        "weeks": weeks,
    }
    return render(request, "autonomy/digest.html", content)


def sentences(request: WorkspaceRequest, counted: dict[str, Any]) -> list[str]:
    """The week as one tells it: what was done alone, what the audits say, what opened and closed, what people decided."""
    lanes = {lane.pk: f"{name_of(lane)} · {lane.language}" for lane in request.workspace.lanes.select_related("parent")}
    told = [_alone(counted), *_audited(counted["audits"]), *_in_order(counted.get("in_order"))]
    told += [
        _("Lane {lane} was opened on {day}.").format(lane=lanes.get(one["lane"], "?"), day=_day(one["opened_at"]))
        for one in counted["opened"]
    ]
    told += [_closed(one, lanes) for one in counted["closed"]]
    told += [*_verdicts(counted), *_blind(counted), *_handovers(counted["handovers"])]
    return told


def _alone(counted: dict[str, Any]) -> str:
    if not counted["alone"]:
        return _("Binôme answered nobody alone.")
    text = ngettext("Binôme answered {number} time alone.", "Binôme answered {number} times alone.", counted["alone"])
    return text.format(number=number_format(counted["alone"], 0, use_l10n=True))


def _in_order(counted: dict[str, Any] | None) -> list[str]:
    """Tags and closings; a week that was counted before there were any says nothing."""
    told = []
    if counted and counted["alone"]:
        text = ngettext(
            "It put {number} thing in order alone.",
            "It put {number} things in order alone.",
            counted["alone"],
        )
        told += [text.format(number=number_format(counted["alone"], 0, use_l10n=True)), *_audited(counted["audits"])]
    if counted and counted["verdicts"]:
        text = ngettext(
            "You settled {number} proposal to put in order, {wrong} counted as wrong.",
            "You settled {number} proposals to put in order, {wrong} counted as wrong.",
            counted["verdicts"],
        )
        told.append(text.format(number=counted["verdicts"], wrong=counted["wrong"]))
    return told


def _audited(audits: dict[str, Any]) -> list[str]:
    if not audits["number"]:
        return []
    text = ngettext(
        "{wrong} wrong in {number} audited: the true share of errors lies between {low} and {high} %.",
        "{wrong} wrong in {number} audited: the true share of errors lies between {low} and {high} %.",
        audits["number"],
    )
    low, high = (number_format(100 * audits[end], 0) for end in ("low", "high"))
    return [text.format(wrong=audits["wrong"], number=audits["number"], low=low, high=high)]


def _closed(life: dict[str, Any], lanes: dict[int, str]) -> str:
    text = (
        _("Lane {lane} closed by itself on {day}: {why}.")
        if life["by"] == "ai"
        else _("Lane {lane} was closed on {day}: {why}.")
    )
    why = dict(Opening.Why.choices).get(life["why"], "")
    return text.format(lane=lanes.get(life["lane"], "?"), day=_day(life["closed_at"]), why=why)


def _verdicts(counted: dict[str, Any]) -> list[str]:
    if not counted["verdicts"]:
        return []
    text = ngettext(
        "You judged {number} proposal, {wrong} counted as wrong.",
        "You judged {number} proposals, {wrong} counted as wrong.",
        counted["verdicts"],
    )
    return [text.format(number=counted["verdicts"], wrong=counted["wrong"])]


def _blind(counted: dict[str, Any]) -> list[str]:
    (blind, blind_wrong), (seen, seen_wrong) = counted["blind"], counted["seen"]
    if not blind or not seen:
        return []
    text = _("Answered without seeing the proposal, {blind} % were wrong; having seen it, {seen} %.")
    shares = [number_format(100 * wrong / number, 0) for number, wrong in ((blind, blind_wrong), (seen, seen_wrong))]
    return [text.format(blind=shares[0], seen=shares[1])]


def _handovers(counted: dict[str, int]) -> list[str]:
    if not any(counted.values()):
        return []
    text = _("Left to people: {needed} rightly, {needless} needlessly; {missed} should have been and were not.")
    return [text.format(**counted)]


def _day(instant: str) -> str:
    return date_format(datetime.fromisoformat(instant), "l")
