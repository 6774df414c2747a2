"""What may be done with the people who sign in."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from binome.accounts.facts import UserCreated
from binome.accounts.models import User
from binome.journal import services as journal
from binome.kit.text import clean, squeeze

LANGUAGES = ("fr", "en")
THEMES = ("system", "light", "dark")


class AddressTaken(ValueError):
    """Somebody already signs in with this e-mail address."""


class UnknownChoice(ValueError):
    """This choice is not one of those offered."""


@transaction.atomic
def create_user(*, email: str, name: str, password: str, language: str = "") -> User:
    """A person who may sign in. The address counts as theirs: they hold a link that was sent or shown to them.

    Raises `AddressTaken`, or Django's ValidationError for a weak password.
    """
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise AddressTaken(AddressTaken.__doc__)
    validate_password(password, User(email=email, name=name))
    user = User.objects.create_user(
        email, password, name=squeeze(clean(name)), language=_one_of(language, ("", *LANGUAGES))
    )
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    journal.record(UserCreated(user.pk), workspace_id=None, actor=f"user:{user.pk}")
    return user


@transaction.atomic
def change_profile(user: User, *, name: str, language: str, theme: str, shortcuts: bool) -> User:
    """A person's own name and tastes; they are nobody else's business, so no fact is written."""
    user.name = squeeze(clean(name))
    user.language = _one_of(language, ("", *LANGUAGES))
    user.theme = _one_of(theme, THEMES)
    user.shortcuts = shortcuts
    user.save(update_fields=["name", "language", "theme", "shortcuts"])
    return user


def _one_of(choice: str, offered: tuple[str, ...]) -> str:
    if choice not in offered:
        raise UnknownChoice(UnknownChoice.__doc__)
    return choice
