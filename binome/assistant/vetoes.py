"""Which readings take a matter out of the AI's hands, and from which chance on: one named table, tuned in one place.

A veto only ever lowers autonomy, and no statistics buy it off. The chances of the network's readings are those
that one or two in a hundred ordinary questions reach: wordings of the demo's FAQ, questions of public sets; of a threat of action,
of health… hardly any does. A reading that says the contrary with confidence c
counts as a chance of 1 − c.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Labels = Mapping[str, tuple[str, float]]
"""Stage → (label, confidence)."""


@dataclass(frozen=True)
class Veto:
    """*stage* says *label* with at least this *chance*: a person decides, for this *reason*."""

    stage: str
    label: str
    reason: str
    chance: float
    contrary: str = ""
    """The other label of a stage that has two."""

    def chance_in(self, labels: Labels) -> float:
        """How likely this reading is; 0 when the stage was silent."""
        label, confidence = labels.get(self.stage, ("", 0.0))
        if label == self.label:
            return confidence
        return round(1 - confidence, 3) if self.contrary and label == self.contrary else 0.0

    def holds(self, labels: Labels) -> bool:
        return self.chance_in(labels) >= self.chance


TABLE = (
    Veto("person_wanted", "yes", "asked_for_person", 0.5),
    Veto("image", "known", "known_picture", 0.01),
    Veto("image", "nude", "nudity", 0.01),
    Veto("sensitive", "distress", "distress", 0.5),
    Veto("distress", "distress", "distress", 0.76, "none"),
    Veto("sensitive", "grief", "grief", 0.5),
    Veto("sensitive", "threat", "threat", 0.5),
    Veto("sensitive", "minor", "minor", 0.5),
    Veto("legal", "minor", "minor", 0.35),
    Veto("sensitive", "health", "health", 0.5),
    Veto("legal", "health", "health", 0.3),
    Veto("sensitive", "legal", "legal", 0.5),
    Veto("legal", "action", "legal", 0.3),
    Veto("legal", "authority", "authority", 0.3),
    Veto("sensitive", "press", "press", 0.5),
    Veto("legal", "press", "press", 0.4),
    Veto("sensitive", "discrimination", "discrimination", 0.5),
    Veto("hate", "hate", "hate", 0.45, "ok"),
    Veto("toxicity", "toxic", "insult", 0.6, "ok"),
    Veto("sensitive", "insult", "insult", 0.5),
    Veto("conflict", "derailing", "conflict", 0.8, "calm"),
    Veto("sensitive", "conflict", "conflict", 0.5),
    Veto("irony", "ironic", "irony_suspected", 0.66, "literal"),
    Veto("sensitive", "irony_suspected", "irony_suspected", 0.5),
    Veto("emotion", "anger", "anger", 0.5),
    Veto("urgency", "urgent", "urgent", 0.78, "normal"),
    Veto("legal", "money", "refund_or_money", 0.75),
    Veto("sensitive", "refund_or_money", "refund_or_money", 0.5),
    Veto("sensitive", "complaint", "complaint", 0.5),
    Veto("sensitive", "prompt_injection", "prompt_injection", 0.5),
    Veto("sensitive", "suspicious", "suspicious", 0.5),
    Veto("spam", "spam", "suspicious", 0.45, "ok"),
    Veto("links", "suspicious", "suspicious", 0.6),
    Veto("duplicates", "flood", "flood", 0.6),
)
"""The gravest first: the first that holds is the reason told."""

STAGES = frozenset(veto.stage for veto in TABLE)


def found_in(labels: Labels) -> tuple[str, ...]:
    """The reasons that these readings give, the gravest first, each once."""
    return tuple(dict.fromkeys(veto.reason for veto in TABLE if veto.holds(labels)))


def without(reason: str, labels: Labels) -> dict[str, tuple[str, float]]:
    """The same readings, had no stage given this reason."""
    guilty = {veto.stage: veto for veto in TABLE if veto.reason == reason and veto.holds(labels)}
    calm = {"person_wanted": "no", "sensitive": "none"}
    return {
        stage: (guilty[stage].contrary or calm.get(stage, "none"), 1.0) if stage in guilty else said
        for stage, said in labels.items()
    }


def gravest(readings: Sequence[Labels]) -> dict[str, tuple[str, float]]:
    """What several messages say together: for each stage that may veto, the reading that comes nearest to a veto."""
    together: dict[str, tuple[str, float]] = {}
    for stage in STAGES:
        heard = [labels[stage] for labels in readings if stage in labels]
        if heard:
            together[stage] = max(heard, key=lambda said, stage=stage: _gravity(stage, said))  # type: ignore[misc]
    return together


def _gravity(stage: str, said: tuple[str, float]) -> tuple[bool, float, float]:
    """Among readings that hold the gravest reason comes first, then the likeliest; else the one nearest to holding."""
    labels = {stage: said}
    return max(
        (True, float(-place), veto.chance_in(labels))
        if veto.holds(labels)
        else (False, veto.chance_in(labels) - veto.chance, 0.0)
        for place, veto in enumerate(TABLE)
        if veto.stage == stage
    )
