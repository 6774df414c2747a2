"""What happens when messages are read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MessageUnderstood:
    message: int
    conversation: int
