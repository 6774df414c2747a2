"""Messages drawn at random for people to read themselves: the only way to know how often they agree with what was said.

Half are drawn among those of which the stage said something that matters, half among the others, so that rare readings are
measured too; each counts for as many messages as it stands for. What the stage had said makes the halves, whatever people made
of it since. Only the latest messages are drawn from.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from binome.inbox.models import Message
from binome.understanding import vocabulary
from binome.understanding.models import Annotation, ReadingVerdict, Understood
from binome.understanding.selectors import holds
from binome.workspaces.models import Workspace

AMONG = 2_000
"""The latest messages read, from which one draws."""

Told = tuple[str, float]
"""A label and its confidence."""


@dataclass(frozen=True)
class _Judged:
    said: Told
    drawn: bool


def draw(workspace: Workspace, stage: str, chance: Random | None = None) -> Message | None:
    """A message that nobody has read for this stage without seeing what was said; None when there is none."""
    chance = chance or Random(secrets.randbits(64))  # noqa: S311 - fairness, not secrecy
    judged = _judged(workspace, stage)
    done = {message for message, one in judged.items() if one.drawn}
    sides = [side for each in _sides(workspace, stage, judged) if (side := sorted(each - done))]
    if not sides:
        return None
    rows = Message.objects.select_related("workspace", "member", "conversation__channel")
    return rows.get(pk=chance.choice(chance.choice(sides)))


def weights(workspace: Workspace, stage: str, drawn: Sequence[ReadingVerdict]) -> list[float]:
    """How many of the latest messages each of these verdicts stands for, against the average: those of its side (one at
    least), shared among the verdicts on that side."""
    told = [_tells(workspace, stage, (one.said, one.confidence)) for one in drawn]
    telling, silent = _sides(workspace, stage, _judged(workspace, stage))
    there, judged = {True: max(1, len(telling)), False: max(1, len(silent))}, Counter(told)
    each = [there[side] / judged[side] for side in told]
    return [one * len(each) / sum(each) for one in each]


def _judged(workspace: Workspace, stage: str) -> Mapping[int, _Judged]:
    """What was said where people said what is right, of messages as they now stand."""
    rows = ReadingVerdict.objects.filter(workspace=workspace, stage=stage)
    columns = rows.values_list("message", "said", "confidence", "drawn", "at", "message__edited_at")
    return {
        message: _Judged((said, confidence), drawn)
        for message, said, confidence, drawn, at, edited_at in columns
        if holds(at, edited_at)
    }


def _sides(workspace: Workspace, stage: str, judged: Mapping[int, _Judged]) -> tuple[set[int], set[int]]:
    """The latest messages read by the stage: those of which it said something that matters, and the others."""
    rows = Understood.objects.filter(workspace=workspace, message__by=Message.By.MEMBER, message__deleted_at=None)
    latest = dict(rows.exclude(message__text="").order_by("-message").values_list("message", f"said__{stage}")[:AMONG])
    shown = Annotation.objects.filter(message__in=latest, stage=stage).values_list("message", "label", "confidence")
    said: dict[int, Told] = {message: (told[0], told[1]) for message, told in latest.items() if told is not None}
    said |= {message: (label, confidence) for message, label, confidence in shown}
    said |= {message: judged[message].said for message in latest.keys() & judged.keys()}
    telling = {message for message, told in said.items() if _tells(workspace, stage, told)}
    return telling, said.keys() - telling


def _tells(workspace: Workspace, stage: str, told: Told) -> bool:
    return bool(vocabulary.kind_of(stage, *told, workspace.language))
