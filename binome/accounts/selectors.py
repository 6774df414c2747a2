"""What may be asked of the people who sign in."""

from collections.abc import Iterable, Mapping

from binome.accounts.models import User


def anybody() -> bool:
    """Whether somebody can sign in already; until then the first run is open."""
    return User.objects.exists()


def user_with_email(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()


def names_of(actors: Iterable[str]) -> Mapping[str, str]:
    """The names of the people among these actors ("user:7"); programs and the AI have none."""
    known = {int(actor.removeprefix("user:")) for actor in actors if actor.startswith("user:")}
    return {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=known)}


def user_of(actor: str) -> User | None:
    """The person who is this actor ("user:7"), if it is one and they are still here."""
    pk = actor.removeprefix("user:")
    return User.objects.filter(pk=int(pk)).first() if actor.startswith("user:") and pk.isdecimal() else None
