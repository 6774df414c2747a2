"""The week in numbers, counted once it has ended and kept: what was done alone, what audits say of it, what changed."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from binome.assistant.models import Suggestion
from binome.assistant.scorecard import scorecard
from binome.autonomy import services as autonomy
from binome.autonomy.guarantee import error_rate
from binome.autonomy.models import REPLIES, TRIAGE, Audit, Digest, Opening, Verdict
from binome.kit import clock
from binome.workspaces.models import Workspace

WEEK = timedelta(days=7)


def last_week(workspace: Workspace) -> date:
    """The Monday on which the last whole week began, where the community lives."""
    today = clock.now().astimezone(ZoneInfo(workspace.time_zone)).date()
    return today - timedelta(days=today.weekday() + 7)


def write_digest(workspace: Workspace, begins_on: date) -> Digest | None:
    """Count a week and keep it; None if it is kept already."""
    if workspace.autonomy_digests.filter(begins_on=begins_on).exists():
        return None
    return autonomy.keep_digest(workspace, begins_on, counted(workspace, begins_on))


def counted(workspace: Workspace, begins_on: date) -> dict[str, Any]:
    """The numbers of a week, as JSON."""
    zone = ZoneInfo(workspace.time_zone)
    begin = datetime.combine(begins_on, time(), zone)
    end = datetime.combine(begins_on + WEEK, time(), zone)
    everything = Verdict.objects.filter(workspace=workspace, at__gte=begin, at__lt=end)
    verdicts = everything.filter(lane__act__in=REPLIES)
    acts = Audit.objects.filter(workspace=workspace, drawn_at__gte=begin, drawn_at__lt=end)
    proposed = Suggestion.objects.filter(workspace=workspace, created_at__gte=begin, created_at__lt=end)
    in_order = everything.filter(lane__act__in=TRIAGE)
    blind, seen = verdicts.filter(blind=True, done_alone=False), verdicts.filter(blind=False, done_alone=False)
    lives = Opening.objects.filter(lane__workspace=workspace)
    return {
        "alone": acts.filter(lane__act__in=REPLIES).count(),
        "proposed": proposed.replies().count(),
        "verdicts": verdicts.filter(done_alone=False).count(),
        "wrong": verdicts.filter(done_alone=False, wrong=True).count(),
        "audits": _audits(acts.filter(lane__act__in=REPLIES)),
        "in_order": {
            "alone": acts.filter(lane__act__in=TRIAGE).count(),
            "audits": _audits(acts.filter(lane__act__in=TRIAGE)),
            "verdicts": in_order.filter(done_alone=False).count(),
            "wrong": in_order.filter(done_alone=False, wrong=True).count(),
        },
        "blind": [blind.count(), blind.filter(wrong=True).count()],
        "seen": [seen.count(), seen.filter(wrong=True).count()],
        "opened": [_life(life) for life in lives.filter(opened_at__gte=begin, opened_at__lt=end)],
        "closed": [_life(life) for life in lives.filter(closed_at__gte=begin, closed_at__lt=end)],
        "handovers": _handovers(workspace, begin, end),
    }


def _audits(acts: QuerySet[Audit]) -> dict[str, Any]:
    """What people said of the acts of the week, with the interval of the true share of errors, silence included."""
    told = list(
        acts.exclude(verdict=None).exclude(cause="suspicion").values_list("verdict__wrong", "probability", "floor")
    )
    estimate = error_rate([row[0] for row in told], [row[1] for row in told], [row[2] for row in told])
    return {"number": len(told), "wrong": sum(row[0] for row in told), "low": estimate.low, "high": estimate.high}


def _life(life: Opening) -> dict[str, Any]:
    return {
        "lane": life.lane_id,
        "why": life.why,
        "opened_at": life.opened_at.isoformat(),
        "closed_at": life.closed_at.isoformat() if life.closed_at else "",
        "by": life.closed_by,
    }


def _handovers(workspace: Workspace, begin: datetime, end: datetime) -> dict[str, int]:
    lines = scorecard(workspace, begin, autonomy.rules_of(workspace), until=end).lines
    return {what: sum(getattr(line, what) for line in lines) for what in ("needed", "needless", "missed")}
