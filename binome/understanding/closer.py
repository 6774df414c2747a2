"""Messages that are read once more, apart: what is wanted, who claimed it, and what came of it, laid over other readings.

Receiving never waits for it. A look is claimed in a transaction of its own before anything is opened or asked, and one
whose reader died is given up: a picture that kills its reader is met once, and no question is paid for twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction

from binome.inbox import selectors as inbox
from binome.kit import clock
from binome.sdk.stage import Annotation as Told
from binome.sdk.stage import Reading
from binome.understanding import unsure
from binome.understanding.keeping import Read
from binome.understanding.models import CloserLook
from binome.workspaces import language_models

ABANDONED = timedelta(minutes=5)
"""After this long, whoever was looking has died."""

Of, State = CloserLook.Of, CloserLook.State


def want(read: Sequence[Read]) -> None:
    """Of these messages that just came in or changed, have those read closer that are worth it."""
    _want(inbox.with_pictures([one.said.message for one in read]), read, Of.PICTURES)
    asking = language_models.reading_in({one.said.workspace for one in read})
    mine = [one for one in read if one.said.workspace in asking]
    doubted = unsure.doubts([Reading(one.said.text, annotations=one.annotations) for one in mine])
    _want({mine[doubt.at].said.message for doubt in doubted}, mine, Of.DOUBTS)


def claim(of: str, most: int) -> list[CloserLook]:
    """Up to so many looks of one workspace, ours from now on; none when nothing is wanted."""
    with transaction.atomic():
        rows = CloserLook.objects.select_for_update(skip_locked=True, of=("self",)).filter(of=of, state=State.WANTED)
        first = rows.order_by("pk").first()
        if first is None:
            return []
        claimed = list(rows.filter(workspace=first.workspace_id).select_related("workspace").order_by("pk")[:most])
        now = clock.now()
        for look in claimed:
            look.state, look.claimed_at = State.LOOKING, now
        CloserLook.objects.bulk_update(claimed, ["state", "claimed_at"])
    return claimed


def abandoned(of: str) -> list[CloserLook]:
    """Looks whose reader has died; to be called in a transaction that settles them."""
    rows = CloserLook.objects.select_for_update(skip_locked=True, of=("self",)).filter(of=of, state=State.LOOKING)
    return list(rows.filter(claimed_at__lt=clock.now() - ABANDONED))


def settle(look: CloserLook, said: Mapping[str, list[Any]], failure: str = "") -> bool:
    """Keep what came of a look; False if it is ours no more (its message was changed meanwhile, or it was given up)."""
    ours = CloserLook.objects.filter(pk=look.pk, state=State.LOOKING, claimed_at=look.claimed_at)
    return bool(ours.update(said=dict(said), failure=failure[:40], state=State.FAILED if failure else State.DONE))


def again(message: int, of: str) -> None:
    """Have a message looked at once more: what it is compared with has changed, or its words; then no answer holds."""
    looks = CloserLook.objects.filter(message=message, of=of)
    nothing: dict[str, Any] = {"said": {}} if of == Of.DOUBTS else {}
    looks.update(state=State.WANTED, claimed_at=None, failure="", asked_at=clock.now(), **nothing)


def laid_over(read: Sequence[Read]) -> list[Read]:
    """What the stages say of these messages, with what closer looks found in its place; one query."""
    looks: dict[int, list[CloserLook]] = {}
    for look in CloserLook.objects.filter(message__in=[one.said.message for one in read]).exclude(said={}):
        looks.setdefault(look.message_id, []).append(look)
    return [_laid(one, looks.get(one.said.message, ())) for one in read]


def _laid(read: Read, looks: Sequence[CloserLook]) -> Read:
    annotations, versions = dict(read.annotations), dict(read.versions)
    for look in looks:
        for stage, (label, confidence, version, evidence) in look.said.items():
            if look.of == Of.DOUBTS:
                local = annotations.get(stage)
                if _edited_since(read, look) or local is None or not unsure.is_doubt(stage, local):
                    continue  # other words, or a rule of the team has decided since
                evidence = {**evidence, "before": [local.label, local.confidence]}
            annotations[stage], versions[stage] = Told(label, confidence, evidence), version
    return replace(read, annotations=annotations, versions=versions)


def _edited_since(read: Read, look: CloserLook) -> bool:
    return read.said.edited_at is not None and read.said.edited_at > look.asked_at


def _want(messages: Sequence[int] | set[int], read: Sequence[Read], of: str) -> None:
    """A look for each of these; one that was already had is had again only for words that changed."""
    wanted = {one.said.message: one for one in read if one.said.message in messages}
    if not wanted:
        return
    rows = [CloserLook(workspace_id=one.said.workspace, message_id=pk, of=of) for pk, one in wanted.items()]
    CloserLook.objects.bulk_create(rows, ignore_conflicts=True)
    if of == Of.DOUBTS:
        for look in CloserLook.objects.filter(message__in=wanted, of=of).exclude(state=State.WANTED):
            if _edited_since(wanted[look.message_id], look):
                again(look.message_id, of)
