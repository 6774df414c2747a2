"""What a platform does not take is refused here, before anything leaves."""

from binome.sdk.errors import Rejected
from binome.sdk.manifest import Limits
from binome.sdk.types import OutgoingMessage


def refuse_oversized(message: OutgoingMessage, limits: Limits) -> None:
    """Return if the platform takes this much text; `Rejected` otherwise, or if there is none."""
    if not message.text.strip():
        raise Rejected("an empty message")
    if len(message.text) > limits.characters:
        raise Rejected(f"{len(message.text)} characters, where {limits.characters} are allowed")
