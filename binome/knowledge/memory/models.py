"""What was said in the past, the pairs that it holds, and the problems that these pairs speak of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from binome.kit import clock
from binome.knowledge.models import Source
from binome.workspaces.models import Workspace


class Intake(models.Model):
    """A file of past exchanges: read through first, then taken in by parts; nothing is learnt from it before somebody says so."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        PREVIEW = "preview", _("to be confirmed")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        ABANDONED = "abandoned", _("abandoned")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="history_intakes")
    name = models.CharField(max_length=255)
    file = models.CharField(max_length=255, blank=True)
    """Its name among the files that are kept until it is in; empty afterwards."""
    kind = models.CharField(max_length=20, blank=True)
    team = models.JSONField(default=list)
    """Names or addresses that are the team's, where the export does not say."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    counts = models.JSONField(default=dict)
    """{"messages", "threads", "from", "to", "bad"}, then {"new"}."""
    problems = models.JSONField(default=list)
    """The first bad rows: [{"row": number, "why": sentence}]."""
    refusal = models.TextField(blank=True)
    taken = models.PositiveIntegerField(default=0)
    """Messages of the file that are in."""
    by = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)


class Line(models.Model):
    """A message of the past. Who among members wrote it is kept as a digest: enough to forget them, not to know them."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    """The same for the same message, however often and in whatever file it comes."""
    thread = models.UUIDField()
    at = models.DateTimeField()
    by = models.CharField(max_length=6)
    author = models.CharField(max_length=200, blank=True)
    """A colleague's name; empty for members."""
    asker = models.UUIDField(null=True)
    text = models.TextField()
    channel = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, blank=True)
    closed = models.BooleanField(default=False)
    edited_from = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="one_line_each")]
        indexes = [
            models.Index(fields=["thread"], name="line_thread"),
            models.Index(fields=["workspace", "asker"], condition=models.Q(asker__isnull=False), name="line_asker"),
        ]


class Waiting(models.Model):
    """A thread of the past from which something new may be learnt."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    thread = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "thread"], name="one_waiting_each")]


class Ground(models.Model):
    """One memory a workspace: the row that whoever changes it holds, and how often it was changed and looked at."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="memory")
    revision = models.PositiveBigIntegerField(default=0)
    looks = models.PositiveBigIntegerField(default=0)


class Problem(models.Model):
    """What several people asked, however they put it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ASIDE = "aside", _("set aside")
        APPROVED = "approved", _("approved")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="problems")
    title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=5, blank=True)
    mean = VectorField(dimensions=1024)
    """What its questions and their answers have in common: see `gathering.joint`."""
    cases_number = models.PositiveIntegerField(default=0)
    colleagues = models.PositiveIntegerField(default=0)
    contradictions = models.JSONField(default=list)
    """[{"kind", "older", "newer", "older_ids", "newer_ids", "between"}]: ids of cases, and what they commit to."""
    out_of_date = models.PositiveIntegerField(default=0)
    last_asked_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    source = models.ForeignKey(Source, models.SET_NULL, null=True, related_name="problems")
    looked_at = models.DateTimeField(null=True)
    """When its answers were last compared; empty: they are to be."""

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "state", "-cases_number", "-id"], name="problem_list"),
            models.Index(fields=["workspace"], condition=models.Q(looked_at=None), name="problem_to_look_at"),
        ]

    def __str__(self) -> str:
        return self.title


class Wording(models.Model):
    """One way in which a problem was put: each different text once, with its vector."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="wordings")
    digest = models.UUIDField()
    text = models.TextField()
    vector = VectorField(dimensions=512)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="one_wording_each")]


class Reply(models.Model):
    """One answer that was given: each different text once, with its vector."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    digest = models.UUIDField()
    text = models.TextField()
    vector = VectorField(dimensions=512)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="one_reply_each")]


class Case(models.Model):
    """A question with the answer that it got, and what came of it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    wording = models.ForeignKey(Wording, models.CASCADE, related_name="cases")
    reply = models.ForeignKey(Reply, models.CASCADE, related_name="cases")
    thread = models.UUIDField()
    author = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    thanked = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    edited = models.BooleanField(default=False)
    again = models.BooleanField(default=False)
    complained = models.BooleanField(default=False)
    reopened = models.BooleanField(default=False)
    out_of_date = models.BooleanField(default=False)
    """As its problem was last looked at."""

    class Meta:
        indexes = [models.Index(fields=["thread"], name="case_thread")]


class DeadLink(models.Model):
    """A page that an answer points to and that was found missing, by somebody's wish to check."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    address = models.CharField(max_length=1000)
    checked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "address"], name="one_dead_link_each")]
