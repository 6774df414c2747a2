"""What may be quoted, and the questions that nothing answers yet."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from binome.channels.models import Channel
from binome.inbox.models import Message
from binome.kit import clock
from binome.workspaces.models import Workspace


class Source(models.Model):
    """An approved answer to a question: an FAQ entry."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="sources")
    external_id = models.CharField(max_length=200, blank=True)
    question = models.CharField(_("question"), max_length=500)
    answer = models.TextField(_("answer"))
    familiar = models.TextField(_("answer to who says tu"), blank=True)
    """The same answer in French to somebody who says *tu*, approved like the other; empty: there is only one."""
    details = models.TextField(_("more, not sent"), blank=True)
    """Helps to find the entry and to decide; never sent."""
    alternatives = models.JSONField(_("other ways to ask"), default=list)
    language = models.CharField(_("language"), max_length=5)
    topic = models.CharField(_("topic"), max_length=80, blank=True)
    url = models.URLField(_("page"), max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    channels = models.ManyToManyField(Channel, blank=True, related_name="sources", verbose_name=_("channels"))
    """Empty: may be quoted everywhere."""
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    """Goes up when the answer changes: evidence that leaned on an earlier one is void."""
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"], condition=~Q(external_id=""), name="one_source_each"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-updated_at", "-id"], name="source_list")]

    def __str__(self) -> str:
        return self.question


class Revision(models.Model):
    """What an entry said from one moment on: evidence names the revision that it leaned on."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=500)
    answer = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)


class Passage(models.Model):
    """A text by which a source is found: its question, another way to ask, a part of its answer."""

    class Part(models.TextChoices):
        QUESTION = "question", _("question")
        ALTERNATIVE = "alternative", _("other way to ask")
        SHORT = "short", _("answer in short")
        ANSWER = "answer", _("answer")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, related_name="passages")
    part = models.CharField(max_length=12, choices=Part.choices)
    text = models.TextField()
    vector = VectorField(dimensions=512)
    encoder = models.CharField(max_length=60)
    search = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="passage_search"),
            models.Index(fields=["workspace"], name="passage_of"),
        ]


class Gap(models.Model):
    """A question that had no answer; gaps that ask the same thing share a *group*."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="gaps")
    message = models.OneToOneField(Message, models.CASCADE, related_name="gap")
    text = models.TextField()
    language = models.CharField(max_length=5)
    vector = VectorField(dimensions=512)
    group = models.ForeignKey("self", models.SET_NULL, null=True, related_name="members")
    """The first gap of its group (itself for that one)."""
    asked_at = models.DateTimeField(default=clock.now)
    filled_by = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="filled_gaps")
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "group"], condition=Q(filled_by=None, dismissed_at=None), name="gap_open")
        ]


class Import(models.Model):
    """A file of entries on its way in: read, previewed, then taken whole or not at all, in resumable batches."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("to be confirmed")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        ABANDONED = "abandoned", _("abandoned")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="knowledge_imports")
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEW)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    """[{"row": number from 1, "why": sentence}]."""
    done_rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    """{"new": n, "changed": n, "same": n}."""
    by = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
