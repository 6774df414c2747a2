"""Lanes, and the evidence that decides how far the AI may go alone in each."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from binome.kit import clock
from binome.workspaces.models import Workspace


class Lane(models.Model):
    """Acts that are decided together: act × topic × language."""

    class Level(models.TextChoices):
        OFF = "off", _("off")
        SUGGEST = "suggest", _("suggests")
        ACT = "act", _("acts")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="lanes")
    act = models.CharField(_("act"), max_length=20)
    topic = models.CharField(_("topic"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices, default=Level.SUGGEST)
    on_trial = models.BooleanField(_("on trial"), default=False)
    """Opened by the owner before there is evidence, at their own risk; every act is audited."""
    strictness = models.FloatField(_("strictness"), default=0.7)
    daily_cap = models.PositiveIntegerField(_("acts a day at most"), default=50)
    changed_by = models.CharField(max_length=60, default="system")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "act", "topic", "language"], name="one_lane_each"),
            models.CheckConstraint(
                condition=~models.Q(level="act") | models.Q(on_trial=True), name="act_is_on_trial_until_guaranteed"
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.act, self.topic, self.language]))


class Verdict(models.Model):
    """A person's judgement of one suggestion or one act done alone."""

    class Judgement(models.TextChoices):
        ACCEPTED = "accepted", _("accepted as it was")
        EDITED = "edited", _("edited")
        REFUSED = "refused", _("refused")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="verdicts")
    suggestion = models.BigIntegerField(unique=True)
    judgement = models.CharField(max_length=8, choices=Judgement.choices)
    wrong = models.BooleanField()
    confidence = models.FloatField()
    done_alone = models.BooleanField(default=False)
    blind = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)


class Audit(models.Model):
    """An act done alone that a person is to look at. *probability*: the chance it had of being drawn."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="audits")
    suggestion = models.BigIntegerField(unique=True)
    probability = models.FloatField()
    drawn_at = models.DateTimeField(default=clock.now)
    verdict = models.OneToOneField(Verdict, models.SET_NULL, null=True, related_name="audit")

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "drawn_at"], condition=models.Q(verdict=None), name="audit_waiting")
        ]
