"""Connected places, what arrived from them untouched, and the ledger of what leaves."""

from secrets import token_urlsafe

from django.db import models
from django.utils.translation import gettext_lazy as _

from binome.kit import clock
from binome.kit.transitions import Transitions
from binome.workspaces.models import Workspace


def public_id() -> str:
    """An address that cannot be guessed."""
    return token_urlsafe(12)


class Channel(models.Model):
    """One connected account, page, mailbox, site."""

    class State(models.TextChoices):
        CONNECTED = "connected", _("connected")
        PAUSED = "paused", _("paused")
        DISCONNECTED = "disconnected", _("disconnected")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="channels")
    connector = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    settings = models.JSONField(default=dict)
    sealed_secrets = models.TextField(default="", editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CONNECTED)
    cursor = models.TextField(default="")
    heard_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)
    poll_after = models.DateTimeField(default=clock.now)
    alone_within_hours = models.PositiveIntegerField(default=24)
    """A message sent longer ago than this is never answered alone: it goes to a person."""
    quiet_after_days = models.PositiveIntegerField(default=7)
    """A message sent longer ago than this when it is read is entered without anybody being told."""
    failure = models.CharField(max_length=40, default="")
    failure_detail = models.CharField(max_length=300, default="")
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


ERASED = "application/x-erased"
"""Content type of a payload that was emptied because its author is forgotten."""


class Arrival(models.Model):
    """What a platform sent, stored before anyone tried to understand it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="arrivals")
    key = models.CharField(max_length=255)
    content_type = models.CharField(max_length=80)
    body = models.BinaryField()
    arrived_at = models.DateTimeField(default=clock.now)
    problem = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="an_arrival_is_stored_once")]
        indexes = [models.Index(fields=["channel"], condition=~models.Q(problem=""), name="arrival_unreadable")]


class Thread(models.Model):
    """A place on a channel where people talk, and who holds the pen there.

    While *held_by_person*, nothing by the machine leaves; the gate checks this at the moment of sending.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="threads")
    external_id = models.CharField(max_length=500)
    held_by_person = models.BooleanField(default=False)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="one_thread_each")]


class Deliveries(models.QuerySet["Delivery"]):
    def messages(self) -> "Deliveries":
        """What says something; the other lines hide or show what members said."""
        return self.filter(does=Delivery.Does.SAY)


class Delivery(models.Model):
    """One line of the ledger: a message that is to leave, once; or a member's message that is to be hidden, or shown.

    Of a line that hides or shows, *in_reply_to* is the platform's id of the message, and *text* the reason given. It may be
    asked twice, so it is never *unknown*: without an answer it is asked again.
    """

    class Does(models.TextChoices):
        SAY = "say"
        HIDE = "hide"
        SHOW = "show"

    class State(models.TextChoices):
        DUE = "due", _("on its way")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")
        UNKNOWN = "unknown", _("unknown")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = Transitions(
        {
            "due": {"sending", "cancelled", "failed"},
            "sending": {"sent", "failed", "unknown", "due"},
            "unknown": {"sent", "failed", "due"},
            "failed": {"due"},
        }
    )

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=64, unique=True)
    does = models.CharField(max_length=4, choices=Does.choices, default=Does.SAY)
    text = models.TextField()
    subject = models.CharField(max_length=300, default="")
    recipient = models.CharField(max_length=320, default="")
    in_reply_to = models.CharField(max_length=500, default="")
    references = models.JSONField(default=list)
    by_machine = models.BooleanField(default=False)
    authorisation = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=500, default="")
    failure = models.CharField(max_length=40, default="")
    detail = models.CharField(max_length=300, default="")
    created_at = models.DateTimeField(default=clock.now)

    objects = Deliveries.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state__in=["due", "sending", "unknown"]),
                name="delivery_open",
            ),
            models.Index(
                fields=["workspace", "-id"],
                condition=models.Q(state__in=["failed", "unknown"]),
                name="delivery_unsettled",
            ),
        ]


class Freeze(models.Model):
    """Nothing leaves the workspace (or one channel of it) until someone lifts this."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="freezes")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True, related_name="freezes")
    since = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, default="")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=60, default="")

    class Meta:
        indexes = [models.Index(fields=["workspace"], condition=models.Q(lifted_at=None), name="freeze_in_force")]
