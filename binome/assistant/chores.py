"""What the assistant does by and by: asks a new version what others were judged on, learns what the team does, counts weeks,
rehearses, drafts, looks back."""

from binome.assistant import digests, drafting, habits, leaning, rehearsing, versions, voiding
from binome.journal.chores import errand, study
from binome.kit import clock
from binome.knowledge import finding
from binome.workspaces.models import Workspace

_through: list[str] = [""]
"""The versions, and the hour, with which this process last found nothing left to ask again: a verdict may still come on what an
earlier version proposed."""


@study
def rescore() -> int:
    hour = int(clock.now().timestamp() // 3600)
    now = f"{finding.version()};{versions.of_closing()};{versions.of_harm()};{hour}"
    if _through[0] == now:
        return 0
    done = voiding.rescore() or voiding.rescore_closing() or voiding.rescore_harm()
    if not done:
        _through[0] = now
    return done


_learned_at: list[int] = [0]
"""The hour in which this process last found nothing to learn of what teams do."""


@study
def learn_habits() -> int:
    hour = int(clock.now().timestamp() // 3600)
    if _learned_at[0] == hour:
        return 0
    done = habits.learn_next()
    if not done:
        _learned_at[0] = hour
    return done


@errand
def write_drafts() -> int:
    return drafting.write_next()


_looked: list[int] = [0]
"""The hour (since 1970) in which this process last looked for weeks to count: once an hour is enough."""


@study
def write_digests() -> int:
    """The digest of the last whole week, for each workspace that was there."""
    hour = int(clock.now().timestamp() // 3600)
    if _looked[0] == hour:
        return 0
    _looked[0], done = hour, 0
    for workspace in Workspace.objects.order_by("pk"):
        week = digests.last_week(workspace)
        if workspace.created_at.date() < week + digests.WEEK:
            done += digests.write_digest(workspace, week) is not None
    return done


@study
def go_on_rehearsing() -> int:
    return rehearsing.advance()


@study
def look_up_past_cases() -> int:
    return leaning.look_up()
