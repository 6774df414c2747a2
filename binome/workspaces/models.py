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
