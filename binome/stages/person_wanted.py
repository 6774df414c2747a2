"""Does the writer want a person, or only ask whether this is a machine?"""

import re
import tomllib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from binome.sdk.phrases import Found, Overlaps, Phrases, uncovered, words
from binome.sdk.stage import Annotation, Reading

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_BESIDE = frozenset(_LISTS.pop("beside"))
_PHRASES = Phrases(_LISTS.items())
FEW = 8
"""Words of a part of a text in which a person is named by itself, at most."""

_ENDS = re.compile(r"[.!?…,;:\n]+")


class PersonWanted:
    """yes | asks_if_machine | no. To ask whether one talks to a machine is not yet to want a person."""

    name, version, cost = "person_wanted", "4", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading.text) for reading in readings]


def _read(text: str) -> Annotation:
    found = list(_PHRASES.find(text))
    if not found:
        return Annotation("no", 0.97)
    cues = {name: [one for one in found if one.name == name] for name in _LISTS}
    machine = cues["asks_if_machine"]
    told = uncovered((*cues["yes"], *_alone(cues["alone"], text), *cues["despite"]), (*cues["neither"], *machine))
    wanted = _unrefused(told, _not_taken_up(cues["refuses"], Overlaps(cues["despite"])))
    if wanted:
        return Annotation("yes", 0.93, {"cues": sorted({one.words for one in wanted})[:4]})
    if machine:
        return Annotation("asks_if_machine", 0.9, {"cues": sorted({one.words for one in machine})[:4]})
    return Annotation("no", 0.97)


def _alone(cues: Sequence[Found], text: str) -> Iterator[Found]:
    """The cues beside which nothing but courtesy is said in their part of the text ("no, a human please")."""
    left, at = deque(cues), 0
    for part in _ENDS.split(text) if cues else ():
        said = words(part)
        while left and left[0].start < at + len(said):
            one = left.popleft()
            if said.count(" ") <= FEW and _BESIDE.issuperset((said[: one.start - at] + said[one.end - at :]).split()):
                yield one
        at += len(said)


def _not_taken_up(refusals: Sequence[Found], despite: Overlaps) -> list[Found]:
    """The refusals that no cue goes on with: "do not want to talk to" … "a bot"."""
    return [one for one in refusals if all(other.end < one.end for other in despite.of(one))]


def _unrefused(cues: Sequence[Found], refusals: Sequence[Found]) -> list[Found]:
    """The cues that no refusal reaches: it reaches the one that it meets or that follows at once, and those that overlap that."""
    if not refusals:
        return list(cues)
    reach, left = 0, []
    for one in sorted((*refusals, *cues), key=lambda one: one.start):  # of those that begin together, refusals first
        if one.name == "refuses":
            reach = max(reach, one.end + 1)
        elif one.start < reach:
            reach = max(reach, one.end)
        else:
            left.append(one)
    return left


STAGE = PersonWanted()
