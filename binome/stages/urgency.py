"""Can a message wait? Danger, a deadline about to pass, somebody stranded cannot."""

from collections.abc import Sequence

from binome.sdk.insight import insights_of, of_two
from binome.sdk.stage import Annotation, Reading


class Urgency:
    """urgent | normal; evidence["words"]: those that weighed."""

    name, version, cost = "urgency", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [of_two(insight, "urgency", "urgent", "normal") for insight in insights_of(readings)]


STAGE = Urgency()
