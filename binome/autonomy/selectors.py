"""What may be asked of autonomy."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from binome.autonomy import evidence
from binome.autonomy.guarantee import Estimate, error_rate
from binome.autonomy.models import Audit, Lane, Opening, Verdict
from binome.kit import clock
from binome.workspaces.models import Workspace


def lanes_of(workspace: Workspace) -> QuerySet[Lane]:
    """The lanes with what was judged: *judged*, *wrong_ones*; of those done alone, *judged_alone*, *wrong_alone*;
    *alone* (acts done alone), *waiting* audits. Each is counted apart, so that long histories do not multiply."""
    verdicts, audits = Verdict.objects.filter(lane=OuterRef("pk")), Audit.objects.filter(lane=OuterRef("pk"))
    lanes = workspace.lanes.select_related("opening", "parent__opening", "workspace")
    return lanes.order_by("act", "-language", "parent__topic", "topic").annotate(
        judged=_number(verdicts),
        wrong_ones=_number(verdicts.filter(wrong=True)),
        judged_alone=_number(verdicts.filter(done_alone=True)),
        wrong_alone=_number(verdicts.filter(done_alone=True, wrong=True)),
        alone=_number(audits),
        blind_ones=_number(verdicts.filter(blind=True)),
        lately=_number(verdicts.filter(at__gt=clock.now() - LATELY)),
        waiting=_number(audits.filter(verdict=None, drawn=True)),
    )


LATELY = timedelta(days=14)
"""The past from which the pace of verdicts is told."""


def evidence_pairs(lanes: Sequence[Lane]) -> Mapping[int, list[tuple[float, bool]]]:
    """The latest judged cases that count in each of these lanes, in order: (confidence, wrong); one query."""
    rows = Verdict.objects.filter(lane__in=lanes, void="", counts=True).order_by("-at", "-pk")
    found: dict[int, list[tuple[float, bool]]] = {}
    for lane, confidence, wrong in rows.values_list("lane", "confidence", "wrong")[:20_000]:
        found.setdefault(lane, []).append((confidence, wrong))
    return {lane: pairs[::-1] for lane, pairs in found.items()}


def last_lives(workspace: Workspace) -> Mapping[int, Opening]:
    """The last life of each lane that has lived, by lane."""
    rows = Opening.objects.filter(lane__workspace=workspace).order_by("lane", "life")
    return {life.lane_id: life for life in rows}


def estimates(workspace: Workspace) -> Mapping[int, Estimate]:
    """The true share of errors of each lane that stands open on evidence, by its random audits; silence included."""
    judged = Audit.objects.filter(lane__workspace=workspace, opening__closed_at=None, cause="chance")
    rows = judged.exclude(verdict=None).exclude(opening=None).order_by("verdict__at", "pk")
    found: dict[int, tuple[list[float], list[float], list[float]]] = {}
    for lane, *told in rows.values_list("opening__lane", "verdict__wrong", "probability", "floor"):
        for column, value in zip(found.setdefault(lane, ([], [], [])), told, strict=True):
            column.append(float(value))
    return {lane: error_rate(*columns) for lane, columns in found.items()}


def judged_by_kind(lane: Lane) -> list[dict[str, Any]]:
    """How often each judgement was given in a lane, seen and blind: judgement, blind, number, wrong."""
    rows: Any = lane.verdicts.filter(void="").values("judgement", "blind")
    return list(rows.annotate(number=Count("pk"), wrong_ones=Count("pk", filter=Q(wrong=True))).order_by("judgement"))


def fallen_unseen(workspace: Workspace) -> QuerySet[Opening]:
    """Lanes that closed by themselves, of which nobody has said that they know."""
    fallen = Opening.objects.filter(lane__workspace=workspace, seen_at=None, closed_by="ai")
    return fallen.select_related("lane").order_by("-closed_at")


def audits_waiting(workspace: Workspace) -> QuerySet[Audit]:
    """Acts done alone that nobody has looked at yet, the oldest first."""
    return (
        Audit.objects.filter(workspace=workspace, verdict=None, drawn=True)
        .select_related("lane")
        .order_by("drawn_at", "pk")
    )


def is_drawn(suggestion: int) -> bool:
    """Whether this act done alone is one that a person is to look at."""
    return Audit.objects.filter(suggestion=suggestion, drawn=True).exists()


def verdicts_on(suggestions: list[int]) -> Mapping[int, Verdict]:
    """The verdicts given on these suggestions, by suggestion."""
    return {verdict.suggestion: verdict for verdict in Verdict.objects.filter(suggestion__in=suggestions)}


def has_vectors(workspace_id: int) -> bool:
    """Whether anything was judged here that a new case can be compared with."""
    return Verdict.objects.filter(workspace=workspace_id, vector__isnull=False).exists()


def vectors_of(opening: Opening) -> np.ndarray:
    """The judged questions that a lane was opened on, in order: (n, 512)."""
    rows = evidence.verdicts_for(opening.lane, until=opening.opened_at).filter(vector__isnull=False)
    found = [np.asarray(vector, np.float32) for vector in rows.values_list("vector", flat=True)]
    return np.stack(found) if found else np.empty((0, 512), np.float32)


REMEMBERED = 5_000
"""How many of the latest judged cases a new one is compared with.

All of these are compared: an index of vectors (HNSW, ivfflat) finds nearly the nearest of the whole table, then drops
those of other workspaces, so that a small workspace beside a large one might be told of none. What is wanted are the
latest, which an ordinary index gives in order; their number bounds the work whatever the table holds.
"""

_NEAREST = """
    WITH remembered AS MATERIALIZED (
        SELECT suggestion, judgement, wrong, done_alone, source, vector FROM autonomy_verdict
        WHERE workspace_id = %s AND vector IS NOT NULL ORDER BY id DESC LIMIT %s
    )
    SELECT asked.place, near.* FROM unnest(%s::int[], %s::vector[]) AS asked (place, vector) CROSS JOIN LATERAL (
        SELECT suggestion, judgement, wrong, done_alone, source, 1 - (vector <=> asked.vector) AS likeness
        FROM remembered ORDER BY vector <=> asked.vector LIMIT %s
    ) AS near ORDER BY asked.place, near.likeness DESC
"""


def nearest_verdicts(
    workspace_id: int, vectors: Mapping[int, np.ndarray], each: int = 3
) -> Iterator[tuple[int, dict[str, Any]]]:
    """For each of these questions the judged cases that are most like it, the likest first; one query."""
    texts = ["[" + ",".join(f"{number:.5f}" for number in vector) + "]" for vector in vectors.values()]
    names = ("suggestion", "judgement", "wrong", "done_alone", "source", "likeness")
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [workspace_id, REMEMBERED, list(vectors), texts, each])
        for place, *values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            yield place, {**row, "likeness": round(float(row["likeness"]), 4)}


def _number(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(n=Func("pk", function="COUNT")).values("n"), output_field=IntegerField())
