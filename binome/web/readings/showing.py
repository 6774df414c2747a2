"""Each reading in plain words: what it answers, what was measured before it shipped, how often the team agrees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from binome.kit.intervals import wilson
from binome.understanding import scorecard, selectors, vocabulary
from binome.understanding.models import Lesson
from binome.understanding.running import versions_of_stages
from binome.understanding.scorecard import Figure, Measured
from binome.understanding.selectors import Agreement
from binome.understanding.vocabulary import Words
from binome.workspaces.models import Workspace

ENOUGH = 20
"""Drawn verdicts from which a share is worth telling."""

SETS = 2
"""Sets shown of each language."""


@dataclass(frozen=True)
class Share:
    """A share in words: "12 of 14, between 60 and 96 %"; *enough* to mean something."""

    same: int
    judged: int
    low: str
    high: str
    enough: bool


@dataclass(frozen=True)
class Sheet:
    """One stage."""

    stage: str
    title: str
    question: str
    labels: str
    version: str
    measured: Sequence[tuple[str, Sequence[tuple[Measured, Sequence[tuple[str, str]]]]]]
    telling: Share | None
    silent: Share | None
    contested: int
    checked: bool
    """Whether people may read drawn messages for it."""
    unchecked: str
    """Why not, where they may not."""
    lesson: Lesson | None
    """The latest, kept or not."""
    before: str = ""
    after: str = ""


_RULE = gettext_lazy("a rule, nothing to agree on")
_NOBODYS = gettext_lazy("not described here: what it says is shown as it says it")
_UNCHECKED = {"image": gettext_lazy("an optional detector, never measured here: its marks are a warning, no judgement")}


def sheets(workspace: Workspace) -> list[Sheet]:
    """Every stage that is installed or learned, in the order of the vocabulary, what was never measured last."""
    agreed, lessons = selectors.agreements(workspace), selectors.latest_lessons(workspace)
    installed = versions_of_stages()
    topics = selectors.labels_of(workspace.pk, "topic")
    known = [stage for stage in vocabulary.STAGES if stage in installed or (stage == "topic" and len(topics) > 1)]
    there = [*known, *(stage for stage in installed if stage not in vocabulary.STAGES)]
    there.sort(key=lambda stage: stage in _UNCHECKED)
    return [_sheet(stage, installed.get(stage, "own"), agreed, lessons, topics) for stage in there]


def _sheet(
    stage: str, version: str, agreed: Mapping[str, Agreement], lessons: Mapping[str, Lesson], topics: Sequence[str]
) -> Sheet:
    words = vocabulary.STAGES.get(stage, Words(stage, "", {}, taught=False))
    agreement, lesson = agreed.get(stage, Agreement()), lessons.get(stage)
    labels = topics if stage == "topic" else vocabulary.labels(stage)
    return Sheet(
        stage=stage,
        title=str(words.title),
        question=str(words.question),
        labels=", ".join(str(vocabulary.word(stage, label).name) for label in labels),
        version=version,
        measured=_measured(stage),
        telling=_share(*agreement.telling),
        silent=_share(*agreement.silent),
        contested=agreement.contested,
        checked=words.taught and len(labels) > 1,
        unchecked=str(_UNCHECKED.get(stage, _RULE if stage in vocabulary.STAGES else _NOBODYS)),
        lesson=lesson,
        before=_whole(lesson.before) if lesson and lesson.before is not None else "",
        after=_whole(lesson.after) if lesson and lesson.after is not None else "",
    )


def _share(same: int, judged: int) -> Share | None:
    if not judged:
        return None
    low, high = wilson(same, judged)
    return Share(same, judged, _whole(low), _whole(high), judged >= ENOUGH)


def _measured(stage: str) -> list[tuple[str, list[tuple[Measured, list[tuple[str, str]]]]]]:
    """By language, the sets that say most, their figures in words."""
    by_language: dict[str, list[tuple[Measured, list[tuple[str, str]]]]] = {}
    for one in scorecard.shipped().get(stage, ()):
        rows = by_language.setdefault(str(vocabulary.LANGUAGES.get(one.language, one.language)), [])
        if len(rows) < SETS:
            rows.append((one, [(_NAMES[name](), _interval(figure)) for name, figure in one.figures.items()]))
    return list(by_language.items())


def _interval(figure: Figure) -> str:
    return _("{value} % ({low} to {high})").format(
        value=_whole(figure.value), low=_whole(figure.low), high=_whole(figure.high)
    )


def _whole(share: float) -> str:
    return number_format(share * 100, 0)


_NAMES = {
    "caught": lambda: _("found, of what is to be found"),
    "kept": lambda: _("left in peace, of the rest"),
    "accuracy": lambda: _("right"),
}
