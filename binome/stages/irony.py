"""Does a message mean the contrary of what it says? Read with what came before: praise after an outage is suspicious."""

from collections.abc import Sequence

from binome.sdk.insight import insights_of, of_two
from binome.sdk.stage import Annotation, Reading


class Irony:
    """ironic | literal; evidence["words"]: those that weighed."""

    name, version, cost = "irony", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [of_two(insight, "irony", "ironic", "literal") for insight in insights_of(readings)]


STAGE = Irony()
