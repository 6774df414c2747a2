"""What people say of a proposal or of an act, and what came of it later."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.autonomy import evidence, staying, topics
from binome.autonomy.facts import OutcomeSeen, VerdictGiven
from binome.autonomy.models import Audit, Lane, Outcome, Verdict
from binome.autonomy.rules import rules_of
from binome.journal import services as journal


class AlreadyJudged(ValueError):
    """This has already been judged."""


@transaction.atomic
def give_verdict(
    judged: Lane,
    *,
    suggestion: int,
    judgement: str,
    confidence: float,
    user: User | None,
    done_alone: bool = False,
    blind: bool = False,
    counts: bool = True,
    leaned_on: Mapping[str, Any] | None = None,
) -> Verdict:
    """Keep a person's judgement of a suggestion or of an act done alone; `AlreadyJudged` the second time.

    *counts*: nothing but the lane's level kept the act from being done alone; *leaned_on*: topic, source, revision,
    version and vector of the case, by which the evidence becomes void.
    """
    verdict, made = Verdict.objects.get_or_create(
        suggestion=suggestion,
        defaults={
            "workspace_id": judged.workspace_id,
            "lane": judged,
            "judgement": judgement,
            "wrong": rules_of(judged.workspace).is_wrong(judgement, _outcomes(suggestion)),
            "confidence": min(max(confidence, 0.0), 1.0),
            "done_alone": done_alone,
            "blind": blind,
            "counts": counts,
            "by": user,
            **(leaned_on or {}),
        },
    )
    if not made:
        raise AlreadyJudged(_("This has already been judged."))
    fact = VerdictGiven(verdict.pk, judged.pk, suggestion, judgement, verdict.wrong)
    journal.record(fact, workspace_id=judged.workspace_id, actor=f"user:{user.pk}" if user else "system")
    audit = Audit.objects.select_related("opening").filter(suggestion=suggestion).first()
    if audit:
        Audit.objects.filter(pk=audit.pk).update(verdict=verdict)
        staying.looked_at(audit, wrong=verdict.wrong)
    if audit is None or audit.opening_id is None:
        evidence.take_in(verdict)
        topics.grow(verdict)
    return verdict


@transaction.atomic
def note_outcome(lane: Lane, *, suggestion: int, kind: str) -> bool:
    """What was sent turned out badly. It counts with the verdict of a person who sent it; an act done alone is looked at.

    Whether it was new."""
    _outcome, made = Outcome.objects.get_or_create(
        suggestion=suggestion, kind=Outcome.Kind(kind), defaults={"workspace_id": lane.workspace_id, "lane": lane}
    )
    if not made:
        return False
    journal.record(OutcomeSeen(lane.pk, suggestion, kind), workspace_id=lane.workspace_id)
    staying.suspect(suggestion)
    verdict = Verdict.objects.select_for_update().filter(suggestion=suggestion, done_alone=False).first()
    if verdict and not verdict.wrong and rules_of(lane.workspace).is_wrong(verdict.judgement, [kind]):
        Verdict.objects.filter(pk=verdict.pk).update(wrong=True)
        evidence.rebuild_with(verdict.lane)
    return True


def forget_act(suggestion: int) -> None:
    """It was not done after all: there is nothing to look at."""
    Audit.objects.filter(suggestion=suggestion, verdict=None).delete()


def _outcomes(suggestion: int) -> list[str]:
    return list(Outcome.objects.filter(suggestion=suggestion).values_list("kind", flat=True))
