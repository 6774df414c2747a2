"""Which version of the AI would do an act: evidence gathered with another one is asked again, or void."""

from binome.assistant.habits import Habits
from binome.assistant.triage import HARMS
from binome.autonomy.models import Act, Lane
from binome.knowledge import finding
from binome.understanding.running import versions_of_stages

CLOSING = "question"
"""The stage that says whether a message ends a conversation."""


def of_lane(lane: Lane) -> str:
    """The version that would act in this lane."""
    return of(lane.act, Habits.of([lane.workspace_id]), lane.workspace_id)


def of(act: str, habits: Habits, workspace: int) -> str:
    """The same, where the workspace's habits are known."""
    if act in (Act.TAG, Act.PREPARED_REPLY):
        return habits.version(workspace, act)
    if act in (Act.HIDE, Act.APPROVE):
        return of_harm()
    return of_closing() if act == Act.CLOSE else finding.version()


def of_closing() -> str:
    """The version of what tells that a conversation is over."""
    return f"{CLOSING}={versions_of_stages()[CLOSING]}"


def of_harm() -> str:
    """The version of what tells of harm."""
    known = versions_of_stages()
    return ";".join(f"{stage}={known[stage]}" for stage in sorted(HARMS))
