"""Hiding what a member wrote, and showing it: decided here, carried out by the gate, undone here if it fails."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from binome.accounts.models import User
from binome.channels import gate
from binome.channels import services as channels
from binome.channels.gate import Authorisation
from binome.channels.models import Delivery
from binome.inbox import facts
from binome.inbox.batches import refresh_last
from binome.inbox.models import Conversation, Message, Moderation
from binome.journal import services as journal
from binome.kit.text import clean

LONGEST_REASON = 300
"""Characters."""


class CannotModerate(ValueError):
    """This message cannot be hidden or shown."""


@transaction.atomic
def hide(message: Message, *, user: User | None, reason: str = "", evidence: dict[str, Any] | None = None) -> Delivery:
    """Have it seen by nobody but the team. Without a user: the AI does, on this evidence. `CannotModerate` if it cannot be."""
    return _moderate(message, hidden=True, user=user, reason=reason, evidence=evidence)


@transaction.atomic
def show(message: Message, *, user: User | None, reason: str = "", evidence: dict[str, Any] | None = None) -> Delivery:
    """Have it seen again, or for the first time if the platform holds it. As `hide`."""
    return _moderate(message, hidden=False, user=user, reason=reason, evidence=evidence)


def why_not(message: Message, *, hidden: bool) -> str:
    """Why it cannot be hidden (or shown), in one sentence; "" if it can."""
    if message.by != Message.By.MEMBER:
        return _("Only what a member wrote can be hidden or shown.")
    if not message.external_id or not channels.can(message.channel, "moderates"):
        return _("This channel can neither hide nor show messages.")
    if message.deleted_at is not None:
        return _("This message is no longer there.")
    if hidden and message.hidden_at is not None:
        return _("This message is hidden already.")
    if not hidden and message.hidden_at is None and not message.held:
        return _("This message is shown already.")
    return ""


@transaction.atomic
def note_settled(settled: Collection[int]) -> None:
    """These lines of the ledger came to nothing: what they were to hide or show stands as before, and the team is told."""
    rows = Moderation.objects.filter(delivery__in=settled).select_related("delivery").order_by("pk")
    for moderation in rows:
        message = Message.objects.select_for_update().get(pk=moderation.message_id)
        moderation.refresh_from_db(fields=["hidden_before", "held_before"])  # which an earlier one may have passed on
        later = message.moderations.filter(pk__gt=moderation.pk).order_by("pk").first()
        if later:
            _pass_on(message, moderation, later)
        else:
            _restore(message, moderation)


def _moderate(
    message: Message, *, hidden: bool, user: User | None, reason: str, evidence: dict[str, Any] | None
) -> Delivery:
    now = Message.objects.select_for_update(of=("self",)).select_related("channel", "conversation__thread")
    locked = now.get(pk=message.pk)
    if refusal := why_not(locked, hidden=hidden):
        raise CannotModerate(refusal)
    actor = f"user:{user.pk}" if user else "ai"
    why = ("hidden" if hidden else "shown") + (" by a person" if user else " alone")
    delivery = gate.enqueue_moderation(
        locked.conversation.thread,
        locked.external_id,
        Authorisation(by=actor, why=why, evidence=evidence or {}),
        hidden=hidden,
        by_machine=user is None,
        reason=clean(reason)[:LONGEST_REASON],
    )
    locked.moderations.filter(failed=True).update(failed=False)
    decided = Moderation.objects.create(
        message=locked,
        delivery=delivery,
        hidden=hidden,
        user=user,
        hidden_before=locked.hidden_at,
        held_before=locked.held,
    )
    _set(message, hidden_at=decided.at if hidden else None, held=locked.held and hidden)
    kind = facts.MessageHidden if hidden else facts.MessageShown
    fact = kind(locked.pk, locked.conversation_id, delivery.pk)
    journal.record(fact, workspace_id=locked.workspace_id, actor=actor)
    return delivery


def _pass_on(message: Message, moderation: Moderation, later: Moderation) -> None:
    """Another decision stands since then: how the message stood before this one is how it stood before that."""
    later.hidden_before, later.held_before = moderation.hidden_before, moderation.held_before
    later.save(update_fields=["hidden_before", "held_before"])
    if later.hidden and not moderation.hidden:  # it was never approved
        _set(message, held=moderation.held_before)


def _restore(message: Message, moderation: Moderation) -> None:
    held = message.held if moderation.hidden else moderation.held_before
    _set(message, hidden_at=moderation.hidden_before, held=held)
    if moderation.delivery.failure == "Erased" or message.deleted_at is not None:  # nothing is left to decide on
        return
    Moderation.objects.filter(pk=moderation.pk).update(failed=True)
    if moderation.delivery.state == Delivery.State.FAILED:
        talk = Conversation.objects.filter(pk=message.conversation_id)
        talk.update(state=Conversation.State.OPEN, snoozed_until=None, needs_person=True)
    fact = facts.ModerationFailed(message.pk, message.conversation_id, moderation.delivery_id)
    journal.record(fact, workspace_id=message.workspace_id)


def _set(message: Message, **values: Any) -> None:
    Message.objects.filter(pk=message.pk).update(**values)
    for name, value in values.items():
        setattr(message, name, value)
    refresh_last(message.conversation_id)  # a list shows no words that are hidden
