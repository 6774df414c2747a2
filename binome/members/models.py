"""A member is a person of the community; an identity is their handle in one place."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from binome.channels.models import Channel
from binome.kit import clock
from binome.workspaces.models import Workspace


def words_of(field: str) -> SearchVector:
    """The words of a short text, accents and case aside, as PostgreSQL can index them (see `kit.text.fold`)."""
    accented, plain = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ’", "aaaaaaceeeeiiiinooooouuuuyy'"
    both = Value(accented + accented.upper()), Value(plain + plain)  # lower() leaves É alone where the locale is C
    return SearchVector(Lower(Func(F(field), *both, function="translate")), config="simple")


class Member(models.Model):
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="members")
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    first_seen_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [GinIndex(words_of("name"), name="member_name")]

    def __str__(self) -> str:
        return self.name or str(_("Visitor {number}")).format(number=self.pk)


class Identity(models.Model):
    """One account of a member on one channel."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="identities")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="identities")
    external_id = models.CharField(max_length=320)
    handle = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="one_identity_each")]
