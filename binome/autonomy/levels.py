"""How far the AI may go alone in each lane now, and who may change that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.autonomy.facts import LaneChanged, LaneFellBack
from binome.autonomy.models import FAQ, Audit, Lane, Opening
from binome.journal import services as journal
from binome.kit import clock
from binome.workspaces.models import Membership, Role, Workspace

AUDITED_WITHIN = timedelta(days=14)
"""How long an audit may wait before its guaranteed lane pauses: what nobody looks at is not measured."""


class NeverAlone(ValueError):
    """This is never done alone: a person reads it first."""


class OnlyTheOwner(PermissionError):
    """Only an owner may let the AI act alone."""


@dataclass(frozen=True)
class Leave:
    """Whether the AI may act alone in a lane, at this confidence, now; *why* is the rule that decided."""

    granted: bool
    why: str


def lane(workspace_id: int, *, act: str, topic: str, language: str) -> Lane:
    """The lane of these acts; born at *suggest*."""
    lanes = Lane.objects.select_related("workspace", "opening", "parent__opening")
    found, _made = lanes.get_or_create(workspace_id=workspace_id, act=act, topic=topic, language=language)
    return found


def lane_for(workspace_id: int, *, act: str, topic: str, language: str) -> Lane:
    """The lane that decides on an act: that of its topic if it has grown one, else that of the whole act."""
    return lanes_for(workspace_id, act=act, language=language).get(topic) or lane(
        workspace_id, act=act, topic=FAQ, language=language
    )


def lanes_for(workspace_id: int, *, act: str, language: str) -> dict[str, Lane]:
    """The lanes of an act in a language that are there, by topic, with how their workspace measures."""
    rows = Lane.objects.filter(workspace_id=workspace_id, act=act, language=language)
    grown = rows.filter(topic=FAQ) | rows.exclude(parent=None)
    return {one.topic: one for one in grown.select_related("workspace__autonomy_rules", "opening", "parent__opening")}


@transaction.atomic
def fall_back(fallen: Lane, why: str, *, actor: str = "ai") -> Lane:
    """The AI goes back to suggesting by itself, and says so."""
    fallen = locked(fallen)
    ended = end_life(fallen, why, actor=actor)
    set_level(fallen, Lane.Level.SUGGEST, on_trial=False, actor=actor)
    fact = LaneFellBack(fallen.pk, ended.pk if ended else 0, why)
    journal.record(fact, workspace_id=fallen.workspace_id, actor=actor)
    return fallen


@transaction.atomic
def acknowledge(fallen: Opening) -> None:
    """Somebody of the team knows that the lane closed by itself."""
    Opening.objects.filter(pk=fallen.pk, seen_at=None).update(seen_at=clock.now())


def leave_to_act(
    asked: Lane, confidence: float, *, threshold: float, today: int | None = None, version: str = ""
) -> Leave:
    """Whether an act of this confidence may be done alone. *threshold* is what the lane asks for (`threshold_of`).

    *today*: how many were done alone today, when the caller has counted; *version*: of the AI that would act.
    """
    leader = asked.leader
    if leader.level != Lane.Level.ACT:
        return Leave(False, "lane_" + leader.level)
    if leader.opening and version and leader.opening.version != version:
        return Leave(False, "new_version")
    if confidence < threshold:
        return Leave(False, "unsure")
    if (done_today(asked) if today is None else today) >= leader.daily_cap:
        return Leave(False, "daily_cap")
    if leader.opening and audits_are_late(leader):
        return Leave(False, "audits_late")
    return Leave(True, "guaranteed" if leader.opening else "on_trial")


def may_still_act(lane_id: int, confidence: float) -> bool:
    """Whether an act of this confidence may still be done alone; the lane is locked until the transaction ends."""
    parent, follows = Lane.objects.values_list("parent", "follows").get(pk=lane_id)
    ids = {lane_id, parent if follows and parent else lane_id}
    list(Lane.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    leader = Lane.objects.select_related("opening", "parent__opening").get(pk=lane_id).leader
    if leader.level != Lane.Level.ACT:
        return False
    return confidence >= threshold_of(leader)


def threshold_of(asked: Lane) -> float:
    """The confidence from which its acts may be done alone, by its evidence or by the owner's choice on trial."""
    leader = asked.leader
    return leader.opening.threshold if leader.opening else leader.strictness


def done_today(asked: Lane) -> int:
    """Acts done alone since midnight, where the community lives, under the lane that decides."""
    leader = asked.leader
    here = clock.now().astimezone(ZoneInfo(leader.workspace.time_zone))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return Audit.objects.filter(lane__in=family(leader), drawn_at__gte=midnight).count()


def family(leader: Lane) -> Sequence[int]:
    """The lane and those that follow it."""
    return [leader.pk, *leader.children.filter(follows=True).values_list("pk", flat=True)]


def audits_are_late(leader: Lane) -> bool:
    """Whether an audit of this life has waited for too long."""
    waiting = Audit.objects.filter(opening=leader.opening, drawn=True, verdict=None)
    return waiting.filter(drawn_at__lt=clock.now() - AUDITED_WITHIN).exists()


def prepare_lanes(workspace: Workspace) -> None:
    """The lanes that every workspace has from the start, at *suggest*."""
    for language in ("fr", "en"):
        lane(workspace.pk, act="answer", topic=FAQ, language=language)


def check_owner(opened: Lane, membership: Membership) -> None:
    """`OnlyTheOwner` unless this person owns the lane's workspace."""
    if not membership.may(Role.OWNER) or membership.workspace_id != opened.workspace_id:
        raise OnlyTheOwner(_("Only an owner may let the AI act alone."))


def locked(one: Lane) -> Lane:
    """The lane as it is now, ours until the transaction ends; the caller's own object says the same."""
    one.refresh_from_db(from_queryset=Lane.objects.select_for_update(no_key=True))
    return one


def end_life(ended: Lane, why: str, *, actor: str) -> Opening | None:
    """End the life that the lane lives, its own or that of the parent that it follows, if any."""
    life = ended.opening
    if life is None and ended.follows and ended.parent and ended.parent.opening:
        life = _life_apart(ended, ended.parent.opening)
    ended.follows = False
    if life:
        ended.opening = None
        life.closed_at, life.closed_by, life.why, life.watched = clock.now(), actor, why, ended.watch
        life.save()
    if why == Opening.Why.BROKEN:
        ended.evidence, ended.offer = {}, {}  # nothing that was judged before counts for opening again
    ended.watch, ended.novelty = {}, []
    return life


def _life_apart(child: Lane, parents: Opening) -> Opening:
    """What a lane did under its parent, kept as a life of its own: it needs fresh evidence like any other."""
    return Opening(
        lane=child,
        life=child.openings.count() + 1,
        risk=parents.risk,
        doubt=parents.doubt,
        threshold=parents.threshold,
        evidence={"followed": parents.pk},
        version=parents.version,
        opened_by=parents.opened_by,
        opened_at=parents.opened_at,
    )


def set_level(changed: Lane, level: Lane.Level, *, on_trial: bool, actor: str) -> Lane:
    """Write the level, and the fact; `NeverAlone` for what is only ever proposed."""
    if level == Lane.Level.ACT and not changed.may_act:
        raise NeverAlone(_("This is never done alone: a person reads it first."))
    changed.level, changed.on_trial = level, on_trial
    changed.changed_by, changed.changed_at = actor, clock.now()
    changed.save()
    journal.record(LaneChanged(changed.pk, level, on_trial), workspace_id=changed.workspace_id, actor=actor)
    return changed
