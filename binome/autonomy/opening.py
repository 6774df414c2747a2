"""Opening a lane, on evidence when the guarantee says that one may, or on trial: an owner does; and closing it: anyone may."""

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from binome.autonomy import evidence, levels
from binome.autonomy.facts import LaneOpened
from binome.autonomy.guarantee import Opening as Test
from binome.autonomy.guarantee import Promise, interval
from binome.autonomy.models import Lane, Opening
from binome.autonomy.rules import rules_of
from binome.journal import services as journal
from binome.workspaces.models import Membership


class NotYet(ValueError):
    """The evidence does not allow it yet."""


class NotRescored(ValueError):
    """A new version of the AI is being asked the judged cases again: wait for it."""


@transaction.atomic
def choose_promise(
    lane: Lane, *, membership: Membership, risk: float, doubt: float, audit_share: float | None = None
) -> Lane:
    """What is promised of a lane (α, δ), and the share of its acts that is audited; not while it stands open on another."""
    levels.check_owner(lane, membership)
    lane = levels.locked(lane)
    if lane.opening_id is not None and (risk, doubt) != (lane.risk, lane.doubt):
        lower(lane, Lane.Level.SUGGEST, actor=f"user:{membership.user_id}")
    Promise(risk, doubt)
    if audit_share is not None and not 0 < audit_share <= 1:
        raise ValueError(f"a share of audits above 0 and at most 1 was expected, not {audit_share}")
    lane.risk, lane.doubt = risk, doubt
    lane.audit_share = audit_share if audit_share is not None else lane.audit_share
    lane.save(update_fields=["risk", "doubt", "audit_share"])
    evidence.rebuild(lane)
    return lane


@transaction.atomic
def open_on_trial(
    lane: Lane, *, membership: Membership, strictness: float | None = None, daily_cap: int | None = None
) -> Lane:
    """Let the AI act alone before there is evidence, at the owner's risk: strict, capped, all of it audited."""
    levels.check_owner(lane, membership)
    evidence.concerned(lane)
    lane, actor = levels.locked(lane), f"user:{membership.user_id}"
    lane.strictness = min(max(strictness if strictness is not None else lane.strictness, 0.0), 1.0)
    lane.daily_cap = daily_cap if daily_cap is not None else lane.daily_cap
    return _changed_by_hand(lane, Lane.Level.ACT, on_trial=True, actor=actor)


@transaction.atomic
def lower(lane: Lane, level: str, *, actor: str) -> Lane:
    """Down to *suggest* or *off*; anyone, and the AI itself, may lower autonomy. From its return on nothing begins."""
    if level == Lane.Level.ACT:
        raise levels.OnlyTheOwner(_("Only an owner may let the AI act alone."))
    evidence.concerned(lane)
    return _changed_by_hand(levels.locked(lane), Lane.Level(level), on_trial=False, actor=actor)


def _changed_by_hand(lane: Lane, level: Lane.Level, *, on_trial: bool, actor: str) -> Lane:
    """End the life that it lives, if any. The next one asks for more: what its evidence allows is counted anew."""
    followed = lane.parent if lane.follows else None
    ended = levels.end_life(lane, Opening.Why.PERSON, actor=actor)
    levels.set_level(lane, level, on_trial=on_trial, actor=actor)
    for one in (lane, followed):
        if one and (ended or followed) and one.opening_id is None:
            evidence.rebuild(one)
    return lane


@transaction.atomic
def open_guaranteed(lane: Lane, *, membership: Membership, version: str, daily_cap: int | None = None) -> Opening:
    """Let the AI act alone from the lowest confidence that the evidence shows; `NotYet` when it shows none.

    The evidence is counted afresh, under the lane's lock: the page that led here may be old.
    """
    levels.check_owner(lane, membership)
    evidence.concerned(lane)
    lane, actor = levels.locked(lane), f"user:{membership.user_id}"
    rows = evidence.verdicts_for(lane)
    if rows.exclude(version=version).exists():
        raise NotRescored(_("A new version of the AI is being asked the judged cases again: wait for it."))
    promise = lane.promise
    pairs = [(confidence, float(wrong)) for confidence, wrong in rows.values_list("confidence", "wrong")]
    test = Test(promise, lane.thresholds).add_all(pairs)
    threshold, less = evidence.allowed(lane, test)
    if threshold is None:
        raise NotYet(_("The evidence does not allow it yet."))
    followed = lane.parent if lane.follows else None
    levels.end_life(lane, Opening.Why.PERSON, actor=actor)
    life = Opening.objects.create(
        lane=lane,
        life=lane.life,
        risk=lane.risk,
        doubt=lane.doubt,
        threshold=threshold,
        evidence={
            **_what_it_stands_on(lane, test, threshold, pairs, rows.values_list("judgement", flat=True)),
            **({"mix": less.as_dict()} if less else {}),
        },
        version=version,
        opened_by=actor,
    )
    lane.opening = life
    lane.daily_cap = daily_cap if daily_cap is not None else lane.daily_cap
    levels.set_level(lane, Lane.Level.ACT, on_trial=False, actor=actor)
    fact = LaneOpened(lane.pk, life.pk, life.life, life.threshold)
    journal.record(fact, workspace_id=lane.workspace_id, actor=actor)
    if followed:
        evidence.rebuild(followed)
    return life


def _what_it_stands_on(
    lane: Lane, test: Test, threshold: float, pairs: list[tuple[float, float]], judgements: object
) -> dict[str, object]:
    """All that a person may ask of an opening, a year later."""
    above = [wrong for confidence, wrong in pairs if confidence >= threshold]
    offer, wrong = test.offer(), int(sum(above))
    return {
        "verdicts": len(pairs),
        "wrong": int(sum(wrong for _confidence, wrong in pairs)),
        "above": len(above),
        "wrong_above": wrong,
        "interval": interval(wrong, len(above), lane.doubt),
        "coverage": offer.coverage,
        "steps": [[one.threshold, one.cases, one.losses, one.wealth, one.asked, one.shown_at] for one in offer.steps],
        "doubt_of_life": test.promise.doubt,
        "judgements": dict(Counter(judgements)),  # type: ignore[call-overload]
        "wrongs": list(rules_of(lane.workspace).wrongs),
        "verdict_ids": _ends(evidence.verdicts_for(lane).values_list("pk", flat=True)),
    }


def _ends(ids: object) -> list[int]:
    found = list(ids)  # type: ignore[call-overload]
    return [found[0], found[-1]] if found else []
