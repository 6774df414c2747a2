"""Does a message sell, lure or beg for subscribers where it was not asked to?"""

from collections.abc import Sequence

from binome.sdk.insight import Insight, insights_of, with_words
from binome.sdk.stage import Annotation, Reading


class Spam:
    """spam | ok. evidence: "score", the chance of spam; if spam, "words", and "links" as that stage found them."""

    name, version, cost = "spam", "2", "LOCAL"
    needs = ("links",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(*each) for each in zip(readings, insights_of(readings), strict=True)]


def _read(reading: Reading, insight: Insight) -> Annotation:
    score = round(insight.chances["spam"]["spam"], 3)
    if score < 0.5:
        return Annotation("ok", round(1 - score, 3), {"score": score})
    links = reading.annotations["links"].label if "links" in reading.annotations else "none"
    evidence = {"score": score} | ({"links": links} if links != "none" else {})
    return Annotation("spam", score, with_words(insight, "spam", evidence))


STAGE = Spam()
