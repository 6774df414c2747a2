"""What a platform does not take is refused before anything leaves."""

from binome.sdk.manifest import Limits


class TooLong(ValueError):
    """This text is longer than the platform accepts."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} > {limit}")
        self.length, self.limit = length, limit


def refuse_too_long(text: str, limits: Limits) -> None:
    """Return if the platform takes a text of this length; `TooLong` otherwise."""
    if len(text) > limits.characters:
        raise TooLong(len(text), limits.characters)
