"""Is a thread about to derail? Read from the message and the turns before it: of a first message nothing is said."""

from collections.abc import Sequence

from binome.sdk.insight import Insight, insights_of, of_two
from binome.sdk.stage import Annotation, Reading


class Conflict:
    """derailing | calm; evidence["words"]: those that weighed."""

    name, version, cost = "conflict", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation | None]:
        return [_read(*each) for each in zip(readings, insights_of(readings), strict=True)]


def _read(reading: Reading, insight: Insight) -> Annotation | None:
    return of_two(insight, "conflict", "derailing", "calm") if reading.thread else None


STAGE = Conflict()
