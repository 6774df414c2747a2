"""Knowledge as the screen shows it: what would be answered and why, who wrote what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from binome.accounts.selectors import names_of
from binome.assistant import reasons
from binome.assistant.trying import Tried
from binome.knowledge.finding import Answer
from binome.knowledge.models import Revision

OTHERS = 3
"""How many other entries are shown beside the one that would be answered."""


@dataclass(frozen=True)
class Shown:
    """A question tried: what would happen, in words."""

    tried: Tried
    title: str
    reason: str
    best: Answer | None
    others: Sequence[tuple[Answer, str]]
    percent: int
    threshold: int

    @property
    def tone(self) -> str:
        return {"act": "machine", "suggest": "machine", "hand_over": "relay"}.get(self.tried.decision.do, "")


def shown(tried: Tried) -> Shown:
    """What the AI would do with a question, for people."""
    does = tried.decision.do
    best = tried.answers[0] if tried.answers and does in ("act", "suggest") else None
    others = [(one, _about(one.confidence)) for one in tried.answers[1 if best else 0 :][:OTHERS]]
    sure = percent(tried.answers[0].confidence) if tried.answers else 0
    return Shown(tried, _titles()[does], _reason(tried), best, others, sure, percent(tried.threshold))


def percent(share: float) -> int:
    """A share as a whole number of hundredths, never rounded up to certainty."""
    return min(99, round(share * 100)) if share < 1 else 100


def _about(share: float) -> str:
    """The same in words, small ones included."""
    return _("{percent} %").format(percent=percent(share)) if share >= 0.01 else _("under 1 %")


def by_whom(rows: Iterable[Revision]) -> list[dict[str, Any]]:
    """Revisions with the names of those who wrote them."""
    rows = list(rows)
    names = names_of(row.by for row in rows)
    return [{"revision": row, "by": names.get(row.by, _("an import or a program"))} for row in rows]


def _titles() -> dict[str, str]:
    return {
        "act": _("Binôme would answer alone"),
        "suggest": _("Binôme would propose this to the team"),
        "hand_over": _("Binôme would leave this to a person"),
        "rest": _("Nothing to answer: thanks, or a goodbye"),
    }


def _reason(tried: Tried) -> str:
    if tried.decision.do == "act":
        return _("this lane is on trial: its errors are not measured")
    return reasons.label(tried.decision.reason) if tried.decision.do != "rest" else ""
