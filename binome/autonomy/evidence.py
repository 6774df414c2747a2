"""The verdicts that count for opening a lane: taken in one by one, void when what they leaned on has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet

from binome.autonomy import levels, mixing
from binome.autonomy.facts import VerdictsVoided
from binome.autonomy.guarantee import Opening as Test
from binome.autonomy.guarantee import thresholds_from
from binome.autonomy.mixing import Discount
from binome.autonomy.models import Lane, Opening, Verdict, default_thresholds
from binome.journal import services as journal

PLACED_AT = 50
"""Verdicts of a lane from which its thresholds are placed where its cases are, once for all."""


def verdicts_for(lane: Lane, until: datetime | None = None) -> QuerySet[Verdict]:
    """What counts as evidence for opening a lane, in order: its verdicts and those of the lanes that follow it.

    Left out: what is void; what something else than the lane's level held back; what was said while the lane stood
    open on evidence (only a random part of its acts was judged then); all that came before the audits closed it. What
    its parent lives while it follows it, it lives too.
    """
    rows = Verdict.objects.filter(lane__in=levels.family(lane), void="", counts=True)
    rows = rows.exclude(audit__opening__isnull=False)
    lives = Opening.objects.filter(lane__in=[lane.pk, *([lane.parent_id] if lane.follows and lane.parent_id else [])])
    for life in lives.filter(opened_at__lt=until) if until else lives:
        if life.why == Opening.Why.BROKEN:
            rows = rows.filter(at__gt=life.closed_at)
        else:
            rows = rows.exclude(Q(at__gt=life.opened_at) & (Q(at__lt=life.closed_at) if life.closed_at else Q()))
    rows = rows.filter(at__lte=until) if until else rows
    return rows.order_by("at", "pk")


def take_in(verdict: Verdict) -> None:
    """Count a new verdict in its lane, and in the one that it follows; both are locked until the transaction ends."""
    if not verdict.counts:
        return
    for lane in concerned(verdict.lane):
        if lane.leader.opening_id is None:
            test = test_of(lane)
            test.add(verdict.confidence, float(verdict.wrong))
            _keep(lane, test)
            if test.verdicts == PLACED_AT and lane.thresholds == default_thresholds():
                _place_thresholds(lane)


def rebuild(lane: Lane) -> None:
    """Count all of a lane's evidence again (something became void, or the promise was changed)."""
    lane = levels.locked(lane)
    _keep(lane, _fresh(lane).add_all(_pairs(verdicts_for(lane))))


def threshold_shown(test: Test) -> float | None:
    """From which confidence on the evidence lets the AI act: the strictest of the thresholds that let the same cases through.

    Every threshold down to the lowest one shown may be chosen. Where no judged case lies between two of them, the
    lower would gain nothing and act where nothing was seen.
    """
    if test.threshold is None:
        return None
    shown = [step for step in steps_of(test) if step["threshold"] >= test.threshold]
    return next(float(step["threshold"]) for step in shown if step["cases"] == shown[-1]["cases"])


def allowed(lane: Lane, test: Test) -> tuple[float | None, Discount | None]:
    """From which confidence on a lane may open, and what is left of its evidence where its topics are not those of now.

    What is left must show it too, at its own lowest threshold or above, and a topic never judged counts as wrong: so
    that the mix in which cases come can close what the mix in which they were judged would open, never the contrary.
    """
    shown, less = threshold_shown(test), mixing.discount(lane, levels.family(lane), verdicts_for(lane))
    if shown is None or less is None:
        return shown, less
    left = threshold_shown(_fresh(lane).add_all(less.counted))
    return (None if left is None or less.unjudged > lane.risk else max(shown, left)), less


def steps_of(test: Test) -> list[dict[str, Any]]:
    """The thresholds, the strictest first: cases at or above each, their errors, and since when it is shown."""
    state = test.state()
    columns = zip(state["thresholds"], state["cases"], state["losses"], state["shown_at"], strict=True)
    return [{"threshold": t, "cases": n, "losses": k, "shown_at": at} for t, n, k, at in columns]


def rebuild_with(lane: Lane) -> None:
    """Count again the evidence of a lane and of the one that it follows, where they do not stand open."""
    for one in concerned(lane):
        if one.opening_id is None:
            rebuild(one)


def test_of(lane: Lane) -> Test:
    """The test for opening as the last verdict left it."""
    return Test.from_state(lane.evidence) if lane.evidence else _fresh(lane)


@transaction.atomic
def void(rows: QuerySet[Verdict], why: str, *, ends: str, actor: str = "system") -> int:
    """These verdicts count no more. A lane that stood on them is more strict from now on, or falls back (*ends*)."""
    found = list(rows.filter(void="").order_by("lane_id", "pk").values_list("lane_id", "pk"))
    for lane_id, group in groupby(found, key=lambda row: row[0]):
        ids = [pk for _lane, pk in group]
        Verdict.objects.filter(pk__in=ids).update(void=why)
        lane = Lane.objects.select_related("workspace").get(pk=lane_id)
        fact = VerdictsVoided(lane.pk, len(ids), why)
        journal.record(fact, workspace_id=lane.workspace_id, actor=actor)
        weigh_again(lane, ends)
    return len(found)


@transaction.atomic
def rescore(again: Mapping[int, tuple[float, np.ndarray]], *, gone: Sequence[int], version: str) -> None:
    """Verdicts for which this version proposes the same act, each with its confidence now and the vector of what was
    asked; for those *gone* it proposes another, and they are void."""
    for pk, (confidence, vector) in again.items():
        Verdict.objects.filter(pk=pk).update(version=version, confidence=confidence, vector=vector)
    Verdict.objects.filter(pk__in=gone).update(version=version)
    void(Verdict.objects.filter(pk__in=gone), "other_act", ends=Opening.Why.VERSION)


def weigh_again(lane: Lane, ends: str, version: str = "") -> None:
    """What a lane stood open on has changed: is it still enough?

    The threshold may rise to what the remaining evidence shows; it never sinks: the AI does not raise its own autonomy.
    """
    for one in concerned(lane):
        life = one.opening
        if life:
            test = Test(life.promise, one.thresholds).add_all(_pairs(verdicts_for(one, until=life.opened_at)))
            shown = threshold_shown(test)
            if shown is None:
                levels.fall_back(one, ends)
                rebuild(one)
                continue
            life.threshold = max(life.threshold, shown)
            life.version = version or life.version
            life.save(update_fields=["threshold", "version"])
        else:
            rebuild(one)


def _place_thresholds(lane: Lane) -> None:
    """Thresholds at quantiles of the confidences seen so far, then evenly below them.

    Only confidences are looked at, never a verdict, and only once: the thresholds stay fixed before the evidence on them.
    """
    confidences = list(verdicts_for(lane).values_list("confidence", flat=True))
    placed = thresholds_from(confidences, lane.promise)
    lane.thresholds = [*placed, *(one for one in default_thresholds() if one < placed[-1])]
    Lane.objects.filter(pk=lane.pk).update(thresholds=lane.thresholds)
    _keep(lane, _fresh(lane).add_all(_pairs(verdicts_for(lane))))


def concerned(lane: Lane) -> list[Lane]:
    """The lane and the one that it follows, locked, always in the same order."""
    lane = Lane.objects.get(pk=lane.pk)
    ids = {lane.pk, lane.parent_id if lane.follows and lane.parent_id else lane.pk}
    list(Lane.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    return list(Lane.objects.filter(pk__in=ids).select_related("opening", "parent", "workspace").order_by("pk"))


def _fresh(lane: Lane) -> Test:
    return Test(lane.promise, lane.thresholds)


def _pairs(rows: QuerySet[Verdict]) -> list[tuple[float, float]]:
    return [(confidence, float(wrong)) for confidence, wrong in rows.values_list("confidence", "wrong")]


def _keep(lane: Lane, test: Test) -> None:
    lane.evidence = test.state()
    threshold, less = allowed(lane, test)
    offer = (_fresh(lane).add_all(less.counted) if less else test).offer(steps=False)
    told = {**asdict(offer), "threshold": threshold, "verdicts": test.verdicts, "steps": steps_of(test)}
    lane.offer = {**told, "mix": less.as_dict()} if less else told
    Lane.objects.filter(pk=lane.pk).update(evidence=lane.evidence, offer=lane.offer)
