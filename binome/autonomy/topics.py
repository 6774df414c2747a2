"""A topic becomes a lane of its own when it has evidence enough: it follows its parent, and closes alone if it misbehaves."""

from binome.autonomy import evidence
from binome.autonomy.facts import LaneGrew
from binome.autonomy.models import FAQ, Audit, Lane, Verdict
from binome.journal import services as journal

ENOUGH = 30
"""Verdicts on a topic from which it is looked at by itself."""


def grow(verdict: Verdict) -> Lane | None:
    """Give the verdict's topic a lane of its own, if it now has evidence enough; its verdicts and audits go there."""
    parent, topic = verdict.lane, verdict.topic
    if parent.topic != FAQ or topic in ("", FAQ):
        return None
    theirs = Verdict.objects.filter(lane=parent, topic=topic)
    if theirs.filter(void="", counts=True).count() < ENOUGH:
        return None
    child, made = Lane.objects.get_or_create(
        workspace_id=parent.workspace_id,
        act=parent.act,
        topic=topic,
        language=parent.language,
        defaults={
            "parent": parent,
            "follows": True,
            "strictness": parent.strictness,
            "risk": parent.risk,
            "doubt": parent.doubt,
            "audit_share": parent.audit_share,
            "thresholds": parent.thresholds,
        },
    )
    if not made:
        return None
    Audit.objects.filter(verdict__in=theirs).update(lane=child)
    theirs.update(lane=child)
    evidence.rebuild(child)
    journal.record(LaneGrew(child.pk, parent.pk), workspace_id=parent.workspace_id, actor="ai")
    return child
