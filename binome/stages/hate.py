"""Does a message attack people for what they are? Naming a group, quoting, condemning or reclaiming does not."""

from collections.abc import Sequence

from binome.sdk.insight import Insight, insights_of_abuse, with_words
from binome.sdk.stage import Annotation, Reading

SHOWN = 0.5


class Hate:
    """hate | ok. evidence: "score", the chance of hate; and if hate the "groups" aimed at, "words"."""

    name, version, cost = "hate", "3", "LOCAL"
    needs = ("language",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(insight) for insight in insights_of_abuse(readings)]


def _read(insight: Insight) -> Annotation:
    score = round(insight.chances["hate"]["hate"], 3)
    if score < 0.5:
        return Annotation("ok", round(1 - score, 3), {"score": score})
    groups = [group for group, chance in insight.chances["groups"].items() if chance >= SHOWN]
    return Annotation("hate", score, with_words(insight, "hate", {"score": score, "groups": groups}))


STAGE = Hate()
