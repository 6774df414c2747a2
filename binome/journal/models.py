"""Facts, in one order that never changes, and how far each listener has read."""

from django.db import models

from binome.kit import clock


class Entry(models.Model):
    """One fact. Written with what it tells of; given its *position* and *digest* by the sealer, then never changed.

    *about* holds ids and short labels, never text, so that erasing a person rewrites no history.
    """

    workspace_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    about = models.JSONField(default=dict)
    actor = models.CharField(max_length=60, default="system")
    at = models.DateTimeField(default=clock.now)
    position = models.BigIntegerField(null=True, unique=True)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(position=None), name="journal_not_sealed"),
            models.Index(fields=["workspace_id", "-position"], name="journal_by_workspace"),
        ]


class Reader(models.Model):
    """How far one listener has read: everything at or before *position* has been dealt with, once."""

    name = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(default=clock.now)


class Setback(models.Model):
    """A fact that a listener could not deal with: kept, shown, and tried again on demand."""

    reader = models.CharField(max_length=80)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="setbacks")
    error = models.TextField()
    at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "entry"], name="one_setback_each")]
