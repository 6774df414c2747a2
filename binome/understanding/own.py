"""What a workspace has taught the AI: its words, its topics, and its corrections of what the stages say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.db.models import Q

from binome.kit import encoder
from binome.sdk.stage import Annotation, Reading
from binome.understanding.learning import Layer, spread
from binome.understanding.lexicon import Lexicon, Meant, ruled
from binome.understanding.models import Lesson, Term
from binome.understanding.running import versions_of_stages
from binome.understanding.topics import SEEN_BY, Topics, seen_in

TOPIC = "topic"


@dataclass(frozen=True)
class Correction:
    """A lesson in use: how it is called, the labels it chooses among, what it does."""

    lesson: int
    labels: tuple[str, ...]
    layer: Layer


@dataclass(frozen=True)
class Own:
    """All that one workspace has taught."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    topics: Topics | None = None
    topics_lesson: int = 0

    @property
    def wants_vectors(self) -> bool:
        return bool(self.corrections) or self.topics is not None

    def version(self, stage: str, version: str) -> str:
        """The version of what is said by a stage here: its own, and the lesson that corrects it."""
        if stage == TOPIC and self.topics:
            return f"own:{self.topics_lesson}"
        correction = self.corrections.get(stage)
        return f"{version}+{correction.lesson}" if correction else version


def taught_in(workspaces: Iterable[int]) -> Mapping[int, Own]:
    """What each of these workspaces has taught; two queries."""
    wanted = set(workspaces)
    terms: dict[int, list[Meant]] = {one: [] for one in wanted}
    for term in Term.objects.filter(workspace__in=wanted).order_by("pk"):
        terms[term.workspace_id].append(Meant(term.text, term.meaning, term.value))
    lessons: dict[int, list[Lesson]] = {one: [] for one in wanted}
    in_force = Q(stage=TOPIC, encoder=SEEN_BY) | ~Q(stage=TOPIC) & Q(encoder=encoder.VERSION)
    for lesson in Lesson.objects.filter(in_force, workspace__in=wanted, in_use=True):
        lessons[lesson.workspace_id].append(lesson)
    return {one: _own(terms[one], lessons[one]) for one in wanted}


def applied(readings: Sequence[Reading], own: Own) -> list[Reading]:
    """The readings of one workspace as its people taught: corrected, their topics told, their words ruling last."""
    if own.wants_vectors and readings:
        vectors = np.asarray(encoder.encode([reading.plain for reading in readings]), float)
        readings = _with_topics(_corrected(readings, vectors, own), vectors, own)
    return [ruled(reading) for reading in readings]


def _own(terms: Sequence[Meant], lessons: Sequence[Lesson]) -> Own:
    shipped = versions_of_stages()
    corrections = {
        lesson.stage: Correction(
            lesson.pk, tuple(lesson.labels), Layer.unpack(bytes(lesson.weights), len(lesson.labels))
        )
        for lesson in lessons
        if lesson.stage != TOPIC and shipped.get(lesson.stage) == lesson.version
    }
    topics = next((lesson for lesson in lessons if lesson.stage == TOPIC), None)
    told = _topics(topics) if topics else None
    return Own(Lexicon(tuple(terms)), corrections, told, topics.pk if topics else 0)


def _topics(lesson: Lesson) -> Topics:
    rows = np.frombuffer(bytes(lesson.weights), "<f4").reshape(len(lesson.labels) + 1, -1).astype(float)
    return Topics(tuple(lesson.labels), rows, lesson.thresholds[0])


def _corrected(readings: Sequence[Reading], vectors: Any, own: Own) -> list[Reading]:
    current = list(readings)
    for stage, correction in own.corrections.items():
        rows = [at for at, reading in enumerate(current) if stage in reading.annotations]
        if not rows:
            continue
        said = np.array([_spread(current[at].annotations[stage], correction.labels) for at in rows])
        for at, chances in zip(rows, correction.layer.chances(said, vectors[rows]), strict=True):
            current[at] = _saying(current[at], stage, _relabelled(current[at].annotations[stage], correction, chances))
    return current


def _spread(said: Annotation, labels: Sequence[str]) -> Any:
    return spread(labels, said.label, said.confidence)


def _relabelled(said: Annotation, correction: Correction, chances: Any) -> Annotation:
    first = int(chances.argmax())
    label, confidence = correction.labels[first], round(float(chances[first]), 3)
    if label == said.label:
        return Annotation(label, confidence, said.evidence)
    return Annotation(label, confidence, {"lesson": True, "otherwise": said.label})


def _with_topics(readings: Sequence[Reading], vectors: Any, own: Own) -> list[Reading]:
    if own.topics is None:
        return list(readings)
    told = own.topics.tell(seen_in([reading.plain for reading in readings], vectors))
    return [
        _saying(reading, TOPIC, Annotation(name, round(chance, 3)))
        for reading, (name, chance) in zip(readings, told, strict=True)
    ]


def _saying(reading: Reading, stage: str, said: Annotation) -> Reading:
    return replace(reading, annotations={**reading.annotations, stage: said})
