"""Which emotion a message shows, if any."""

from collections.abc import Sequence

from binome.sdk.insight import first_of, insights_of
from binome.sdk.stage import Annotation, Reading


class Emotion:
    """anger | sadness | fear | joy | surprise | disgust | none; evidence["words"]: those that weighed."""

    name, version, cost = "emotion", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [first_of(insight, "emotion") for insight in insights_of(readings)]


STAGE = Emotion()
