"""What the stages said of each message, what people said of that, and what was learned from them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from binome.inbox.models import Conversation, Message
from binome.kit import clock
from binome.workspaces.models import Workspace


class Understood(models.Model):
    """A message that was read, with what the stages said of it that is of no consequence: most of what they say.

    What matters is an `Annotation` of its own. Twenty rows a message would cost more to write than to think of.
    """

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="understood")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    said = models.JSONField(default=dict)
    """{stage: [label, confidence, version] or [label, confidence, version, evidence]}."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-message"], name="understood_latest")]


class Annotation(models.Model):
    """A label that matters, how sure its stage is, and what weighed. A person's verdict replaces the label."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="annotations")
    stage = models.CharField(max_length=40)
    version = models.CharField(max_length=60)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=120, blank=True)
    """What it is looked for by, as `vocabulary` has it."""
    confidence = models.FloatField()
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "stage"], name="one_annotation_each")]
        indexes = [
            models.Index(
                fields=["workspace", "kind", "conversation"], condition=~models.Q(kind=""), name="annotation_of_kind"
            )
        ]


class ReadingVerdict(models.Model):
    """What a person says of one reading: the label that was said, the one that is right."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="reading_verdicts")
    message = models.ForeignKey(Message, models.CASCADE, related_name="reading_verdicts")
    stage = models.CharField(max_length=40)
    version = models.CharField(max_length=60)
    said = models.CharField(max_length=80)
    confidence = models.FloatField()
    evidence = models.JSONField(default=dict)
    """What weighed in what was said, so that the verdict can be taken back."""
    right = models.CharField(max_length=80, blank=True)
    """Empty: not what was said, and nothing more is known."""
    drawn = models.BooleanField(default=False)
    """Drawn at random and judged without seeing what was said: these measure, all others only teach."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "stage"], name="one_reading_verdict_each")]
        indexes = [models.Index(fields=["workspace", "stage"], name="reading_verdict_of")]


class Term(models.Model):
    """A word that means something here."""

    class Meaning(models.TextChoices):
        HARMLESS = "harmless", _("is no insult here")
        URGENT = "urgent", _("means that it is urgent")
        TOPIC = "topic", _("speaks of the topic")
        MEANS = "means", _("means")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="terms")
    text = models.CharField(_("word or phrase"), max_length=60)
    folded = models.CharField(max_length=80)
    meaning = models.CharField(_("what it means"), max_length=10, choices=Meaning.choices)
    value = models.CharField(_("which"), max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "folded"], name="one_meaning_each")]

    def __str__(self) -> str:
        return self.text


class Rereading(models.Model):
    """Messages that hold a word whose meaning changed are read again, the latest first, a batch at a time."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    words = models.CharField(max_length=80)
    before = models.BigIntegerField()
    """Messages with a lower id are still to be read again."""
    left = models.PositiveIntegerField()
    """How many more at most."""


class Lesson(models.Model):
    """What a night's learning gave for one stage of one workspace. The one *in use* corrects what that stage says."""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("kept")
        DROPPED = "dropped", _("dropped: no better")
        TOO_FEW = "too_few", _("not enough verdicts yet")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="lessons")
    stage = models.CharField(max_length=40)
    version = models.CharField(max_length=60)
    """Of the stage that it was learned on: on another it does not hold."""
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    in_use = models.BooleanField(default=False)
    learned_from = models.PositiveIntegerField(default=0)
    tried_on = models.PositiveIntegerField(default=0)
    before = models.FloatField(null=True)
    """Share right on what was held out, before and after."""
    after = models.FloatField(null=True)
    labels = models.JSONField(default=list)
    weights = models.BinaryField(default=bytes)
    """float32, one row a label: of each chance as said, of the sentence vector, alone."""
    encoder = models.CharField(max_length=60, blank=True)
    thresholds = models.JSONField(default=list)
    """Of topics: the chance from which each is told."""
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "stage"], condition=models.Q(in_use=True), name="one_lesson_in_use_each"
            )
        ]
        indexes = [models.Index(fields=["workspace", "stage", "-at"], name="lesson_latest")]


class Schooling(models.Model):
    """When a workspace next learns from its people: once a night, its own."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="schooling")
    next_at = models.DateTimeField()


class CloserLook(models.Model):
    """A message that is read once more, apart: its pictures, or what the stages are unsure of by a language model.

    It is claimed before it is looked at, and never again after a reader that died of it.
    """

    class Of(models.TextChoices):
        PICTURES = "pictures"
        DOUBTS = "doubts"

    class State(models.TextChoices):
        WANTED = "wanted"
        LOOKING = "looking"
        DONE = "done"
        FAILED = "failed"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="closer_looks")
    of = models.CharField(max_length=10, choices=Of.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WANTED)
    said = models.JSONField(default=dict)
    """{stage: [label, confidence, version, evidence]}: laid over what the stages say, however often they read again."""
    failure = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    """Since when it is wanted: what was asked before an edit does not hold after it."""
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "of"], name="one_closer_look_each")]
        indexes = [
            models.Index(
                fields=["of", "id"], condition=models.Q(state__in=["wanted", "looking"]), name="closer_look_open"
            )
        ]


class KnownPicture(models.Model):
    """A picture that goes to a person each time it comes, however it was made smaller or compressed."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="known_pictures")
    fingerprint = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "fingerprint"], name="one_known_picture_each")]
