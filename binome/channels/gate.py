"""The one gate: everything that leaves passes here, with an authorisation, and leaves once.

The ledger: due → sending → sent | failed | unknown. *Sending* is committed before the platform is called, so a
crash leaves a trace; whoever holds a thread's lock is the only one sending in it, and a lock whose holder died is
free again, which is how an abandoned *sending* is recognised. It becomes *unknown*, and is settled by asking the
platform, never by sending again. Beginning to send also locks the channel's row, for a moment: so a freeze that has
returned, and the platform's pace, hold whatever the number of workers.

Hiding and showing what members wrote pass here too, by the same rules. Asked for twice they change nothing: without an
answer, or once their sender has died, they are asked for again, and are never *unknown*.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from binome.channels import services
from binome.channels.facts import DeliverySettled, Frozen, Thawed, ThreadHeld, ThreadReleased
from binome.channels.models import Channel, Delivery, Freeze, Thread
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, identifier
from binome.kit.transitions import MoveRefused
from binome.sdk import registry
from binome.sdk.connector import Finds, Moderates
from binome.sdk.errors import (
    AccessExpired,
    AccessRevoked,
    ConnectorError,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from binome.sdk.limits import TooLong as TooLong
from binome.sdk.limits import refuse_too_long
from binome.sdk.types import Moderation, OutgoingMessage, Sent
from binome.workspaces.models import Workspace

log = logging.getLogger(__name__)

_THREADS = 0x7468
"""First half of the advisory locks on threads; the second is the thread's id."""

_KEYS = 0x6B79
"""First half of the advisory locks on keys that callers choose; the second is the key's hash."""

ATTEMPTS = 8
"""How often a delivery is tried that certainly did not leave (Unavailable, RateLimited), or that may leave twice."""


MOST_TO_ONE = 30
"""Messages of the machine to one recipient of one channel in a day."""


@dataclass(frozen=True)
class Authorisation:
    """Who lets this leave, why, on what evidence."""

    by: str
    why: str
    evidence: dict[str, Any] = field(default_factory=dict)


LastCheck = Callable[[Delivery], str]
"""Why a message of the machine may no longer leave ("" if it may), asked within the transaction that lets it go."""

last_checks: list[LastCheck] = []


def last_check(check: LastCheck) -> LastCheck:
    """Have the function asked of every message of the machine at the moment of sending (each package: `sending.py`)."""
    last_checks.append(check)
    return check


class AlreadyEnqueued(ValueError):
    """A message with this key is in the ledger already."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(AlreadyEnqueued.__doc__)
        self.delivery = delivery


def enqueue(
    thread: Thread,
    text: str,
    authorisation: Authorisation,
    *,
    by_machine: bool,
    subject: str = "",
    recipient: str = "",
    in_reply_to: str = "",
    references: tuple[str, ...] = (),
    key: str = "",
) -> Delivery:
    """Enter a message in the ledger, in the caller's transaction; `TooLong` before anything else.

    *key*, if the caller chooses it (64 characters), makes a repeat `AlreadyEnqueued`, also when both come at once.
    """
    refuse_too_long(text, registry.connector(thread.channel.connector).manifest.limits)
    if key:
        _check_new(key)
    return Delivery.objects.create(
        workspace_id=thread.workspace_id,
        channel_id=thread.channel_id,
        thread=thread,
        key=key or uuid4().hex,
        text=text,
        subject=subject,
        recipient=recipient,
        in_reply_to=in_reply_to,
        references=list(references),
        by_machine=by_machine,
        authorisation=asdict(authorisation),
    )


def enqueue_moderation(
    thread: Thread,
    message_external_id: str,
    authorisation: Authorisation,
    *,
    hidden: bool,
    by_machine: bool,
    reason: str = "",
) -> Delivery:
    """Enter in the ledger that a member's message is to be hidden, or shown; in the caller's transaction.

    It leaves as a message does. When the answer is lost, or its sender dies, it is asked again: twice changes nothing.
    """
    return Delivery.objects.create(
        workspace_id=thread.workspace_id,
        channel_id=thread.channel_id,
        thread=thread,
        key=uuid4().hex,
        does=Delivery.Does.HIDE if hidden else Delivery.Does.SHOW,
        text=reason,
        in_reply_to=message_external_id,
        by_machine=by_machine,
        authorisation=asdict(authorisation),
    )


def _check_new(key: str) -> None:
    """`AlreadyEnqueued` if the ledger has this key. Whoever is about to write the same one is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_KEYS, key])
    known = Delivery.objects.filter(key=key).first()
    if known:
        raise AlreadyEnqueued(known)


@transaction.atomic
def hold(thread: Thread, *, actor: str) -> None:
    """A person takes the pen: from the return of this call nothing by the machine leaves in this thread.

    Waits for a send already under way in the thread, if any, and cancels what the machine had in line.
    """
    _wait_for_thread(thread.pk)
    thread.held_by_person, thread.held_at = True, clock.now()
    thread.save(update_fields=["held_by_person", "held_at"])
    _cancel(thread.deliveries.filter(by_machine=True), "Held")
    journal.record(ThreadHeld(thread.pk), workspace_id=thread.workspace_id, actor=actor)


@transaction.atomic
def cancel_all(thread: Thread, why: str) -> None:
    """Whatever waits to leave there, by whomever, does not; waits for a send already under way.

    What was left behind by a sender that died and would be asked again is not.
    """
    _wait_for_thread(thread.pk)
    _cancel(thread.deliveries.all(), why)
    for delivery in thread.deliveries.select_for_update().exclude(does=Delivery.Does.SAY).filter(state="sending"):
        _settle(delivery, Delivery.State.FAILED, why)


def _cancel(deliveries: QuerySet[Delivery], why: str) -> None:
    for delivery in deliveries.select_for_update().filter(state=Delivery.State.DUE):
        _settle(delivery, Delivery.State.CANCELLED, why)


@transaction.atomic
def release(thread: Thread, *, actor: str) -> None:
    """The person gives the pen back."""
    thread.held_by_person, thread.held_at = False, None
    thread.save(update_fields=["held_by_person", "held_at"])
    journal.record(ThreadReleased(thread.pk), workspace_id=thread.workspace_id, actor=actor)


@transaction.atomic
def freeze(workspace: Workspace, *, channel: Channel | None = None, actor: str, reason: str = "") -> Freeze:
    """Stop everything that leaves; what the machine had in line is cancelled, what people wrote waits.

    Once this has returned no send begins; one already under way is not waited for, and shows as *sending*.
    """
    if channel and channel.workspace_id != workspace.pk:
        raise services.NotOfThisWorkspace(services.NotOfThisWorkspace.__doc__)
    stopped = workspace.channels.filter(pk=channel.pk) if channel else workspace.channels.all()
    list(stopped.select_for_update(no_key=True).order_by("pk"))
    frozen = Freeze.objects.create(workspace=workspace, channel=channel, by=actor, reason=reason)
    waiting = Delivery.objects.filter(workspace=workspace, by_machine=True)
    _cancel(waiting.filter(channel=channel) if channel else waiting, "Frozen")
    fact = Frozen(frozen.pk, channel.pk if channel else None)
    journal.record(fact, workspace_id=workspace.pk, actor=actor)
    return frozen


@transaction.atomic
def thaw(frozen: Freeze, *, actor: str) -> None:
    """Let things leave again."""
    Freeze.objects.filter(pk=frozen.pk, lifted_at=None).update(lifted_at=clock.now(), lifted_by=actor)
    journal.record(Thawed(frozen.pk, frozen.channel_id), workspace_id=frozen.workspace_id, actor=actor)


def deliver_due(limit: int = 50) -> int:
    """Send what is due and settle what was left open; how many lines of the ledger moved."""
    return sum(_apart(pk, thread_id) for pk, thread_id in _open(limit))


@transaction.atomic
def resend(delivery: Delivery, *, actor: str) -> None:
    """A person decides that a message that failed, or whose fate is unknown, is to be sent (again)."""
    delivery = _at_rest(delivery, {Delivery.State.FAILED, Delivery.State.UNKNOWN}, Delivery.State.DUE)
    emptied = not delivery.text  # its recipient is forgotten
    if emptied or delivery.does != Delivery.Does.SAY:  # to hide or show is decided anew, as the message now stands
        raise MoveRefused(delivery.state, Delivery.State.DUE)
    delivery.state = Delivery.State.DUE
    delivery.due_at, delivery.attempts = clock.now(), 0
    delivery.authorisation = {**delivery.authorisation, "resent_by": actor}
    delivery.save()
    journal.wake_on_commit()


@transaction.atomic
def declare(delivery: Delivery, *, sent: bool, actor: str) -> None:
    """A person has looked: a message whose fate was unknown did arrive, or did not."""
    after = Delivery.State.SENT if sent else Delivery.State.FAILED
    delivery = _at_rest(delivery, {Delivery.State.UNKNOWN}, after)
    _settle(delivery, after, "" if sent else "NotArrived", actor=actor)


def _at_rest(delivery: Delivery, states: set[Delivery.State], after: Delivery.State) -> Delivery:
    """The line as it is once nobody sends it or looks it up, locked for us; `MoveRefused` if not in one of *states*."""
    _wait_for_thread(delivery.thread_id)
    delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if delivery.state not in states:
        raise MoveRefused(delivery.state, after)
    return delivery


def _open(limit: int) -> list[tuple[int, int]]:
    """Lines to look at: due, not frozen and first in their thread; on their way; or to be looked up."""
    frozen = Freeze.objects.filter(
        Q(channel=None) | Q(channel=OuterRef("channel")), workspace=OuterRef("workspace"), lifted_at=None
    )
    earlier = Delivery.objects.filter(thread=OuterRef("thread"), state__in=["due", "sending"], pk__lt=OuterRef("pk"))
    due = Q(state="due", due_at__lte=clock.now(), channel__state="connected") & ~Exists(frozen) & ~Exists(earlier)
    unknown = Q(state="unknown", due_at__lte=clock.now())
    rows = Delivery.objects.filter(due | unknown | Q(state="sending")).order_by("due_at", "id")
    return list(rows.values_list("pk", "thread_id")[:limit])


def _apart(pk: int, thread_id: int) -> int:
    """Look at one line; what is unforeseen puts off this line alone, and holds up no other."""
    try:
        return _deliver(pk, thread_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("delivery %s could not be looked at; it is put off", pk)
        Delivery.objects.filter(pk=pk).update(due_at=clock.now() + timedelta(minutes=1))
        return 0


def _deliver(pk: int, thread_id: int) -> int:
    with _thread_lock(thread_id) as held:
        if not held:
            return 0
        delivery = Delivery.objects.select_related("thread", "channel").filter(pk=pk).first()
        if delivery is None:
            return 0
        if delivery.state == Delivery.State.DUE:
            return _send(delivery)
        if delivery.state == Delivery.State.SENDING:  # its sender died: the lock was free
            return _finish(delivery, OutcomeUnknown("Interrupted"))
        return _look_up(delivery) if delivery.state == Delivery.State.UNKNOWN else 0


def _send(delivery: Delivery) -> int:
    """The irreversible call, made once, under the thread's lock."""
    if not _begin(delivery):
        return 0
    return _finish(delivery, _called(delivery))


def _called(delivery: Delivery) -> Sent | ConnectorError:
    begun = False
    try:
        call = _call(delivery)
        begun = True
        sent = call()
    except ConnectorError as error:
        return error
    except Exception as error:  # the plug-ins' edge: what is unforeseen concerns this message alone
        log.exception("connector %s failed in an undeclared way", delivery.channel.connector)
        return (OutcomeUnknown if begun else Unavailable)(type(error).__name__)
    return sent


def _call(delivery: Delivery) -> Callable[[], Sent]:
    """The one call to the platform, ready to be made."""
    connector = services.connected(delivery.channel)
    if delivery.does == Delivery.Does.SAY:
        return partial(connector.reply, _outgoing(delivery))
    if not services.can(delivery.channel, "moderates"):  # any more
        raise Rejected("this channel no longer hides and shows messages")
    return partial(_moderated, connector, _moderation(delivery))


def _moderated(connector: Moderates, wanted: Moderation) -> Sent:
    connector.moderate(wanted)
    return Sent("")


@transaction.atomic(durable=True)
def _begin(delivery: Delivery) -> bool:
    """Check, at the very last moment, that it may leave; then commit that it is leaving."""
    channel = Channel.objects.select_for_update(no_key=True).get(pk=delivery.channel_id)
    delivery.refresh_from_db(from_queryset=Delivery.objects.select_for_update())
    if delivery.state != Delivery.State.DUE or channel.state != Channel.State.CONNECTED or _is_frozen(delivery):
        return False
    if delivery.by_machine and delivery.thread.held_by_person:
        _settle(delivery, Delivery.State.CANCELLED, "Held")
        return False
    if why := _forbidden(delivery):
        _settle(delivery, Delivery.State.CANCELLED, why)
        return False
    wait = _pace(delivery)
    if wait:
        Delivery.objects.filter(pk=delivery.pk).update(due_at=clock.now() + wait)
        return False
    delivery.state, delivery.claimed_at = Delivery.State.SENDING, clock.now()
    delivery.attempts += 1
    delivery.save(update_fields=["state", "claimed_at", "attempts"])
    return True


@transaction.atomic(durable=True)
def _finish(delivery: Delivery, outcome: Sent | ConnectorError) -> int:
    """The consequence of each outcome, decided once; 0 if the line was settled by others while we had lost the lock."""
    now = Delivery.objects.select_for_update().get(pk=delivery.pk).state
    if now != delivery.state and not (now == Delivery.State.UNKNOWN and isinstance(outcome, Sent)):
        return 0
    delivery.state = now
    match outcome:
        case Sent():
            delivery.external_id = _its_own(outcome.external_id, delivery)
            _settle(delivery, Delivery.State.SENT)
        case OutcomeUnknown() | Malformed() if delivery.does == Delivery.Does.SAY:
            _settle(delivery, Delivery.State.UNKNOWN, type(outcome).__name__, detail=clean(str(outcome)))
        case RateLimited() | Unavailable() | OutcomeUnknown() | Malformed() if delivery.attempts < ATTEMPTS:
            wait = outcome.after if isinstance(outcome, RateLimited) else 5.0 * 2**delivery.attempts
            delivery.state, delivery.due_at = Delivery.State.DUE, clock.now() + timedelta(seconds=wait)
            delivery.failure, delivery.detail = type(outcome).__name__, clean(str(outcome))[:300]
            delivery.save()
        case AccessExpired() | AccessRevoked():
            services.note_failure(delivery.channel, outcome)
            _settle(delivery, Delivery.State.FAILED, type(outcome).__name__, detail=clean(str(outcome)))
        case Rejected() | _:
            _settle(delivery, Delivery.State.FAILED, type(outcome).__name__, detail=clean(str(outcome)))
    return 1


def _its_own(external_id: str, delivery: Delivery) -> str:
    """The id by which the platform knows what was sent; our key where it says that of a message before, which this is not."""
    external_id = identifier(external_id, 500)
    return delivery.key if external_id in {delivery.in_reply_to, *delivery.references} - {""} else external_id


def _look_up(delivery: Delivery) -> int:
    """Ask the platform what became of a message; without an answer it stays unknown, for a person to say."""
    found = None
    try:
        connector = services.connected(delivery.channel)
        if not isinstance(connector, Finds):
            _ask_later(delivery, timedelta(days=3650))
            return 0
        found = connector.find(_outgoing(delivery))
    except ConnectorError as error:
        log.info("what became of delivery %s is not known yet: %s", delivery.pk, type(error).__name__)
    except Exception:  # the plug-ins' edge
        log.exception("connector %s failed in an undeclared way", delivery.channel.connector)
    delivery.attempts += 1
    if found:
        return _finish(delivery, found)
    _ask_later(delivery, timedelta(seconds=15 * 2 ** min(delivery.attempts, 10)))
    return 0


def _ask_later(delivery: Delivery, wait: timedelta) -> None:
    Delivery.objects.filter(pk=delivery.pk, state="unknown").update(
        due_at=clock.now() + wait, attempts=delivery.attempts
    )


def _settle(delivery: Delivery, state: str, failure: str = "", *, detail: str = "", actor: str = "system") -> None:
    delivery.state = Delivery.MOVES.check(delivery.state, state)
    delivery.failure, delivery.detail, delivery.settled_at = failure, detail[:300], clock.now()
    delivery.save()
    fact = DeliverySettled(delivery.pk, delivery.thread_id, state, failure)
    journal.record(fact, workspace_id=delivery.workspace_id, actor=actor)


def _forbidden(delivery: Delivery) -> str:
    """Why a message of the machine may no longer leave; "" if it may."""
    answers = (check(delivery) for check in (_no_end, *last_checks)) if delivery.by_machine else ()
    return next(filter(None, answers), "")


def _no_end(delivery: Delivery) -> str:
    """Whether whoever it goes to has had so much from the machine today that it must be a machine too, answering each time
    and telling nobody that it is one (RFC 3834 §2). Then a person looks."""
    if not delivery.recipient or delivery.does != Delivery.Does.SAY:
        return ""
    today = {"channel_id": delivery.channel_id, "claimed_at__gt": clock.now() - timedelta(days=1), "by_machine": True}
    said = Delivery.objects.messages().filter(recipient=delivery.recipient, **today).exclude(pk=delivery.pk)
    return "NoEnd" if said.count() >= MOST_TO_ONE else ""


def _is_frozen(delivery: Delivery) -> bool:
    in_force = Freeze.objects.filter(workspace_id=delivery.workspace_id, lifted_at=None)
    return in_force.filter(Q(channel=None) | Q(channel_id=delivery.channel_id)).exists()


def _pace(delivery: Delivery) -> timedelta | None:
    """How long to wait so that the channel keeps the platform's pace (calls of the last minute); None to go now."""
    manifest = services.manifests().get(delivery.channel.connector)
    if manifest is None:  # its connector is gone: the call will say so
        return None
    limit = manifest.limits.replies_per_minute
    since = clock.now() - timedelta(minutes=1)
    recent = Delivery.objects.filter(channel_id=delivery.channel_id, claimed_at__gt=since).count()
    return timedelta(seconds=max(1.0, 60 / limit)) if recent >= limit else None


def _outgoing(delivery: Delivery) -> OutgoingMessage:
    return OutgoingMessage(
        key=delivery.key,
        thread_id=delivery.thread.external_id,
        text=delivery.text,
        subject=delivery.subject,
        in_reply_to=delivery.in_reply_to,
        references=tuple(delivery.references),
        recipient=delivery.recipient,
        by_machine=delivery.by_machine,
    )


def _moderation(delivery: Delivery) -> Moderation:
    return Moderation(
        key=delivery.key,
        thread_id=delivery.thread.external_id,
        message_id=delivery.in_reply_to,
        hidden=delivery.does == Delivery.Does.HIDE,
        reason=delivery.text,
        by_machine=delivery.by_machine,
    )


def _wait_for_thread(thread_id: int) -> None:
    """Until nobody sends in this thread; nobody will before our transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_THREADS, thread_id % 2**31])


@contextmanager
def _thread_lock(thread_id: int) -> Iterator[bool]:
    """Whether we alone may send in this thread now. Belongs to the connection: if we die, it is free."""
    key = [_THREADS, thread_id % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        held = bool(cursor.fetchone()[0])
        try:
            yield held
        finally:
            if held:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
