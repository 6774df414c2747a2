"""When evidence counts no more: an entry changed, or another version of the AI would do something else."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from binome.assistant import triage, versions
from binome.assistant.habits import Habits
from binome.assistant.models import Habit, Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Act, Lane, Opening, Verdict
from binome.inbox import threads
from binome.inbox.models import SavedReply
from binome.kit import encoder
from binome.knowledge import finding
from binome.knowledge.finding import Asked
from binome.knowledge.models import Source
from binome.understanding import own
from binome.understanding.running import run_stages
from binome.understanding.services import reading_of

AT_ONCE = 100
"""Verdicts that are asked again in one go."""


@transaction.atomic
def void_what_leaned_on(sources: Sequence[int]) -> None:
    """Verdicts on an earlier revision of these entries, or on one that is no longer quoted, are no evidence any more."""
    for source in Source.objects.filter(pk__in=sources):
        rows = Verdict.objects.filter(workspace=source.workspace_id, source=source.pk, void="")
        if source.archived_at is None:
            rows = rows.filter(revision__lt=source.revision)
        autonomy.void(rows, "source_changed", ends=Opening.Why.ENTRIES)


@transaction.atomic
def void_what_quoted(saved_replies: Sequence[int]) -> None:
    """The same for prepared replies."""
    for saved in SavedReply.objects.filter(pk__in=saved_replies):
        quoting = Suggestion.objects.filter(saved_reply=saved)
        if saved.archived_at is None:
            quoting = quoting.filter(source_revision__lt=saved.revision)
        rows = Verdict.objects.filter(workspace=saved.workspace_id, suggestion__in=quoting.values("pk"), void="")
        autonomy.void(rows, "source_changed", ends=Opening.Why.ENTRIES)


Again = Callable[[Sequence[Verdict], Mapping[int, Suggestion]], Mapping[int, float]]
"""What a version says of judged cases: the confidence of those in which it would do the same, by verdict."""


@transaction.atomic
def rescore(limit: int = AT_ONCE) -> int:
    """Ask the answers of today again what others were judged on: where they are the same, the verdict counts with its new
    confidence; else it is void. How many were looked at."""
    lanes = Lane.objects.filter(act__in=(Act.ANSWER, Act.DRAFT))
    return _rescored(lanes, finding.version(), _answered_again, limit)


@transaction.atomic
def rescore_closing(limit: int = AT_ONCE) -> int:
    """The same for what tells that a conversation is over."""
    return _rescored(Lane.objects.filter(act=Act.CLOSE), versions.of_closing(), _closed_again, limit)


@transaction.atomic
def rescore_harm(limit: int = AT_ONCE) -> int:
    """The same for what tells of harm."""
    lanes = Lane.objects.filter(act__in=(Act.HIDE, Act.APPROVE))
    return _rescored(lanes, versions.of_harm(), _judged_again, limit)


@transaction.atomic
def rescore_habit(habit: Habit, limit: int = AT_ONCE) -> int:
    """The same for what was learned anew of a team, if it is what is in use."""
    if Habit.objects.filter(workspace=habit.workspace_id, act=habit.act, pk__gt=habit.pk).exists():
        return 0
    lanes = Lane.objects.filter(workspace=habit.workspace_id, act=habit.act)
    return _rescored(lanes, habit.version, partial(_told_again, habit), limit)


def _rescored(lanes: QuerySet[Lane], version: str, again: Again, limit: int) -> int:
    behind = Verdict.objects.filter(lane__in=lanes, void="").exclude(version=version)
    old = list(behind.select_for_update(skip_locked=True, of=("self",)).select_related("lane").order_by("pk")[:limit])
    known = Suggestion.objects.in_bulk([verdict.suggestion for verdict in old])
    asked = [one for one in old if one.suggestion in known and known[one.suggestion].why.get("question")]
    confidences = again(asked, known) if asked else {}
    same = [verdict for verdict in asked if verdict.pk in confidences]
    vectors: Any = encoder.encode([known[one.suggestion].why["question"] for one in same]) if same else []
    autonomy.rescore(
        {verdict.pk: (confidences[verdict.pk], vector) for verdict, vector in zip(same, vectors, strict=True)},
        gone=[verdict.pk for verdict in old if verdict.pk not in confidences],
        version=version,
    )
    if len(old) < limit:
        _weigh_those_that_are_through(lanes, {verdict.lane_id for verdict in old}, version)
    return len(old)


def _answered_again(asked: Sequence[Verdict], known: Mapping[int, Suggestion]) -> Mapping[int, float]:
    questions = [Asked(one.workspace_id, known[one.suggestion].why["question"], one.lane.language) for one in asked]
    found = zip(asked, finding.find(questions), strict=True)
    return {
        verdict.pk: answers[0].confidence
        for verdict, answers in found
        if answers and answers[0].source.pk == verdict.source
    }


def _told_again(habit: Habit, asked: Sequence[Verdict], known: Mapping[int, Suggestion]) -> Mapping[int, float]:
    texts = {one.pk: (one.workspace_id, known[one.suggestion].why["question"]) for one in asked}
    ours = {one.pk: known[one.suggestion].tag_id or known[one.suggestion].saved_reply_id for one in asked}
    told = Habits({(habit.workspace_id, habit.act): habit}).tell(habit.act, texts)
    return {pk: confidence for pk, (name, confidence) in told.items() if name == ours[pk]}


def _closed_again(asked: Sequence[Verdict], known: Mapping[int, Suggestion]) -> Mapping[int, float]:
    read = _read_again(asked, known, {versions.CLOSING})
    told = {pk: labels[versions.CLOSING] for pk, labels in read.items() if versions.CLOSING in labels}
    return {pk: confidence for pk, (label, confidence) in told.items() if label == "closing"}


def _judged_again(asked: Sequence[Verdict], known: Mapping[int, Suggestion]) -> Mapping[int, float]:
    read = _read_again(asked, known, triage.HARMS.keys())
    again = {}
    for verdict in asked:
        if verdict.pk in read:
            kind, chance, is_there = triage.harm_in(read[verdict.pk])
            if verdict.lane.act == Act.APPROVE and not is_there:
                again[verdict.pk] = round(1 - chance, 4)
            elif verdict.lane.act == Act.HIDE and is_there and kind == known[verdict.suggestion].text:
                again[verdict.pk] = chance
    return again


def _read_again(
    asked: Sequence[Verdict], known: Mapping[int, Suggestion], stages: Collection[str]
) -> dict[int, dict[str, tuple[str, float]]]:
    """What these stages say today of the judged messages, by verdict: {stage: (label, confidence)}."""
    taught = own.taught_in({one.workspace_id for one in asked})
    said = {one.message: one for one in threads.said([known[verdict.suggestion].message_id for verdict in asked])}
    there = [one for one in asked if known[one.suggestion].message_id in said]
    readings = [reading_of(said[known[one.suggestion].message_id], taught[one.workspace_id]) for one in there]
    read = run_stages(readings, stages) if readings else []
    return {
        verdict.pk: {stage: (told.label, told.confidence) for stage, told in one.annotations.items()}
        for verdict, one in zip(there, read, strict=True)
    }


def _weigh_those_that_are_through(lanes: QuerySet[Lane], looked_at: set[int], version: str) -> None:
    """Lanes whose verdicts are all of this version: is what they show still enough?"""
    behind = lanes.exclude(opening=None).exclude(opening__version=version)
    for lane in lanes.filter(Q(pk__in=looked_at) | Q(pk__in=behind.values("pk"))):
        if not Verdict.objects.filter(lane=lane, void="").exclude(version=version).exists():
            autonomy.weigh_again(lane, Opening.Why.VERSION, version)
