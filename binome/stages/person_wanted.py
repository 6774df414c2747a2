"""Does the writer want a person, or only ask whether this is a machine?"""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from binome.sdk.phrases import Found, Phrases, words
from binome.sdk.stage import Annotation, Reading

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_PHRASES = Phrases(_LISTS.items())


class PersonWanted:
    """yes | asks_if_machine | no. To ask whether one talks to a machine is not yet to want a person."""

    name, version, cost = "person_wanted", "2", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text) for reading in readings]


def _read(text: str) -> Annotation:
    found = list(_PHRASES.find(words(text)))
    barred = [one for one in found if one.name == "neither"]
    cues = {name: [one for one in found if one.name == name] for name in ("yes", "asks_if_machine")}
    machine = cues["asks_if_machine"]
    wanted = [one for one in cues["yes"] if not any(_outweighs(other, one) for other in (*barred, *machine))]
    if wanted:
        return Annotation("yes", 0.93, {"cues": sorted({one.words for one in wanted})[:4]})
    if machine:
        return Annotation("asks_if_machine", 0.9, {"cues": sorted({one.words for one in machine})[:4]})
    return Annotation("no", 0.97)


def _outweighs(other: Found, one: Found) -> bool:
    """Whether two cues overlap and the other tells more."""
    return other.start < one.end and one.start < other.end and other.end - other.start >= one.end - one.start


STAGE = PersonWanted()
