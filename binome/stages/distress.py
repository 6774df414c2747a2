"""Does the writer suffer: grief, illness, despair, abuse? Such a message is for a person."""

from collections.abc import Sequence

from binome.sdk.insight import insights_of, of_two
from binome.sdk.stage import Annotation, Reading


class Distress:
    """distress | none; evidence["words"]: those that weighed."""

    name, version, cost = "distress", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [of_two(insight, "distress", "distress", "none") for insight in insights_of(readings)]


STAGE = Distress()
