"""The AI's readings of a message as marks: only those that matter, each with what weighed and how to correct it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from binome.understanding import evidence, vocabulary
from binome.understanding import selectors as understanding
from binome.understanding.models import Annotation


@dataclass(frozen=True)
class ReadingMark:
    """One reading, in words. *choices*: the labels that a person may give instead.

    *corrected*: a person has spoken; *struck*: what is shown is no longer said.
    """

    stage: str
    text: str
    tone: str
    title: str
    percent: int
    sureness: str
    weighed: Sequence[str]
    version: str
    choices: Sequence[tuple[str, str]]
    corrected: bool
    struck: bool = False
    asked: bool = False
    """Said to be wrong, and not yet what is right."""
    keyed: bool = False
    """The first of its message that a person may correct."""

    @property
    def of_two(self) -> bool:
        """Whether saying that it is wrong says what is right."""
        return len(self.choices) == 1


def marks(annotations: Mapping[str, Annotation], topics: Sequence[str] = (), here: str = "") -> list[ReadingMark]:
    """What matters of what was read, what harms if it waits first; two readings of one kind are one mark.

    One that a person corrected has its own, so that it can be taken back; what is still said goes before what no more is.
    """
    order = {stage: place for place, stage in enumerate(vocabulary.STAGES)}
    kinds: dict[str, list[ReadingMark]] = {}
    for stage in sorted(annotations, key=lambda stage: (order.get(stage, len(order)), stage)):
        said = annotations[stage]
        struck = "verdict" in said.evidence and not _matters(said, here)
        word = vocabulary.word(stage, said.evidence["otherwise"] if struck else said.label)
        if word.kind and (_is_changed(said) or (word.marked and (struck or _matters(said, here)))):
            kinds.setdefault(word.kind, []).append(_mark(stage, said, topics, struck=struck))
    shown = [mark for same in kinds.values() for mark in _of_one_kind(same)]
    first = next((mark.stage for mark in shown if mark.choices), "")
    return [replace(mark, keyed=mark.stage == first) for mark in shown]


def _of_one_kind(marks: Sequence[ReadingMark]) -> list[ReadingMark]:
    """Those that people corrected, what is still said first; without one, the first."""
    live = [mark for mark in marks if not mark.struck]
    corrected = [mark for mark in live if mark.corrected]
    return [*(corrected or live[:1]), *(mark for mark in marks if mark.struck)]


def _is_changed(said: Annotation) -> bool:
    """Whether a person said that it was wrong."""
    return "verdict" in said.evidence and (said.confidence == 0 or said.label != said.evidence["otherwise"])


def _matters(said: Annotation, here: str) -> bool:
    return bool(vocabulary.kind_of(said.stage, said.label, said.confidence, here))


def _mark(stage: str, said: Annotation, topics: Sequence[str], *, struck: bool) -> ReadingMark:
    corrected = "verdict" in said.evidence
    label = said.evidence["otherwise"] if struck else said.label
    word = vocabulary.word(stage, label)
    return ReadingMark(
        stage=stage,
        text=str(word.name),
        tone="" if struck else word.tone,
        title=vocabulary.title(stage),
        percent=round(said.confidence * 100),
        sureness=vocabulary.sureness(said.confidence),
        weighed=[] if struck else evidence.sentences(said.evidence),
        version=said.version,
        choices=_choices(stage, label, topics),
        corrected=corrected,
        struck=struck,
        asked=struck and said.confidence == 0,
    )


def _choices(stage: str, label: str, topics: Sequence[str]) -> list[tuple[str, str]]:
    words = vocabulary.STAGES.get(stage)
    if words is None or not words.taught:
        return []
    labels = vocabulary.labels(stage) or topics
    return [(one, str(vocabulary.word(stage, one).name)) for one in labels if one != label]


def to_look_for(workspace: int, chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What conversations may be filtered by, of what is there: (group, [(kind, name)]), in the order of the marks."""
    met = dict.fromkeys([*understanding.kinds_met(workspace), *([chosen] if chosen else [])])
    groups: dict[str, dict[str, str]] = {}
    for stage, words in vocabulary.STAGES.items():
        for word in words.labels.values():
            if met.pop(word.kind, "none") is None:
                groups.setdefault(str(words.title), {})[word.kind] = str(word.name)
        for kind in [kind for kind in met if kind.startswith(f"{stage}:")]:
            met.pop(kind)
            groups.setdefault(str(words.title), {})[kind] = str(vocabulary.word(stage, kind.partition(":")[2]).name)
    if met:
        groups[_("Other")] = {kind: kind for kind in met}
    return [(group, list(names.items())) for group, names in groups.items()]
