"""What a workspace's people taught is learned at night, and kept only if it is better on verdicts it has not seen.

Verdicts teach; only those drawn at random, and judged without seeing what was said, try: what people contest on their own
is by nature what was wrong. Why: docs/decisions/0020.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from binome.inbox import threads
from binome.journal import services as journal
from binome.kit import clock, encoder
from binome.kit.text import fold, squeeze
from binome.sdk.stage import Reading
from binome.understanding import drawing, learning, own, vocabulary
from binome.understanding.facts import LessonsLearned
from binome.understanding.learning import HELD_LEAST, LEAST, Layer, Tried, spread
from binome.understanding.models import Lesson, ReadingVerdict, Schooling
from binome.understanding.running import run_stages, versions_of_stages
from binome.understanding.selectors import holds
from binome.understanding.services import reading_of
from binome.workspaces.models import Workspace

log = logging.getLogger(__name__)

NIGHT = 3
"""The hour at which learning begins, where the workspace is."""

SOON = timedelta(seconds=30)
"""How long after the first entries a place without topics learns them: it need not wait for the night."""

MOST = 4_000
"""The latest verdicts of a stage that are used."""

HELD_OUT = 3
"""One text in three teaches nothing: it tries what the others taught."""

IN_PASSING = 0.5
"""What a verdict given in passing weighs in teaching, against the average of those on drawn messages."""

Case = tuple[ReadingVerdict, Reading]


@transaction.atomic
def learn_tonight() -> int:
    """Let one workspace whose night has come learn from its people; 1 when one's had.

    Its next night is set whatever becomes of this one: nobody waits for a workspace that cannot learn.
    """
    _enrol()
    due = Schooling.objects.select_for_update(skip_locked=True).filter(next_at__lte=clock.now()).order_by("next_at")
    schooling = due.select_related("workspace").first()
    if schooling is None:
        return 0
    try:
        learn(schooling.workspace)
    except Exception:
        log.exception("workspace %s could not learn from its people", schooling.workspace_id)
    schooling.next_at = next_night(schooling.workspace)
    schooling.save()
    return 1


@transaction.atomic
def learn(workspace: Workspace) -> list[Lesson]:
    """One lesson for each stage of which people judged something new since the last."""
    stages = [stage for stage in versions_of_stages() if stage in vocabulary.STAGES and vocabulary.STAGES[stage].taught]
    lessons = [lesson for stage in stages if (lesson := _lesson(workspace, stage)) is not None]
    kept = sum(lesson.in_use for lesson in lessons)
    journal.record(LessonsLearned(len(lessons), kept), workspace_id=workspace.pk, actor="ai")
    return lessons


@transaction.atomic
def learn_soon(workspaces: Iterable[int]) -> None:
    """Let these workspaces learn in a moment, if they know no topics yet."""
    knowing = Lesson.objects.filter(stage=own.TOPIC, in_use=True).values("workspace")
    soon = clock.now() + SOON
    for workspace in Workspace.objects.filter(pk__in=set(workspaces)).exclude(pk__in=knowing):
        Schooling.objects.get_or_create(workspace=workspace, defaults={"next_at": soon})
        Schooling.objects.filter(workspace=workspace, next_at__gt=soon).update(next_at=soon)


def next_night(workspace: Workspace) -> datetime:
    """The next time it is three o'clock there."""
    here = clock.now().astimezone(ZoneInfo(workspace.time_zone))
    tonight = here.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return tonight if tonight > here else tonight + timedelta(days=1)


def is_held_out(text: str) -> bool:
    """Whether what is said of this text tries lessons rather than teaches them: all its copies do, or none."""
    return sha256(_folded(text).encode("utf-8", "replace")).digest()[0] % HELD_OUT == 0


def _folded(text: str) -> str:
    """What the copies of a text have in common."""
    return fold(squeeze(text))


def _enrol() -> None:
    for workspace in Workspace.objects.filter(schooling=None):
        Schooling.objects.get_or_create(workspace=workspace, defaults={"next_at": next_night(workspace)})


def _lesson(workspace: Workspace, stage: str) -> Lesson | None:
    labels = vocabulary.labels(stage)
    verdicts = ReadingVerdict.objects.filter(workspace=workspace, stage=stage, right__in=labels)
    last = Lesson.objects.filter(workspace=workspace, stage=stage).order_by("-at").first()
    if not _has_news(verdicts, last, versions_of_stages()[stage]):
        return None
    cases = _cases(list(verdicts.select_related("message").order_by("-at")[:MOST]), stage)
    teaching = [one for one in cases if not is_held_out(one[1].text)]
    trying = [one for one in cases if is_held_out(one[1].text) and one[0].drawn]
    lesson = Lesson(
        workspace=workspace, stage=stage, version=versions_of_stages()[stage], labels=labels,
        encoder=encoder.VERSION, learned_from=len(teaching), tried_on=len(trying), outcome=Lesson.Outcome.TOO_FEW,
    )  # fmt: skip
    if len(teaching) >= LEAST and len({_folded(reading.text) for _verdict, reading in trying}) >= HELD_LEAST:
        _learn(lesson, teaching, trying)
    lesson.save()
    return lesson


def _has_news(verdicts: QuerySet[ReadingVerdict], last: Lesson | None, version: str) -> bool:
    if last is None or last.version != version:
        return verdicts.exists()
    return verdicts.filter(at__gt=last.at).exists()


def _cases(verdicts: Sequence[ReadingVerdict], stage: str) -> list[Case]:
    """The verdicts with what the stage, as it ships, says today of those messages; without those that are gone or edited."""
    taught = own.taught_in({verdict.workspace_id for verdict in verdicts})
    said = {one.message: one for one in threads.said([verdict.message_id for verdict in verdicts])}
    there = [
        verdict
        for verdict in verdicts
        if (one := said.get(verdict.message_id)) and one.text and holds(verdict.at, one.edited_at)
    ]
    asked = [reading_of(said[verdict.message_id], taught[verdict.workspace_id]) for verdict in there]
    read = run_stages(asked, {stage}) if asked else []
    return [(verdict, reading) for verdict, reading in zip(there, read, strict=True) if stage in reading.annotations]


def _learn(lesson: Lesson, teaching: Sequence[Case], trying: Sequence[Case]) -> None:
    """Learn, try against what is in use, and keep what is better; what is no longer better than nothing goes."""
    said, vectors, right, weights = _arrays(lesson, teaching)
    new = learning.learn(said, vectors, right, weights)
    said, vectors, right, weights = _arrays(lesson, trying)
    used = Lesson.objects.filter(workspace=lesson.workspace_id, stage=lesson.stage, in_use=True).first()
    current = said
    if used and used.version == lesson.version and used.labels == lesson.labels and used.encoder == lesson.encoder:
        current = Layer.unpack(bytes(used.weights), len(used.labels)).chances(said, vectors)
    texts = np.unique([_folded(reading.text) for _verdict, reading in trying], return_inverse=True)[1]
    tried = learning.compare(current, new.chances(said, vectors), right, weights, texts)
    lesson.before, lesson.after = tried.before, tried.after
    lesson.outcome = Lesson.Outcome.KEPT if tried.better else Lesson.Outcome.DROPPED
    if tried.better:
        Lesson.objects.filter(workspace=lesson.workspace_id, stage=lesson.stage, in_use=True).update(in_use=False)
        lesson.in_use, lesson.weights = True, new.pack()
    elif used and _is_worse(learning.compare(current, said, right, weights, texts)):
        Lesson.objects.filter(pk=used.pk).update(in_use=False)


def _is_worse(without: Tried) -> bool:
    """Whether what is in use is beaten by nothing at all."""
    return without.better


def _arrays(lesson: Lesson, cases: Sequence[Case]) -> tuple[Any, Any, Any, Any]:
    labels = lesson.labels
    told = [reading.annotations[lesson.stage] for _verdict, reading in cases]
    said = np.array([spread(labels, one.label, one.confidence) for one in told])
    vectors = np.asarray(encoder.encode([reading.plain for _verdict, reading in cases]), float)
    right = np.array([labels.index(verdict.right) for verdict, _reading in cases])
    drawn = [verdict for verdict, _reading in cases if verdict.drawn]
    weighed = dict(zip(drawn, drawing.weights(lesson.workspace, lesson.stage, drawn), strict=True))
    weights = np.array([weighed.get(verdict, IN_PASSING) for verdict, _reading in cases])
    return said, vectors, right, weights
