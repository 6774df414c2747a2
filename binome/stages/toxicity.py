"""Is a message abusive, in which ways, and whom does it aim at? A rude word aimed at nobody is no abuse."""

from collections.abc import Mapping, Sequence

from binome.sdk.insight import Insight, insights_of_abuse, with_words
from binome.sdk.stage import Annotation, Reading

SHOWN = 0.5
"""From this chance on a kind is named."""


class Toxicity:
    """toxic | ok. evidence: "score", the chance of toxic; and if toxic "kinds" with their chances, "target", "words".

    The confidence is that of the label said, as everywhere.
    """

    name, version, cost = "toxicity", "4", "LOCAL"
    needs = ("language",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(insight) for insight in insights_of_abuse(readings)]


def _read(insight: Insight) -> Annotation:
    """Hate is abuse, however few rude words it needs: the likelier of both counts."""
    chances = {"toxicity": insight.chances["toxicity"]["toxic"], "hate": insight.chances["hate"]["hate"]}
    likelier = _first(chances)
    score = round(chances[likelier], 3)
    if score < 0.5:
        return Annotation("ok", round(1 - score, 3), {"score": score})
    evidence = {"score": score, "kinds": _kinds(insight), "target": _first(insight.chances["target"])}
    return Annotation("toxic", score, with_words(insight, likelier, evidence))


def _kinds(insight: Insight) -> dict[str, float]:
    """The kinds that are likely enough to be named; hate counts by its own reading."""
    chances = {**insight.chances["kinds"], "hate": insight.chances["hate"]["hate"]}
    return {kind: round(chance, 3) for kind, chance in chances.items() if chance >= SHOWN}


def _first(chances: Mapping[str, float]) -> str:
    return max(chances, key=lambda name: chances[name])


STAGE = Toxicity()
