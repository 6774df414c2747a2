"""What may be asked of the people who sign in."""

from binome.accounts.models import User


def anybody() -> bool:
    """Whether somebody can sign in already; until then the first run is open."""
    return User.objects.exists()


def user_with_email(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()
