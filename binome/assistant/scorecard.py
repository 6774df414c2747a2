"""How well matters reach people: hand-overs that were needed, needless ones, missed ones, by cause, and what they cost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from binome.assistant import vetoes
from binome.assistant.models import Card, Suggestion
from binome.autonomy.models import Rules, Verdict
from binome.inbox.models import HandOver
from binome.workspaces.models import Workspace

CAUSES: Mapping[str, tuple[StrOrPromise, frozenset[str]]] = {
    "tone": (
        _("Irony, anger, conflict"),
        frozenset({"irony_suspected", "anger", "conflict", "insult", "complaint", "hate", "flood", "suspicious"}),
    ),
    "suffering": (_("Distress, grief, health"), frozenset({"distress", "grief", "health", "minor", "urgent"})),
    "legal": (
        _("Legal, press, money"),
        frozenset({"legal", "press", "authority", "threat", "discrimination", "refund_or_money"}),
    ),
    "knowledge": (_("No approved answer"), frozenset({"no_answer", "expired", "other_language", "entry_changed"})),
    "asked": (_("Asked for a person"), frozenset({"asked_for_person"})),
    "unknown": (_("Unknown territory"), frozenset({"unknown_territory"})),
    "unsure": (
        _("Not sure enough, or not allowed"),
        frozenset({"unsure", "lane_suggest", "lane_off", "lane_closed", "daily_cap", "new_version", "audits_late"}),
    ),
    "form": (_("Form of the message"), frozenset()),
}
"""Cause → its name, and the reasons that it gathers; "form" has all the others."""

NOT_BY_THE_AI = {"held", "handed_over", "past", "stopped"}
"""Reasons for which a person already had it."""

AT_MOST = 20_000
"""Hand-overs that are looked at: the latest."""


@dataclass(frozen=True)
class Line:
    """One cause: hand-overs *needed* (the person did something else), *needless* (they sent what was proposed), those of
    which nothing is known yet, and acts done alone that a person should have had (*missed*)."""

    cause: StrOrPromise
    needed: int
    needless: int
    unsettled: int
    missed: int


@dataclass(frozen=True)
class Scorecard:
    """The causes that occurred, and the time lost by needless and by missed hand-overs, in minutes."""

    lines: Sequence[Line]
    needless_minutes: float
    missed_minutes: float


def scorecard(workspace: Workspace, since: datetime, rules: Rules, *, until: datetime | None = None) -> Scorecard:
    """What became of the hand-overs of a workspace since an instant, and what was not handed over and should have been.

    *until*: the instant before which they were handed over, or done alone (now); what was said of them later counts.
    """
    then = Q(at__gte=since) & (Q(at__lt=until) if until else Q())
    counted = Counter(_handed_over(workspace, then))
    counted.update((cause, "missed") for cause in _missed(workspace, then))
    lines = [
        Line(name, *(counted[cause, what] for what in ("needed", "needless", "unsettled", "missed")))
        for cause, (name, _reasons) in CAUSES.items()
    ]
    needless, missed = sum(line.needless for line in lines), sum(line.missed for line in lines)
    return Scorecard(
        [line for line in lines if line.needed or line.needless or line.unsettled or line.missed],
        needless * rules.needless_seconds / 60,
        float(missed * rules.missed_minutes),
    )


def cause_of(reason: str) -> str:
    """The cause under which a reason is counted."""
    return next((cause for cause, (_name, its) in CAUSES.items() if reason in its), "form")


def _handed_over(workspace: Workspace, then: Q) -> Iterable[tuple[str, str]]:
    """(cause, needed | needless | unsettled) of each message that was left to a person."""
    rows = HandOver.objects.filter(then, workspace=workspace, message__isnull=False)
    handed = dict(rows.exclude(reason__in=NOT_BY_THE_AI).order_by("-at").values_list("message", "reason")[:AT_MOST])
    proposed = dict(Suggestion.objects.filter(message__in=handed).replies().values_list("message", "pk"))
    verdicts = Verdict.objects.filter(suggestion__in=proposed.values()).values_list("suggestion", "judgement")
    said = dict(verdicts)
    for message, reason in handed.items():
        yield cause_of(reason), _needed(proposed.get(message), said)


def _needed(suggestion: int | None, said: Mapping[int, str]) -> str:
    """Without a proposal a person had to write; with one it is known once they have decided."""
    if suggestion is None:
        return "needed"
    judgement = said.get(suggestion)
    return "unsettled" if judgement is None else "needless" if judgement == "accepted" else "needed"


def _missed(workspace: Workspace, then: Q) -> Iterable[str]:
    """The cause that came nearest, for each act done alone of which an auditor said that a person was needed."""
    verdicts = Verdict.objects.filter(workspace=workspace, judgement=Verdict.Judgement.PERSON)
    done = Card.objects.filter(then, workspace=workspace, do="act")
    cards = done.filter(suggestion__in=verdicts.values("suggestion"))
    for labels in cards.values_list("why__case__reading__labels", flat=True):
        read = {stage: (label, sure) for stage, (label, sure) in (labels or {}).items()}
        nearest = max(vetoes.TABLE, key=lambda veto: veto.chance_in(read) - veto.chance)
        yield cause_of(nearest.reason) if nearest.chance_in(read) > 0 else "form"
