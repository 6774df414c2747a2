"""What may be asked of autonomy."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet

from binome.autonomy.models import Audit, Lane, Verdict
from binome.workspaces.models import Workspace


def lanes_of(workspace: Workspace) -> QuerySet[Lane]:
    """The lanes with what was judged: *judged*, *wrong_ones*, *alone* (acts done alone), *waiting* audits."""
    return workspace.lanes.order_by("act", "topic", "language").annotate(
        judged=Count("verdicts", distinct=True),
        wrong_ones=Count("verdicts", filter=Q(verdicts__wrong=True), distinct=True),
        alone=Count("audits", distinct=True),
        waiting=Count("audits", filter=Q(audits__verdict=None), distinct=True),
    )


def audits_waiting(workspace: Workspace) -> QuerySet[Audit]:
    """Acts done alone that nobody has looked at yet, the oldest first."""
    return Audit.objects.filter(workspace=workspace, verdict=None).select_related("lane").order_by("drawn_at", "pk")


def verdicts_on(suggestions: list[int]) -> Mapping[int, Verdict]:
    """The verdicts given on these suggestions, by suggestion."""
    return {verdict.suggestion: verdict for verdict in Verdict.objects.filter(suggestion__in=suggestions)}
