"""A workspace is a tenant: one community, its team, its channels, its rules."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from binome.kit import clock


class Role(models.TextChoices):
    """What a person may do, each including the next."""

    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    OPERATOR = "operator", _("operator")
    VIEWER = "viewer", _("viewer")

    @property
    def rank(self) -> int:
        return [Role.VIEWER, Role.OPERATOR, Role.MANAGER, Role.OWNER].index(self)


class Workspace(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    language = models.CharField(_("main language"), max_length=5, default="fr")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Paris")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a team."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.OPERATOR)
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_each")]

    def may(self, role: Role) -> bool:
        """Whether this person has at least that role."""
        return Role(self.role).rank >= role.rank


class Invitation(models.Model):
    """A place kept for somebody, opened by a link that serves once."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.OPERATOR)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"], condition=models.Q(accepted_at=None), name="one_open_invitation_each"
            )
        ]


class ApiToken(models.Model):
    """A program's key to a workspace. It acts in the name of who made it, and never may do more than they may now."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.VIEWER)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    """To the minute."""
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(role="owner"), name="no_program_is_an_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class LanguageModel(models.Model):
    """The language model that a workspace chose to use, and how far; without a row, none is ever asked."""

    class Drafts(models.TextChoices):
        ASKED = "asked", _("when somebody asks for one")
        UNANSWERED = "unanswered", _("also by itself, where nothing approved answers")

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="language_model")
    provider = models.CharField(_("provider"), max_length=20)
    address = models.URLField(_("address of the server"), max_length=300, blank=True)
    name = models.CharField(_("model"), max_length=120)
    sealed_key = models.TextField(default="", editable=False)
    private_networks = models.BooleanField(_("the server may be in a private network"), default=False)
    monthly_tokens = models.PositiveBigIntegerField(_("tokens a month at most"), default=1_000_000)
    monthly_money = models.DecimalField(
        _("money a month at most"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    price_read = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    price_written = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    """For a million tokens, in the currency in which *monthly_money* is thought."""
    drafts = models.CharField(_("drafts"), max_length=12, choices=Drafts.choices, default=Drafts.ASKED)
    readings = models.BooleanField(_("asked about messages of which the local readings are unsure"), default=False)
    changed_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(monthly_money=None)
                | models.Q(price_read__isnull=False, price_written__isnull=False),
                name="money_is_counted_by_prices",
            )
        ]


class ModelCall(models.Model):
    """One question to a language model, in the month's account: reserved before it is asked, settled after.

    One whose end nobody saw stays reserved, and counts in full.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("being asked")
        SETTLED = "settled", _("answered")
        LOST = "lost", _("no answer; counted in full")
        FREE = "free", _("not answered, nothing counted")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="model_calls")
    month = models.DateField()
    """Its first day, where the workspace lives."""
    purpose = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RESERVED)
    read = models.PositiveIntegerField()
    written = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    failure = models.CharField(max_length=20, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["workspace", "month"], name="model_call_month")]
