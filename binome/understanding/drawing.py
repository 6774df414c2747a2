"""Messages drawn at random for people to read themselves: the only way to know how often they agree with what was said.

Half are drawn among those of which the stage said something that matters, half among the others, so that rare readings are
measured too; each counts for as many messages as it stands for. Only the latest messages are drawn from.
"""

import secrets
from dataclasses import dataclass
from random import Random

from binome.inbox.models import Message
from binome.understanding.models import Annotation, ReadingVerdict, Understood
from binome.workspaces.models import Workspace

AMONG = 2_000
"""The latest messages read, from which one draws."""


@dataclass(frozen=True)
class Drawn:
    """A message to judge, and how many it stands for against the average."""

    message: Message
    weight: float


def draw(workspace: Workspace, stage: str, chance: Random | None = None) -> Drawn | None:
    """A message that nobody has judged for this stage; None when there is none."""
    chance = chance or Random(secrets.randbits(64))  # noqa: S311 - fairness, not secrecy
    telling, others = _strata(workspace, stage)
    judged = set(ReadingVerdict.objects.filter(workspace=workspace, stage=stage).values_list("message", flat=True))
    total, strata = len(telling) + len(others), [telling, others]
    left = [[one for one in stratum if one not in judged] for stratum in strata]
    sides = [side for side in (0, 1) if left[side]]
    if not sides:
        return None
    side = chance.choice(sides)
    share = 1 / (2 if telling and others else 1)
    message = Message.objects.select_related("workspace", "member", "conversation__channel").get(
        pk=chance.choice(left[side])
    )
    return Drawn(message, round(len(strata[side]) / total / share, 4))


def weight_of(workspace: Workspace, stage: str, message: int) -> float:
    """How many messages one drawn stands for, found again when it is judged."""
    telling, others = _strata(workspace, stage)
    if not telling or not others:
        return 1.0
    side = telling if message in telling else others
    return round(2 * len(side) / (len(telling) + len(others)), 4)


def _strata(workspace: Workspace, stage: str) -> tuple[list[int], list[int]]:
    """The latest messages read by the stage: those where what it says matters, and the others."""
    rows = Understood.objects.filter(workspace=workspace, message__by=Message.By.MEMBER, message__deleted_at=None)
    latest = dict(rows.exclude(message__text="").order_by("-message").values_list("message", f"said__{stage}")[:AMONG])
    matter = Annotation.objects.filter(message__in=latest, stage=stage).values_list("message", "kind")
    telling = {message for message, kind in matter if kind}
    silent = {message for message, said in latest.items() if said is not None}
    return sorted(telling), sorted((silent | {message for message, _kind in matter}) - telling)
