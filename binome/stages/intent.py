"""What a message does, among the acts met everywhere. A workspace's own topics are learned from its knowledge."""

from collections.abc import Sequence

from binome.sdk.insight import Insight, insights_of
from binome.sdk.stage import Annotation, Reading

ALSO = 0.2
"""From this chance on another act is told as well."""


class Intent:
    """question | request | complaint | thanks | praise | greeting | goodbye | insult | bug | idea | order | news | other.

    evidence["also"]: other acts that it may be, with their chances.
    """

    name, version, cost = "intent", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(insight) for insight in insights_of(readings)]


def _read(insight: Insight) -> Annotation:
    chances = insight.chances["intent"]
    first, *others = sorted(chances, key=lambda act: -chances[act])
    also = {act: round(chances[act], 3) for act in others if chances[act] >= ALSO}
    return Annotation(first, round(chances[first], 3), {"also": also} if also else {})


STAGE = Intent()
