"""A user is a person who signs in, known by e-mail address."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from binome.kit import clock


class Users(BaseUserManager["User"]):
    """Makes users; an e-mail address is one whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_team(self, people: Iterable[Mapping[str, Any]], password: str) -> "list[User]":
        """Several users with one password between them: it is hashed once, which takes half a second by design."""
        hashed = make_password(password)
        return self.bulk_create(
            self.model(**{**fields, "email": fields["email"].strip().lower(), "password": hashed}) for fields in people
        )

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody of a team."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, blank=True)
    theme = models.CharField(
        _("appearance"),
        max_length=6,
        default="system",
        choices=[("system", _("as the device")), ("light", _("light")), ("dark", _("dark"))],
    )
    shortcuts = models.BooleanField(_("one-key shortcuts"), default=True)
    """Off for those who type by voice, or whose keyboard sends stray letters."""
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = Users()

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def short_name(self) -> str:
        return (self.name or self.email.partition("@")[0]).split(" ")[0]
