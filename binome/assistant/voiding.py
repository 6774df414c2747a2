"""When evidence counts no more: an entry changed, or another version of the AI would do something else."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane, Opening, Verdict
from binome.kit import encoder
from binome.knowledge import finding
from binome.knowledge.finding import Asked
from binome.knowledge.models import Source

AT_ONCE = 100
"""Verdicts that are asked again in one go."""


@transaction.atomic
def void_what_leaned_on(sources: Sequence[int]) -> None:
    """Verdicts on an earlier revision of these entries, or on one that is no longer quoted, are no evidence any more."""
    for source in Source.objects.filter(pk__in=sources):
        rows = Verdict.objects.filter(workspace=source.workspace_id, source=source.pk, void="")
        if source.archived_at is None:
            rows = rows.filter(revision__lt=source.revision)
        autonomy.void(rows, "source_changed", ends=Opening.Why.ENTRIES)


@transaction.atomic
def rescore(limit: int = AT_ONCE) -> int:
    """Ask the version of today again what others were judged on: where it proposes the same, the verdict counts with its
    new confidence; else it is void. How many were looked at."""
    version = finding.version()
    rows = Verdict.objects.select_for_update(skip_locked=True).filter(void="").exclude(version=version)
    old = list(rows.order_by("pk")[:limit])
    questions = dict(Suggestion.objects.filter(pk__in=[v.suggestion for v in old]).values_list("pk", "why__question"))
    known = [verdict for verdict in old if questions.get(verdict.suggestion)]
    asked = [Asked(v.workspace_id, questions[v.suggestion], v.lane.language) for v in known]
    again = {}
    for verdict, answers in zip(known, finding.find(asked) if asked else [], strict=True):
        if answers and answers[0].source.pk == verdict.source:
            again[verdict.pk] = answers[0].confidence
    vectors: Any = encoder.encode([questions[verdict.suggestion] for verdict in known]) if known else []
    autonomy.rescore(
        {
            verdict.pk: (again[verdict.pk], vector)
            for verdict, vector in zip(known, vectors, strict=True)
            if verdict.pk in again
        },
        gone=[verdict.pk for verdict in old if verdict.pk not in again],
        version=version,
    )
    if len(old) < limit:
        _weigh_those_that_are_through({verdict.lane_id for verdict in old}, version)
    return len(old)


def _weigh_those_that_are_through(lanes: set[int], version: str) -> None:
    """Lanes whose verdicts are all of this version: is what they show still enough?"""
    behind = Lane.objects.exclude(opening=None).exclude(opening__version=version)
    waiting: dict[int, bool] = defaultdict(bool)
    for lane in Lane.objects.filter(pk__in=lanes) | Lane.objects.filter(pk__in=behind.values("pk")):
        waiting[lane.pk] = Verdict.objects.filter(lane=lane, void="").exclude(version=version).exists()
        if not waiting[lane.pk]:
            autonomy.weigh_again(lane, Opening.Why.VERSION, version)
