"""What the stages said of each message."""

from django.db import models

from binome.inbox.models import Message
from binome.kit import clock
from binome.workspaces.models import Workspace


class Annotation(models.Model):
    """A label, how sure its stage is, and what weighed."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="annotations")
    stage = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    confidence = models.FloatField()
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "stage"], name="one_annotation_each")]
