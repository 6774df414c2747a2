"""What the AI proposes, and what became of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from binome.autonomy.models import Lane
from binome.inbox.models import Conversation, Message
from binome.kit import clock
from binome.kit.transitions import Transitions
from binome.knowledge.models import Source
from binome.workspaces.models import Workspace


class Suggestion(models.Model):
    """An act that the AI proposes in answer to a message, with everything needed to say why."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for you")
        ACTED = "acted", _("done alone")
        ACCEPTED = "accepted", _("accepted")
        EDITED = "edited", _("edited")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("no longer needed")

    MOVES = Transitions({"pending": {"acted", "accepted", "edited", "refused", "lapsed"}, "acted": {"lapsed"}})

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="suggestions")
    message = models.ForeignKey(Message, models.CASCADE, related_name="suggestions")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="suggestions")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="suggestions")
    source_revision = models.PositiveIntegerField(default=1)
    text = models.TextField()
    confidence = models.FloatField()
    why = models.JSONField(default=dict)
    """Inputs, annotations, matches, lane state, versions: enough to replay the decision."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    final_text = models.TextField(blank=True)
    reply = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="suggestion_sent")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "lane"], name="one_suggestion_each")]
        indexes = [
            models.Index(fields=["conversation", "state"], name="suggestion_of"),
            models.Index(
                fields=["workspace", "-created_at", "-id"],
                condition=models.Q(state="pending"),
                name="suggestion_pending",
            ),
        ]
