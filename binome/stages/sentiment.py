"""How a message feels about what it speaks of: negative, neutral or positive."""

from collections.abc import Sequence

from binome.sdk.insight import first_of, insights_of
from binome.sdk.stage import Annotation, Reading


class Sentiment:
    """negative | neutral | positive; evidence["words"]: those that weighed."""

    name, version, cost = "sentiment", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [first_of(insight, "sentiment") for insight in insights_of(readings)]


STAGE = Sentiment()
