"""Lanes, and the evidence that decides how far the AI may go alone in each."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pgvector.django import VectorField

from binome.autonomy.guarantee import Promise, even_thresholds
from binome.kit import clock
from binome.workspaces.models import Workspace


class Act(models.TextChoices):
    """What the AI may do: say something (`REPLIES`), or put the inbox in order without a word (`TRIAGE`)."""

    ANSWER = "answer", _("answer")
    PREPARED_REPLY = "prepared_reply", _("send a prepared reply")
    HIDE = "hide", _("hide a message")
    APPROVE = "approve", _("approve a message")
    TAG = "tag", _("put a tag on")
    CLOSE = "close", pgettext_lazy("act", "close a conversation")
    DRAFT = "draft", _("draft a reply")


REPLIES = (Act.ANSWER, Act.PREPARED_REPLY, Act.DRAFT)
TRIAGE = (Act.TAG, Act.CLOSE, Act.HIDE, Act.APPROVE)

OFFERED = (Act.ANSWER, Act.PREPARED_REPLY, *TRIAGE)
"""What can be done alone: the words of a language model (a draft) are read by a person first."""

FAQ = "faq"
"""The topic of the lane of a whole act in one language, under which topics grow."""


def default_thresholds() -> list[float]:
    """Fixed before the first verdict."""
    return even_thresholds()


class Lane(models.Model):
    """Acts that are decided together: act × topic or policy × language."""

    class Level(models.TextChoices):
        OFF = "off", _("off")
        SUGGEST = "suggest", _("suggests")
        ACT = "act", _("acts")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="lanes")
    act = models.CharField(_("act"), max_length=20, choices=Act.choices)
    topic = models.CharField(_("topic"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    """The lane of the whole act in this language, for a lane that grew out of it."""
    follows = models.BooleanField(default=False)
    """It acts as its parent does; False once it was closed, or opened, by itself."""
    level = models.CharField(_("level"), max_length=8, choices=Level.choices, default=Level.SUGGEST)
    on_trial = models.BooleanField(_("on trial"), default=False)
    """Opened by the owner before there is evidence, at their own risk; every act is audited."""
    opening = models.OneToOneField("Opening", models.RESTRICT, null=True, related_name="+")
    """What it stands open on, when it is guaranteed."""
    strictness = models.FloatField(_("strictness"), default=0.7)
    daily_cap = models.PositiveIntegerField(_("acts a day at most"), default=50)
    risk = models.FloatField(_("risk"), default=0.02)
    """At most this share of what is done alone is wrong (α)."""
    doubt = models.FloatField(_("doubt"), default=0.05)
    """The chance of being mistaken about that (δ)."""
    audit_share = models.FloatField(_("share audited"), default=0.1)
    thresholds = models.JSONField(default=default_thresholds)
    """Confidences that are tried, the strictest first; fixed before the evidence."""
    evidence = models.JSONField(default=dict)
    """The state of the test for opening (`guarantee.Opening`), taken in verdict by verdict."""
    offer = models.JSONField(default=dict)
    """What that evidence allows now (`guarantee.Offer`)."""
    watch = models.JSONField(default=dict)
    """The state of the watch over its acts (`guarantee.Watch`)."""
    novelty = models.JSONField(default=list)
    """The state of the bet that cases are no longer like before (`guarantee.Novelty`)."""
    changed_by = models.CharField(max_length=60, default="system")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "act", "topic", "language"], name="one_lane_each"),
            models.CheckConstraint(
                condition=~Q(level="act") | Q(on_trial=True, opening=None) | Q(on_trial=False, opening__isnull=False),
                name="act_is_guaranteed_or_on_trial",
            ),
            models.CheckConstraint(condition=Q(level="act") | Q(opening=None), name="open_only_while_it_acts"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.act, self.topic, self.language]))

    @property
    def may_act(self) -> bool:
        """Whether its acts can be done alone at all."""
        return self.act in OFFERED

    @property
    def leader(self) -> "Lane":
        """The lane that decides how far this one goes: its parent while it follows it."""
        return self.parent if self.follows and self.parent else self

    @property
    def life(self) -> int:
        """The number of its next opening, from 1; what it lives under its parent is a life too."""
        return self.openings.count() + 1 + bool(self.follows and self.parent and self.parent.opening_id)

    @property
    def promise(self) -> Promise:
        """What would be promised if it opened now."""
        return Promise(self.risk, self.doubt).of_life(self.life)


class Opening(models.Model):
    """One life of a guaranteed lane: what it was opened on, and how it ended."""

    class Why(models.TextChoices):
        BROKEN = "broken", _("the audits showed more errors than promised")
        PERSON = "person", _("somebody closed it")
        VERSION = "version", _("a new version of the AI no longer gives the same answers")
        ENTRIES = "entries", _("entries that it was measured on have changed")
        RULES = "rules", _("what counts as wrong was changed")

    lane = models.ForeignKey(Lane, models.CASCADE, related_name="openings")
    life = models.PositiveSmallIntegerField()
    risk = models.FloatField()
    doubt = models.FloatField()
    """The δ chosen; the test of this life used δ/(k(k+1))."""
    threshold = models.FloatField()
    evidence = models.JSONField()
    """What it was opened on: verdicts, errors, coverage, the steps of the test, what counted as wrong."""
    version = models.CharField(max_length=200)
    opened_by = models.CharField(max_length=60)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=60, default="")
    why = models.CharField(max_length=10, choices=Why.choices, default="")
    watched = models.JSONField(default=dict)
    """What the watch said at the end."""
    seen_at = models.DateTimeField(null=True)
    """When somebody of the team said that they know that it closed by itself."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "life"], name="one_opening_each")]

    @property
    def promise(self) -> Promise:
        return Promise(self.risk, self.doubt).of_life(self.life)


class Verdict(models.Model):
    """A person's judgement of one suggestion or one act done alone."""

    class Judgement(models.TextChoices):
        ACCEPTED = "accepted", _("accepted as it was")
        EDITED = "edited", _("lightly edited")
        REWRITTEN = "rewritten", _("rewritten")
        REFUSED = "refused", _("refused")
        IGNORED = "ignored", _("set aside without a word")
        PERSON = "person", _("a person was needed")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="verdicts")
    suggestion = models.BigIntegerField(unique=True)
    judgement = models.CharField(max_length=10, choices=Judgement.choices)
    wrong = models.BooleanField()
    """By what counts as wrong in this workspace now, what came later included."""
    confidence = models.FloatField()
    done_alone = models.BooleanField(default=False)
    blind = models.BooleanField(default=False)
    """Given before the proposal was seen."""
    counts = models.BooleanField(default=True)
    """Whether it is evidence for the lane: nothing but its level kept the act from being done alone."""
    void = models.CharField(max_length=16, default="")
    """Why it is no evidence any more: `guarantee.why_void`."""
    topic = models.CharField(max_length=80, default="")
    source = models.BigIntegerField(null=True)
    """The entry that it leaned on, and its revision then."""
    revision = models.PositiveIntegerField(default=0)
    version = models.CharField(max_length=200, default="")
    vector = VectorField(dimensions=512, null=True)
    """What was asked, to know how far a new case is from what was judged."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["lane", "at", "id"], condition=Q(void="", counts=True), name="verdict_evidence"),
            models.Index(fields=["workspace", "source"], condition=Q(void=""), name="verdict_leaning"),
            models.Index(fields=["workspace", "-id"], condition=Q(vector__isnull=False), name="verdict_remembered"),
        ]


class Seen(models.Model):
    """How many cases of a topic came in a lane on one day: by it one sees that their mix moves."""

    lane = models.ForeignKey(Lane, models.CASCADE, related_name="seen")
    day = models.DateField()
    topic = models.CharField(max_length=80, blank=True)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "day", "topic"], name="one_count_each")]


class Outcome(models.Model):
    """What came later of something that was sent: it turned out badly."""

    class Kind(models.TextChoices):
        REVERSED = "reversed", _("corrected later by somebody of the team")
        COMPLAINED = "complained", _("followed by a complaint of the member")
        AGAIN = "again", _("followed by the same question again")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="outcomes")
    suggestion = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "kind"], name="one_outcome_each")]
        indexes = [models.Index(fields=["lane", "-at"], name="outcome_recent")]


class Audit(models.Model):
    """An act done alone, and whether a person is to look at it (*drawn*)."""

    class Cause(models.TextChoices):
        TRIAL = "trial", _("every act on trial is looked at")
        CHANCE = "chance", _("drawn at random")
        SUSPICION = "suspicion", _("something spoke against it afterwards")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="audits")
    opening = models.ForeignKey(Opening, models.SET_NULL, null=True, related_name="audits")
    suggestion = models.BigIntegerField(unique=True)
    probability = models.FloatField()
    """The chance it had of being drawn, fixed before anything was known of its outcome."""
    floor = models.FloatField(default=1.0)
    """The lowest chance that any act had just then."""
    drawn = models.BooleanField(default=True)
    cause = models.CharField(max_length=10, choices=Cause.choices, default=Cause.TRIAL)
    blind = models.BooleanField(default=False)
    """The auditor answers before seeing what was answered."""
    drawn_at = models.DateTimeField(default=clock.now)
    verdict = models.OneToOneField(Verdict, models.SET_NULL, null=True, related_name="audit")

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "drawn_at"], condition=Q(verdict=None, drawn=True), name="audit_to_do"),
            models.Index(fields=["lane", "drawn_at"], name="audit_of_lane"),
        ]


def default_wrongs() -> list[str]:
    """What counts as wrong until somebody says otherwise."""
    return ["rewritten", "refused", "ignored", "person", "reversed", "complained"]


class Rules(models.Model):
    """How a workspace measures: what counts as wrong, how often one judges blind, what a mistake costs."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="autonomy_rules")
    wrongs = models.JSONField(default=default_wrongs)
    blind_share = models.FloatField(default=0.0)
    needless_seconds = models.PositiveIntegerField(default=40)
    """What a hand-over that was not needed costs."""
    missed_minutes = models.PositiveIntegerField(default=20)
    """What a hand-over that was missed costs."""

    def is_wrong(self, judgement: str, outcomes: Any = ()) -> bool:
        """Whether a verdict, with what came later, counts as wrong here."""
        return not set(self.wrongs).isdisjoint({judgement, *outcomes})


class Digest(models.Model):
    """What the AI did in a week, as it was counted when the week had ended."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="autonomy_digests")
    begins_on = models.DateField()
    content = models.JSONField()
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "begins_on"], name="one_digest_a_week")]
