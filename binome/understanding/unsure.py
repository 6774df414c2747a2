"""What local stages are unsure of may be asked of somebody who reads better: a large model, within what it may cost.

Nothing here calls a model, and without one nothing changes: what is unsure stays said as unsure. Whoever has one passes it
as a `Reader` to `ask`; the answer is an annotation like another, and its evidence names the reader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from binome.sdk.stage import Annotation, Reading
from binome.understanding import vocabulary

CALM, GRAVE = 0.6, 0.85
"""A reading is unsure up to the first where it says that there is nothing, up to the second where it says that there is
something: of what harms most, one wants to be surer."""

ASKED = ("irony", "toxicity", "hate", "distress", "conflict", "urgency", "legal")
"""What is worth asking: what a message hides."""


@dataclass(frozen=True)
class Doubt:
    """One reading that is unsure: the message, what was said of it, and the labels that it may be given."""

    at: int
    reading: Reading
    stage: str
    said: Annotation
    labels: tuple[str, ...]


class Reader(Protocol):
    """Somebody who reads better, and costs something."""

    version: str

    def affordable(self, doubts: int) -> int:
        """How many of so many doubts the budget allows now."""
        ...

    def read(self, doubts: Sequence[Doubt]) -> Sequence[Annotation | None]:
        """One answer a doubt, in order; None where it cannot tell."""
        ...


def is_doubt(stage: str, said: Annotation) -> bool:
    """Whether this is worth asking of somebody who reads better."""
    if stage not in ASKED or "lexicon" in said.evidence:  # a rule of the team is sure
        return False
    return said.confidence <= (GRAVE if vocabulary.word(stage, said.label).kind else CALM)


def doubts(readings: Sequence[Reading]) -> list[Doubt]:
    """What is unsure in these readings, the least sure first."""
    found = [
        Doubt(at, reading, stage, said, tuple(vocabulary.labels(stage)))
        for at, reading in enumerate(readings)
        for stage in ASKED
        if (said := reading.annotations.get(stage)) and is_doubt(stage, said)
    ]
    return sorted(found, key=lambda doubt: doubt.said.confidence)


def ask(readings: Sequence[Reading], reader: Reader) -> list[Reading]:
    """The readings with what the reader says of what was unsure, as far as its budget goes."""
    unsure = doubts(readings)
    asked = unsure[: max(0, reader.affordable(len(unsure)))]
    current = list(readings)
    for doubt, said in zip(asked, reader.read(asked) if asked else (), strict=True):
        if said is not None and said.label in doubt.labels:
            told = replace(said, evidence={**said.evidence, "asked": reader.version})
            current[doubt.at] = _saying(current[doubt.at], doubt.stage, told)
    return current


def _saying(reading: Reading, stage: str, said: Annotation) -> Reading:
    annotations: Mapping[str, Annotation] = {**reading.annotations, stage: said}
    return replace(reading, annotations=annotations)
