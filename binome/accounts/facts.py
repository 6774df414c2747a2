"""What happens to the people who sign in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UserCreated:
    user: int
