"""Conversations and what is said in them."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from binome.channels.models import Channel, Delivery, Thread
from binome.kit import clock
from binome.members.models import Member, words_of
from binome.workspaces.models import Workspace


class Tag(models.Model):
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_tag_each")]

    def __str__(self) -> str:
        return self.name


class Conversation(models.Model):
    """One thread with the community, and whose turn it is."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SNOOZED = "snoozed", _("snoozed")
        CLOSED = "closed", _("closed")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="conversations")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="conversations")
    thread = models.OneToOneField(Thread, models.CASCADE, related_name="conversation")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="conversations")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    language = models.CharField(max_length=5, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned_conversations"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="conversations")
    needs_person = models.BooleanField(default=False)
    """True while the last word waits for a person's decision."""
    waiting_since = models.DateTimeField(null=True, blank=True)
    """When the member wrote what has not been answered yet."""
    snoozed_until = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(default=clock.now)
    last_text = models.CharField(max_length=200, blank=True)
    last_by = models.CharField(max_length=8, blank=True)
    done_alone_at = models.DateTimeField(null=True, blank=True)
    """When the AI last answered here by itself."""
    ai_disclosed_at = models.DateTimeField(null=True, blank=True)
    """When its member had before their eyes that an AI answers; kept as a proof, never changed."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(
                F("workspace"), F("state"), F("last_message_at").desc(), F("id").desc(), name="conversation_list"
            ),
            models.Index(
                F("workspace"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=Q(needs_person=True, state="open"),
                name="conversation_needs_person",
            ),
            models.Index(
                F("workspace"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=Q(done_alone_at__isnull=False),
                name="conversation_done_alone",
            ),
            models.Index(fields=["snoozed_until"], condition=Q(state="snoozed"), name="conversation_to_wake"),
            GinIndex(words_of("subject"), name="conversation_subject"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"


class Message(models.Model):
    """Something said, by a member, by an operator or by the AI."""

    class By(models.TextChoices):
        MEMBER = "member", _("member")
        OPERATOR = "operator", _("team")
        AI = "ai", _("AI")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="messages")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    by = models.CharField(max_length=8, choices=By.choices)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="messages")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    external_id = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)
    received_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    automatic = models.BooleanField(default=False)
    wants_person = models.BooleanField(default=False)
    held = models.BooleanField(default=False)
    """The platform shows it to nobody until somebody approves it."""
    hidden_at = models.DateTimeField(null=True)
    """When it was hidden from the community; the team still reads it."""
    quiet = models.BooleanField(default=False)
    """Already old when it was read (a mailbox connected with its past): nothing is done about it."""
    delivery = models.OneToOneField(Delivery, models.SET_NULL, null=True, related_name="message")
    sources = models.JSONField(default=list)
    """What the AI leaned on: [{"source", "title", "url"}] as shown to the member, or [{"saved_reply"}]; empty of what only says
    that a person will come."""
    search = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=~Q(external_id=""), name="one_message_each"
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_thread"),
            models.Index(
                fields=["conversation"],
                condition=Q(held=True, hidden_at=None, deleted_at=None),
                name="message_to_approve",
            ),
            GinIndex(fields=["search"], name="message_search"),
        ]


class Moderation(models.Model):
    """A message was to be hidden, or shown: by whom, why, and how it stood before (so it stands again if it fails)."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="moderations")
    delivery = models.OneToOneField(Delivery, models.CASCADE, related_name="moderation")
    hidden = models.BooleanField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    """None: the AI."""
    at = models.DateTimeField(default=clock.now)
    hidden_before = models.DateTimeField(null=True)
    held_before = models.BooleanField(default=False)
    failed = models.BooleanField(default=False)
    """It did not happen, and nobody has decided anything else since."""

    class Meta:
        indexes = [
            models.Index(fields=["message", "id"], name="moderation_of"),
            models.Index(fields=["message"], condition=Q(failed=True), name="moderation_failed"),
        ]


class Revision(models.Model):
    """What a message said before its author changed it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    text = models.TextField()
    until = models.DateTimeField()


class Tombstone(models.Model):
    """A deletion that arrived before the message it deletes."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=500)
    deleted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="one_tombstone_each")]


class Attachment(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    file = models.FileField(upload_to="%Y/%m")

    @property
    def is_picture(self) -> bool:
        """As its sender says, or as its name does; what it truly holds is known once it is opened."""
        return self.content_type.lower().startswith("image/") or self.name.lower().endswith(_PICTURES)


_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".heic", ".avif")


class Note(models.Model):
    """Said between colleagues; never leaves."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)


class HandOver(models.Model):
    """The AI fell silent and a person is needed, with the reason."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="handovers")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["conversation", "-at"], name="handover_of")]


class SavedReply(models.Model):
    """A reply prepared once, for what comes again and is no question of the FAQ."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="saved_replies")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=5, blank=True)
    serves = models.JSONField(default=list)
    """Messages that it answers, as somebody of the team wrote them down."""
    revision = models.PositiveIntegerField(default=1)
    """Raised whenever what it says changes."""
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "title"], condition=Q(archived_at=None), name="saved_reply_in_use")
        ]

    def __str__(self) -> str:
        return self.title
