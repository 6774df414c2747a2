"""Acts done alone before, as they are told afterwards: each with its audit, and what a person thought of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from binome.accounts.models import User
from binome.autonomy import evidence
from binome.autonomy.facts import AuditDrawn, VerdictGiven
from binome.autonomy.models import Audit, Lane, Verdict
from binome.journal import services as journal


@dataclass(frozen=True)
class Looked:
    """Somebody looked at an act done alone."""

    at: datetime
    by: User
    right: bool


@dataclass(frozen=True)
class PastAct:
    """An act done alone; *looked* is None while nobody has."""

    lane: Lane
    suggestion: int
    confidence: float
    at: datetime
    looked: Looked | None
    leaned_on: Mapping[str, Any] = field(default_factory=dict)
    """Topic, source and revision that it quoted."""


@transaction.atomic
def record(acts: Sequence[PastAct]) -> None:
    """Enter their audits, all drawn, and the verdicts, each at its instant; then count what they prove."""
    verdicts = {act.suggestion: _verdict(act, act.looked) for act in acts if act.looked}
    Verdict.objects.bulk_create(verdicts.values())
    audits = Audit.objects.bulk_create(
        Audit(
            workspace_id=act.lane.workspace_id,
            lane=act.lane,
            suggestion=act.suggestion,
            probability=1.0,
            drawn_at=act.at,
            verdict=verdicts.get(act.suggestion),
        )
        for act in acts
    )
    journal.record_past(
        [
            (AuditDrawn(audit.pk, audit.lane_id, audit.suggestion), audit.workspace_id, "ai", audit.drawn_at)
            for audit in audits
        ]
    )
    journal.record_past(
        [
            (
                VerdictGiven(one.pk, one.lane_id, one.suggestion, one.judgement, one.wrong),
                one.workspace_id,
                f"user:{one.by_id}",
                one.at,
            )
            for one in verdicts.values()
        ]
    )
    for lane in {act.lane.pk: act.lane for act in acts}.values():
        evidence.rebuild_with(lane)


def _verdict(act: PastAct, looked: Looked) -> Verdict:
    return Verdict(
        workspace_id=act.lane.workspace_id,
        lane=act.lane,
        suggestion=act.suggestion,
        judgement=Verdict.Judgement.ACCEPTED if looked.right else Verdict.Judgement.REFUSED,
        wrong=not looked.right,
        confidence=act.confidence,
        done_alone=True,
        by=looked.by,
        at=looked.at,
        **act.leaned_on,
    )
