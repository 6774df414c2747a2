"""Whether an open lane stays open: random audits of its acts, and a watch that closes it when they tell of too many errors."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

from django.db import transaction
from django.db.models import Count

from binome.autonomy import levels, mixing
from binome.autonomy.facts import AuditDrawn
from binome.autonomy.guarantee import Draw, Novelty, Signs, Watch, chance_of
from binome.autonomy.models import Audit, Lane, Opening, Outcome
from binome.autonomy.rules import rules_of
from binome.journal import services as journal
from binome.kit import clock

chance = SystemRandom().random
"""Draws from 0 to 1, apart from everything that is known of a case."""

RECENT = timedelta(days=7)
"""How long a complaint or a correction makes a lane suspect."""

USUAL = timedelta(days=28)
"""The past with which today's number of acts is compared."""


@transaction.atomic
def draw_audit(acted: Lane, *, suggestion: int, confidence: float = 1.0) -> Audit:
    """Enter an act done alone, and draw whether a person looks at it: always on trial, else by chance."""
    leader = acted.leader
    drawn = drawing(leader, confidence)
    looked_at = leader.opening is None or chance() < drawn.probability
    audit = Audit.objects.create(
        workspace_id=acted.workspace_id,
        lane=acted,
        opening=leader.opening,
        suggestion=suggestion,
        probability=drawn.probability,
        floor=drawn.floor,
        drawn=looked_at,
        cause=Audit.Cause.CHANCE if leader.opening else Audit.Cause.TRIAL,
        blind=looked_at and draws_blind(rules_of(acted.workspace).blind_share),
    )
    if looked_at:
        journal.record(AuditDrawn(audit.pk, acted.pk, suggestion), workspace_id=acted.workspace_id, actor="ai")
    return audit


def draws_blind(share: float) -> bool:
    """Draw whether the next verdict is to be given without seeing the proposal."""
    return share > 0 and chance() < share


def drawing(leader: Lane, confidence: float) -> Draw:
    """The chance that an act of this confidence is looked at, and the lowest that any act has just now."""
    if leader.opening is None:
        return Draw(1.0, 1.0)
    return chance_of(leader.audit_share, signs_of(leader), confidence, leader.opening.threshold)


def signs_of(leader: Lane) -> Signs:
    """What makes an open lane suspect now; known before the next case."""
    family, now = levels.family(leader), clock.now()
    recent = Outcome.objects.filter(lane__in=family, at__gt=now - RECENT).values_list("kind")
    told = dict(recent.annotate(number=Count("pk")))
    return Signs(
        wealth=Watch.from_state(leader.watch).wealth if leader.watch else 1.0,
        complaints=told.get("complained", 0) + told.get("again", 0),
        reversals=told.get("reversed", 0),
        novelty=Novelty(leader.novelty).wealth if leader.novelty else 1.0,
        volume=_volume(family),
        mix_moved=mixing.shift_of(family).moved,
    )


@dataclass(frozen=True)
class Came:
    """A case came in a lane, on a topic; *p_value*: how much it resembles what its lane was opened on (`Territory`)."""

    lane: Lane
    topic: str
    p_value: float
    countable: bool = True
    """Nothing but the lane's level kept it from being done alone: its verdict would be evidence."""


@transaction.atomic
def note_cases(cases: Sequence[Came]) -> None:
    """How much cases resemble those that were judged is a bet on whether things have moved; and so is the mix of topics."""
    mixing.note_seen(Counter((case.lane.pk, case.topic) for case in cases if case.countable))
    p_values: dict[int, list[float]] = {}
    for case in cases:
        if case.lane.leader.opening_id:
            p_values.setdefault(case.lane.leader.pk, []).append(case.p_value)
    for leader in Lane.objects.select_for_update(no_key=True).filter(pk__in=p_values).order_by("pk"):
        novelty = Novelty(leader.novelty or None)
        for p_value in p_values[leader.pk]:
            novelty.saw(p_value)
        Lane.objects.filter(pk=leader.pk).update(novelty=novelty.state())


def suspect(suggestion: int) -> None:
    """Something spoke against an act afterwards: a person looks at it, and the watch does not count it."""
    unseen = Audit.objects.select_for_update().filter(suggestion=suggestion, drawn=False).first()
    if unseen:
        unseen.drawn, unseen.cause, unseen.drawn_at = True, Audit.Cause.SUSPICION, clock.now()
        unseen.save(update_fields=["drawn", "cause", "drawn_at"])
        fact = AuditDrawn(unseen.pk, unseen.lane_id, suggestion)
        journal.record(fact, workspace_id=unseen.workspace_id, actor="ai")


def looked_at(audit: Audit, *, wrong: bool) -> None:
    """The watch takes in an audit that was drawn by chance; a lane whose promise is no longer kept falls back at once."""
    life = audit.opening
    if life is None or audit.cause != Audit.Cause.CHANCE:
        return
    ids = {audit.lane_id, life.lane_id}
    for lane in Lane.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"):
        still_open = lane.opening_id == life.pk or (lane.follows and lane.parent_id == life.lane_id)
        if still_open and _watched(lane, life, audit, wrong):
            levels.fall_back(lane, Opening.Why.BROKEN)


def _watched(lane: Lane, life: Opening, audit: Audit, wrong: bool) -> bool:
    """Whether the watch over this lane now says that the promise is broken."""
    watch = Watch.from_state(lane.watch) if lane.watch else Watch(life.promise)
    says = watch.audited(float(wrong), audit.probability, audit.floor)
    Lane.objects.filter(pk=lane.pk).update(watch=watch.state())
    return says.closed


def _volume(family: Sequence[int]) -> float:
    """Acts of the last day over those of a usual day; 1 while there is no usual day yet."""
    now = clock.now()
    acts = Audit.objects.filter(lane__in=family)
    first = acts.order_by("drawn_at").values_list("drawn_at", flat=True).first()
    if first is None or first > now - RECENT:
        return 1.0
    days = min(now - first, USUAL) / timedelta(days=1)
    before = acts.filter(drawn_at__gt=now - USUAL).count() / days
    return acts.filter(drawn_at__gt=now - timedelta(days=1)).count() / before if before >= 1 else 1.0
