"""How far the AI may go alone in each lane, and the verdicts that will decide it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.autonomy.facts import AuditDrawn, LaneChanged, VerdictGiven
from binome.autonomy.models import Audit, Lane, Verdict
from binome.journal import services as journal
from binome.kit import clock
from binome.workspaces.models import Membership, Role, Workspace


class OnlyTheOwner(PermissionError):
    """Only an owner may let the AI act alone."""


class AlreadyJudged(ValueError):
    """This has already been judged."""


@dataclass(frozen=True)
class Leave:
    """Whether the AI may act alone in a lane, at this confidence, now; *why* is the rule that decided."""

    granted: bool
    why: str


def lane(workspace_id: int, *, act: str, topic: str, language: str) -> Lane:
    """The lane of these acts; born at *suggest*."""
    lanes = Lane.objects.select_related("workspace")
    found, _made = lanes.get_or_create(workspace_id=workspace_id, act=act, topic=topic, language=language)
    return found


@transaction.atomic
def open_on_trial(
    opened: Lane, *, membership: Membership, strictness: float | None = None, daily_cap: int | None = None
) -> Lane:
    """Let the AI act alone before there is evidence, at the owner's risk: strict, capped, all of it audited."""
    if not membership.may(Role.OWNER) or membership.workspace_id != opened.workspace_id:
        raise OnlyTheOwner(_("Only an owner may let the AI act alone."))
    opened.strictness = min(max(strictness if strictness is not None else opened.strictness, 0.0), 1.0)
    opened.daily_cap = daily_cap if daily_cap is not None else opened.daily_cap
    return _set_level(opened, Lane.Level.ACT, on_trial=True, actor=f"user:{membership.user_id}")


@transaction.atomic
def lower(lowered: Lane, level: str, *, actor: str) -> Lane:
    """Down to *suggest* or *off*; anyone, and the AI itself, may lower autonomy."""
    if level == Lane.Level.ACT:
        raise OnlyTheOwner(_("Only an owner may let the AI act alone."))
    return _set_level(lowered, Lane.Level(level), on_trial=False, actor=actor)


def leave_to_act(asked: Lane, confidence: float, *, threshold: float, today: int | None = None) -> Leave:
    """Whether an act of this confidence may be done alone. *threshold* is what the lane's strictness asks for.

    *today*: how many were done alone today, when the caller has counted.
    """
    if asked.level != Lane.Level.ACT:
        return Leave(False, "lane_" + asked.level)
    if confidence < threshold:
        return Leave(False, "unsure")
    if (done_today(asked) if today is None else today) >= asked.daily_cap:
        return Leave(False, "daily_cap")
    return Leave(True, "on_trial")


def done_today(asked: Lane) -> int:
    """Acts done alone in this lane since midnight, where the community lives."""
    here = clock.now().astimezone(ZoneInfo(asked.workspace.time_zone))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return asked.audits.filter(drawn_at__gte=midnight).count()


@transaction.atomic
def draw_audit(drawn: Lane, *, suggestion: int) -> Audit:
    """Put an act done alone in the audit queue; on trial, every one of them."""
    audit = Audit.objects.create(workspace_id=drawn.workspace_id, lane=drawn, suggestion=suggestion, probability=1.0)
    journal.record(AuditDrawn(audit.pk, drawn.pk, suggestion), workspace_id=drawn.workspace_id, actor="ai")
    return audit


@transaction.atomic
def give_verdict(
    judged: Lane,
    *,
    suggestion: int,
    judgement: str,
    wrong: bool,
    confidence: float,
    user: User,
    done_alone: bool = False,
    blind: bool = False,
) -> Verdict:
    """Keep a person's judgement of a suggestion or of an act done alone; `AlreadyJudged` the second time."""
    verdict, made = Verdict.objects.get_or_create(
        suggestion=suggestion,
        defaults={
            "workspace_id": judged.workspace_id,
            "lane": judged,
            "judgement": judgement,
            "wrong": wrong,
            "confidence": confidence,
            "done_alone": done_alone,
            "blind": blind,
            "by": user,
        },
    )
    if not made:
        raise AlreadyJudged(_("This has already been judged."))
    Audit.objects.filter(suggestion=suggestion).update(verdict=verdict)
    fact = VerdictGiven(verdict.pk, judged.pk, suggestion, judgement, wrong)
    journal.record(fact, workspace_id=judged.workspace_id, actor=f"user:{user.pk}")
    return verdict


def prepare_lanes(workspace: Workspace) -> None:
    """The lanes that every workspace has from the start, at *suggest*."""
    for language in ("fr", "en"):
        lane(workspace.pk, act="answer", topic="faq", language=language)


def _set_level(changed: Lane, level: Lane.Level, *, on_trial: bool, actor: str) -> Lane:
    changed.level, changed.on_trial = level, on_trial
    changed.changed_by, changed.changed_at = actor, clock.now()
    changed.save()
    journal.record(LaneChanged(changed.pk, level, on_trial), workspace_id=changed.workspace_id, actor=actor)
    return changed
