"""What may be asked of autonomy."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery

from binome.autonomy.models import Audit, Lane, Verdict
from binome.workspaces.models import Workspace


def lanes_of(workspace: Workspace) -> QuerySet[Lane]:
    """The lanes with what was judged: *judged*, *wrong_ones*; of those done alone, *judged_alone*, *wrong_alone*;
    *alone* (acts done alone), *waiting* audits. Each is counted apart, so that long histories do not multiply."""
    verdicts, audits = Verdict.objects.filter(lane=OuterRef("pk")), Audit.objects.filter(lane=OuterRef("pk"))
    return workspace.lanes.order_by("act", "topic", "-language").annotate(
        judged=_number(verdicts),
        wrong_ones=_number(verdicts.filter(wrong=True)),
        judged_alone=_number(verdicts.filter(done_alone=True)),
        wrong_alone=_number(verdicts.filter(done_alone=True, wrong=True)),
        alone=_number(audits),
        waiting=_number(audits.filter(verdict=None)),
    )


def audits_waiting(workspace: Workspace) -> QuerySet[Audit]:
    """Acts done alone that nobody has looked at yet, the oldest first."""
    return Audit.objects.filter(workspace=workspace, verdict=None).select_related("lane").order_by("drawn_at", "pk")


def is_drawn(suggestion: int) -> bool:
    """Whether this act done alone is one that a person is to look at."""
    return Audit.objects.filter(suggestion=suggestion).exists()


def verdicts_on(suggestions: list[int]) -> Mapping[int, Verdict]:
    """The verdicts given on these suggestions, by suggestion."""
    return {verdict.suggestion: verdict for verdict in Verdict.objects.filter(suggestion__in=suggestions)}


def _number(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(n=Func("pk", function="COUNT")).values("n"), output_field=IntegerField())
