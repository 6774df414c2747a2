"""Lanes as the screen shows them: what was counted, what it proves, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from binome.accounts.selectors import names_of
from binome.assistant import reasons, telling
from binome.assistant import selectors as assistant
from binome.autonomy import selectors
from binome.autonomy.guarantee import Promise
from binome.autonomy.models import FAQ, Act, Lane, Opening
from binome.kit import clock
from binome.kit.intervals import wilson
from binome.web.autonomy import drawing, waiting
from binome.web.autonomy.drawing import Spark
from binome.web.ui.instants import short as when
from binome.workspaces.models import Workspace

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """A lane, in words."""

    lane: Any
    name: str
    by: str
    level: str
    """guaranteed, trial, suggest, closed (it fell back by itself) or off."""
    interval: tuple[str, str] | None
    """Of the share of wrong ones among acts done alone, in hundredths; None before the first that was judged."""
    share: str
    """Of the answers of the last month, given alone, in hundredths; "" when there was none."""
    spark: Spark | None
    stands: str
    life: Opening | None
    sooner: str = ""
    """What would bring its evidence nearer, where it is far."""

    @property
    def strictness(self) -> int:
        return round(float(self.lane.strictness) * 100)

    @property
    def ready(self) -> bool:
        """Whether the evidence lets an owner open it now."""
        return (
            self.lane.may_act
            and self.lane.level != Lane.Level.OFF
            and not self.lane.leader.opening_id
            and bool(threshold_offered(self.lane))
        )


def rows(workspace: Workspace) -> list[Row]:
    """The workspace's lanes with all that is shown of each, in few queries whatever their number."""
    lanes: list[Any] = sorted(selectors.lanes_of(workspace), key=_place)
    names = names_of(lane.changed_by for lane in lanes)
    pairs, lives = selectors.evidence_pairs(lanes), selectors.last_lives(workspace)
    estimates = selectors.estimates(workspace)
    shares = assistant.shares_alone(workspace, clock.now() - MONTH)
    return [
        Row(
            lane,
            name_of(lane),
            names.get(lane.changed_by, ""),
            level_of(lane, lives.get(lane.pk)),
            _interval(lane, estimates.get(lane.pk)),
            _share(shares.get(lane.pk)),
            _spark(lane, _pairs_of(lane, lanes, pairs), lives.get(lane.pk)),
            stands(lane, lives.get(lane.pk)),
            lives.get(lane.pk),
            sooner(lane),
        )
        for lane in lanes
    ]


def _place(lane: Lane) -> tuple[str, bool, bool, str]:
    """French first, each lane before those that grew out of it."""
    return _ORDER.get(lane.act, lane.act), lane.language != "fr", lane.parent_id is not None, lane.topic


_ORDER = {"answer": "0", "prepared_reply": "1", "draft": "2", "tag": "3", "close": "4", "hide": "5", "approve": "6"}


def name_of(lane: Lane) -> str:
    """The lane in words: what is done, of what."""
    if lane.parent_id:
        return telling.kind_of_harm(lane.topic) if lane.act == Act.HIDE else lane.topic
    acts = {
        "answer": _("Answer from the entries"),
        "prepared_reply": pgettext("lane", "Saved replies"),
        "draft": pgettext("lane", "Drafts"),
        "tag": pgettext("lane", "Tags"),
        "close": pgettext("lane", "Closing"),
        "hide": pgettext("lane", "Hiding"),
        "approve": pgettext("lane", "Approving"),
    }
    name = acts.get(lane.act, lane.get_act_display())
    return name if lane.topic == FAQ else f"{name} {lane.topic}"


def level_of(lane: Lane, life: Opening | None) -> str:
    """The level as it is shown."""
    leader = lane.leader
    if leader.level == Lane.Level.ACT:
        return "guaranteed" if leader.opening_id else "trial"
    if leader.level == Lane.Level.OFF:
        return "off"
    return "closed" if life and life.closed_by == "ai" and life.closed_at else "suggest"


def stands(lane: Any, life: Opening | None) -> str:
    """Where a lane stands: what it stands on, what is missing, or why it closed."""
    leader = lane.leader
    if leader.level == Lane.Level.OFF:
        return _("proposes nothing")
    if leader.opening:
        sure = _percent(leader.opening.threshold)
        if lane.follows:
            return _("as the lane above, from {percent} % sure").format(percent=sure)
        return _("open since {date}, from {percent} % sure").format(date=when(leader.opening.opened_at), percent=sure)
    if leader.level == Lane.Level.ACT:
        return missing(lane)
    if life and life.closed_by == "ai" and life.closed_at:
        told = _("closed on {date}: {why}").format(date=when(life.closed_at), why=life.get_why_display())
        return f"{told} · {missing(lane)}"
    return missing(lane)


def missing(lane: Any) -> str:
    """How much evidence is missing before an owner may open the lane, at the present rate."""
    if not lane.may_act:
        return _("never alone: a person reads each one first")
    if threshold_offered(lane):
        percent = _percent(lane.offer["coverage"])
        return _("enough evidence: could do {percent} % alone").format(percent=percent)
    more = lane.offer.get("missing") if lane.offer else None
    if lane.offer and more is None:
        return _("too many errors to open")
    if more is None:
        return _("proposes, a person decides")
    days = _days(lane, more)
    return (
        _("{verdicts}: {delay}").format(verdicts=waiting.verdicts(more), delay=waiting.delay(days))
        if days
        else (waiting.verdicts(more))
    )


def sooner(lane: Any) -> str:
    """What an owner may do where evidence is far away; "" elsewhere."""
    more = lane.offer.get("missing") if lane.offer and lane.may_act and not threshold_offered(lane) else None
    idle = lane.leader.level == Lane.Level.OFF or lane.leader.opening_id
    return waiting.sooner(_days(lane, more)) if more and not idle else ""


def _days(lane: Any, more: int) -> int:
    """Until so many verdicts are there, at the pace of late; 0 where there is none."""
    pace = getattr(lane, "lately", 0) / selectors.LATELY.days
    return ceil(more / pace) if pace else 0


def threshold_offered(lane: Lane) -> float | None:
    """The confidence from which the evidence lets the AI act, if any."""
    return lane.offer.get("threshold") if lane.offer else None


def brakes() -> dict[str, list[str]]:
    """What always goes to a person, the grave things apart."""
    grave = [reason for reason in reasons.REASONS if reason in reasons.GRAVE]
    others = (
        "asked_for_person",
        "insult",
        "complaint",
        "anger",
        "urgent",
        "conflict",
        "refund_or_money",
        "irony_suspected",
        "unknown_territory",
        "several_questions",
        "attachment",
    )
    return {"grave": [reasons.label(one) for one in grave], "others": [reasons.label(one) for one in others]}


def _spark(lane: Lane, pairs: Sequence[tuple[float, bool]], life: Opening | None) -> Spark | None:
    aimed = life.threshold if life and not life.closed_at else threshold_offered(lane) or _next_step(lane)
    if aimed is None:
        return None
    return drawing.spark(pairs, aimed, lane.opening.promise if lane.opening else _promise(lane, life))


def _promise(lane: Lane, life: Opening | None) -> Promise:
    """What would be promised if it opened now: its next life."""
    return Promise(lane.risk, lane.doubt).of_life(life.life + 1 if life else 1)


def _next_step(lane: Lane) -> float | None:
    """The first threshold that has not been shown yet."""
    steps = (lane.offer or {}).get("steps", [])
    return next((step["threshold"] for step in steps if step["shown_at"] is None and step["cases"]), None)


def _pairs_of(
    lane: Lane, lanes: Sequence[Lane], pairs: Mapping[int, list[tuple[float, bool]]]
) -> list[tuple[float, bool]]:
    """The evidence of a lane, with that of the lanes that follow it."""
    family = [lane.pk, *(one.pk for one in lanes if one.parent_id == lane.pk and one.follows)]
    return [pair for one in family for pair in pairs.get(one, [])]


def _interval(lane: Any, estimate: Any) -> tuple[str, str] | None:
    if estimate:
        return number_format(estimate.low * 100, 1), number_format(estimate.high * 100, 1)
    if not lane.judged_alone or lane.leader.opening_id:
        return None
    low, high = wilson(lane.wrong_alone, lane.judged_alone)
    return number_format(low * 100, 1), number_format(high * 100, 1)


def _share(counted: tuple[int, int] | None) -> str:
    return number_format(100 * counted[0] / counted[1], 0) if counted and counted[0] else ""


def _percent(share: float) -> str:
    return number_format(share * 100, 0)
