"""Problems looked at anew after something changed: their title, how often they came, what contradicts, what is out of date."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from itertools import chain

import numpy as np
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from binome.kit import clock
from binome.kit.text import excerpt, fold
from binome.knowledge.memory import ageing, bulk, cases, disagreeing
from binome.knowledge.memory.ageing import Age
from binome.knowledge.memory.around import around
from binome.knowledge.memory.cases import Known, Vectors
from binome.knowledge.memory.disagreeing import Given
from binome.knowledge.memory.models import Case, DeadLink, Ground, Intake, Problem, Waiting
from binome.knowledge.memory.replacing import Change, Stated, replaced
from binome.workspaces.models import Membership

BATCH = 200
"""Problems looked at in one transaction."""

LATEST = 200
"""Cases of a problem that are compared, the latest first."""

SILENT = timedelta(days=180)
"""A colleague who is not in the team and has not answered for so long has left."""

CLEAR = range(3, 25)
"""Words that a question has when it is clear by itself, and not a letter."""

Changes = Mapping[int, Sequence[Change]]
"""Case → what it says that is said otherwise now."""

_CHANGES = (
    "id", "title", "language", "cases_number", "colleagues", "contradictions", "out_of_date", "last_asked_at", "looked_at",
)  # fmt: skip


@transaction.atomic
def look() -> int:
    """Look at the next problems of one workspace that changed; how many. Those that nobody asks any more are removed.

    Only once no file is being taken in and everything that waits has been learnt: a large problem would be looked at
    again and again. It holds the workspace's ground, as whoever learns does, so that they wait for each other rather
    than for single rows."""
    taking = Intake.objects.filter(state=Intake.State.RUNNING).values("workspace")
    changed = Problem.objects.filter(looked_at=None).exclude(workspace__in=Waiting.objects.values("workspace"))
    changed = changed.exclude(workspace__in=taking)
    free = Ground.objects.select_for_update(skip_locked=True)
    ground = free.filter(workspace__in=changed.values("workspace")).order_by("pk").first()
    if ground is None:
        return 0
    waiting = Problem.objects.filter(workspace=ground.workspace_id, looked_at=None)
    found = list(waiting.defer("mean").order_by("pk")[:BATCH])
    look_at(ground.workspace_id, found)
    ground.looks += 1
    ground.save(update_fields=["looks"])
    return len(found)


@transaction.atomic
def look_at(workspace: int, problems: Sequence[Problem]) -> None:
    """The same for these problems of a workspace."""
    found, numbers = cases.latest([one.pk for one in problems], LATEST), _number(problems)
    several = [row for rows in found.values() if len({row.reply for row in rows}) > 1 for row in rows]
    questions = cases.asked(row for row in chain(several, _committing(found)))
    changed = _changes(workspace, found, questions)
    gone, dead = _gone(workspace), set(DeadLink.objects.filter(workspace=workspace).values_list("address", flat=True))
    late: set[int] = set()
    for problem in problems:
        if problem.pk in found:
            problem.cases_number = numbers[problem.pk]
            late |= _describe(problem, found[problem.pk], questions, changed.get(problem.pk, {}), gone, dead)
    Problem.objects.filter(pk__in=[one.pk for one in problems if one.pk not in found]).delete()
    here = Case.objects.filter(wording__problem__in=[one.pk for one in problems])
    here.filter(out_of_date=True).exclude(pk__in=late).update(out_of_date=False)
    here.filter(out_of_date=False, pk__in=late).update(out_of_date=True)
    bulk.update(Problem, _CHANGES, (_row(one) for one in problems if one.pk in found))


def known(problem: Problem) -> list[Known]:
    """The latest cases of one problem."""
    return cases.latest([problem.pk], LATEST).get(problem.pk, [])


def ages_of(problem: Problem, rows: Sequence[Known]) -> dict[int, list[Age]]:
    """Case → why its answer is out of date, for those of a problem that are."""
    dead = set(DeadLink.objects.filter(workspace=problem.workspace_id).values_list("address", flat=True))
    questions = cases.asked(rows)
    changed = _changes(problem.workspace_id, {problem.pk: rows}, questions).get(problem.pk, {})
    return _ages(cases.given(rows, questions), changed, _gone(problem.workspace_id), dead)


def _changes(workspace: int, found: Mapping[int, Sequence[Known]], questions: Vectors) -> dict[int, Changes]:
    """Problem → case → what it says that is said otherwise now, by later answers of the matter or by an entry."""
    committing = _committing(found)
    if not committing:
        return {}
    owners, own = {row.id: row.problem for row in committing}, defaultdict[int, list[Stated]](list)
    for one in cases.statements(committing, questions, cases.answered(committing)):
        own[owners[one.given.id]].append(one)
    beside = around(workspace)
    ids, means = bulk.vectors(Problem.objects.filter(pk__in=list(own)), "mean")
    return {
        problem: replaced(own[problem], beside.others(problem, mean), beside.approved(mean))
        for problem, mean in zip(ids.tolist(), means, strict=True)
    }


def _committing(found: Mapping[int, Sequence[Known]]) -> list[Known]:
    return [row for rows in found.values() for row in rows if cases.commits(row)]


def _number(problems: Sequence[Problem]) -> dict[int, int]:
    """How many cases each problem has."""
    here = Case.objects.filter(wording__problem__in=[one.pk for one in problems]).order_by()
    return dict(here.values("wording__problem").annotate(number=Count("pk")).values_list("wording__problem", "number"))


def _describe(
    problem: Problem,
    rows: Sequence[Known],
    questions: Vectors,
    replaced: Changes,
    gone: Collection[str],
    dead: Collection[str],
) -> set[int]:
    """Say of a problem what its cases show; the cases whose answers are out of date."""
    several = len({row.reply for row in rows}) > 1
    compared = cases.given(rows, questions if several else defaultdict(lambda: np.zeros(0)))
    found = disagreeing.contradictions(compared) if several else []
    problem.language = Counter(row.language for row in rows).most_common(1)[0][0][:5]
    problem.title = excerpt(_title([row.question for row in rows if row.language[:5] == problem.language]), 280)
    problem.colleagues = len({row.author for row in rows if row.author})
    problem.contradictions = [asdict(one) for one in found]
    late = set(_ages(compared, replaced, gone, dead))
    problem.out_of_date = len(late)
    problem.last_asked_at, problem.looked_at = rows[0].at, clock.now()
    return late


def _row(problem: Problem) -> tuple[object, ...]:
    values = {name: getattr(problem, name) for name in _CHANGES}
    return tuple({**values, "contradictions": json.dumps(problem.contradictions)}.values())


def _title(texts: Sequence[str]) -> str:
    """Of the questions most often put in the same words, the shortest that is clear by itself."""
    often = Counter(texts)
    clear = [text for text in often if len(text.split()) in CLEAR] or list(often)
    return min(clear, key=lambda text: (-often[text], "?" not in text, len(text), text))


def _ages(
    compared: Sequence[Given], replaced: Changes, gone: Collection[str], dead: Collection[str]
) -> dict[int, list[Age]]:
    every = {one.id: ageing.ages(one, today=_today(), replaced=replaced, gone=gone, dead=dead) for one in compared}
    return {case: ages for case, ages in every.items() if ages}


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _gone(workspace: int) -> list[str]:
    """Colleagues of the past who answer no more and are not in the team."""
    here = {fold(name) for name in Membership.objects.filter(workspace=workspace).values_list("user__name", flat=True)}
    firsts = {name.split()[0] for name in here if name.split()}
    return [
        author
        for author, at in around(workspace).answered_last.items()
        if fold(author).split() and fold(author).split()[0] not in firsts and clock.now() - at > SILENT
    ]
