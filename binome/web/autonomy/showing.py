"""Lanes as the screen shows them: only what was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from binome.accounts.selectors import names_of
from binome.assistant import reasons
from binome.autonomy.models import Lane
from binome.kit.intervals import wilson


@dataclass(frozen=True)
class Row:
    """A lane, in words."""

    lane: Any
    name: str
    by: str
    interval: tuple[str, str] | None
    """Of the share of wrong ones among judged acts done alone, in hundredths; None before the first."""

    @property
    def strictness(self) -> int:
        return round(float(self.lane.strictness) * 100)


def rows(lanes: Sequence[Any]) -> list[Row]:
    """Lanes annotated by `lanes_of`, with who changed them last and what is known of their errors."""
    names = names_of(lane.changed_by for lane in lanes)
    return [Row(lane, name_of(lane), names.get(lane.changed_by, ""), _interval(lane)) for lane in lanes]


def name_of(lane: Lane) -> str:
    """The lane in words: what is done, of what."""
    acts = {"answer": _("Answer")}
    topics = {"faq": _("from the entries")}
    return " ".join(filter(None, [acts.get(lane.act, lane.act), topics.get(lane.topic, lane.topic)]))


def brakes() -> dict[str, list[str]]:
    """What always goes to a person, the grave things apart."""
    grave = [reason for reason in reasons.REASONS if reason in reasons.GRAVE]
    others = (
        "asked_for_person",
        "insult",
        "complaint",
        "refund_or_money",
        "irony_suspected",
        "several_questions",
        "attachment",
    )
    return {"grave": [reasons.label(one) for one in grave], "others": [reasons.label(one) for one in others]}


def _interval(lane: Any) -> tuple[str, str] | None:
    if not lane.judged_alone:
        return None
    low, high = wilson(lane.wrong_alone, lane.judged_alone)
    return number_format(low * 100, 1), number_format(high * 100, 1)
