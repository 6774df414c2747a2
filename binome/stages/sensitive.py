"""What a machine leaves to people: grief, threat, law, a child, a journalist… A first careful reading, by words.

It only ever lowers autonomy, so it would rather see too much. The phrases are in sensitive.toml.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from binome.sdk.phrases import Found, Phrases, uncovered
from binome.sdk.stage import Annotation, Reading

_SURE, _PERHAPS = 0.9, 0.65
_REPEATED = 0.05
"""What a second cue of the same kind adds."""


class Sensitive:
    """The gravest of distress, threat, minor, health … that is met, or none; evidence["kinds"] has all of them."""

    name, version, cost = "sensitive", "4", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.plain) for reading in readings]


@cache
def lexicon() -> Mapping[str, Mapping[str, list[str]]]:
    """The phrases by label, gravest first; "none" has what only resembles them."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _phrases() -> Phrases:
    return Phrases(
        (f"{label}.{degree}", phrases) for label, degrees in lexicon().items() for degree, phrases in degrees.items()
    )


def _read(text: str) -> Annotation:
    found = list(_phrases().find(text))
    harmless = [one for one in found if one.name == "none.phrases"]
    cues = uncovered((one for one in found if one.name != "none.phrases"), harmless)
    kinds: dict[str, float] = {}
    for label in lexicon() if cues else ():
        own = [one for one in cues if one.name.startswith(f"{label}.")]
        if own and not _too_little(label, own):
            kinds[label] = _confidence(own)
    if not kinds:
        return Annotation("none", 0.95 if len(text) < 400 else 0.9)
    label = next((label for label in kinds if kinds[label] >= _SURE), next(iter(kinds)))
    return Annotation(label, kinds[label], _evidence(kinds, [one for one in cues if one.name.startswith(f"{label}.")]))


def _too_little(label: str, cues: Sequence[Found]) -> bool:
    """A lone "problem" is no complaint."""
    return label == "complaint" and len({one.words for one in cues}) == 1 and cues[0].name.endswith(".perhaps")


def _confidence(cues: Sequence[Found]) -> float:
    best = _SURE if any(one.name.endswith(".sure") for one in cues) else _PERHAPS
    return round(min(best + _REPEATED * (len({one.words for one in cues}) - 1), 0.97), 2)


def _evidence(kinds: Mapping[str, float], cues: Sequence[Found]) -> dict[str, Any]:
    return {"kinds": dict(kinds), "cues": sorted({one.words for one in cues})[:5]}


STAGE = Sensitive()
