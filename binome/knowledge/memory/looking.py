"""Problems looked at anew after something changed: their title, how often they came, what contradicts, what is out of date."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, Max, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from binome.kit import clock
from binome.kit.text import excerpt, fold
from binome.knowledge.memory import ageing, bulk, disagreeing
from binome.knowledge.memory.ageing import Age
from binome.knowledge.memory.around import STATED, around, statements
from binome.knowledge.memory.claims import claims
from binome.knowledge.memory.disagreeing import Given
from binome.knowledge.memory.gathering import WIDTH
from binome.knowledge.memory.learning import as_array
from binome.knowledge.memory.models import Case, DeadLink, Ground, Problem, Waiting, Wording
from binome.knowledge.memory.replacing import KINDS, Change, Stated, replaced
from binome.workspaces.models import Membership

BATCH = 400
"""Problems looked at in one transaction."""

LATEST = 200
"""Cases of a problem that are compared, the latest first."""

SILENT = timedelta(days=180)
"""A colleague who is not in the team and has not answered for so long has left."""

CLEAR = range(3, 25)
"""Words that a question has when it is clear by itself, and not a letter."""

_CHANGES = (
    "id", "title", "language", "cases_number", "colleagues", "contradictions", "out_of_date", "last_asked_at", "looked_at",
)  # fmt: skip
_KNOWN = (
    "pk", "wording", "wording__problem", "wording__text", "reply__text", "author", "channel", "language", "answered_at",
)  # fmt: skip


@transaction.atomic
def look() -> int:
    """Look at the next problems of one workspace that changed; how many. Those that nobody asks any more are removed.

    Only once everything that waits has been learnt: a large problem would be looked at again and again. It holds the
    workspace's ground, as whoever learns does, so that they wait for each other rather than for single rows."""
    changed = Problem.objects.filter(looked_at=None).exclude(workspace__in=Waiting.objects.values("workspace"))
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
    cases, numbers = _cases(problems), _number(problems)
    changed = _changes(workspace, cases)
    gone, dead = _gone(workspace), set(DeadLink.objects.filter(workspace=workspace).values_list("address", flat=True))
    late: set[int] = set()
    for problem in problems:
        if problem.pk in cases:
            problem.cases_number = numbers[problem.pk]
            late |= _describe(problem, cases[problem.pk], changed.get(problem.pk, {}), gone, dead)
    Problem.objects.filter(pk__in=[one.pk for one in problems if one.pk not in cases]).delete()
    here = Case.objects.filter(wording__problem__in=[one.pk for one in problems])
    here.filter(out_of_date=True).exclude(pk__in=late).update(out_of_date=False)
    here.filter(out_of_date=False, pk__in=late).update(out_of_date=True)
    bulk.update(Problem, _CHANGES, (_row(one) for one in problems if one.pk in cases))


def given(rows: Sequence[tuple[Any, ...]], vectors: Mapping[int, np.ndarray]) -> list[Given]:
    """Cases as they are compared."""
    return [
        Given(pk, text, answer, author, channel, at, vectors[wording])
        for pk, wording, _problem, text, answer, author, channel, _language, at in rows
    ]


def known(problem: Problem) -> list[tuple[Any, ...]]:
    """The latest cases of one problem."""
    return _cases([problem]).get(problem.pk, [])


def vectors_of(rows: Sequence[tuple[Any, ...]]) -> dict[int, np.ndarray]:
    """The vectors of these cases' wordings."""
    stored = dict(Wording.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "vector"))
    return dict(zip(stored, as_array(stored.values()), strict=True))


def ages_of(problem: Problem, rows: Sequence[tuple[Any, ...]]) -> dict[int, list[Age]]:
    """Case → why its answer is out of date, for those of a problem that are."""
    dead = set(DeadLink.objects.filter(workspace=problem.workspace_id).values_list("address", flat=True))
    changed = _changes(problem.workspace_id, {problem.pk: rows}).get(problem.pk, {})
    return _ages(given(rows, vectors_of(rows)), changed, _gone(problem.workspace_id), dead)


def _changes(workspace: int, cases: Mapping[int, Sequence[tuple[Any, ...]]]) -> dict[int, dict[int, list[Change]]]:
    """Problem → case → what it says that is said otherwise now, by later answers of the matter or by an entry."""
    owners = {row[0]: problem for problem, rows in cases.items() for row in rows if _commits(row[4])}
    if not owners:
        return {}
    own: dict[int, list[Stated]] = defaultdict(list)
    for one in statements(list(Case.objects.filter(pk__in=owners).values_list(*STATED))):
        own[owners[one.given.id]].append(one)
    beside, means = around(workspace), Problem.objects.filter(pk__in=list(own)).values_list("pk", "mean")
    found = {}
    for problem, mean in means:
        near = as_array([mean], WIDTH)[0]
        found[problem] = replaced(own[problem], beside.others(problem, near), beside.approved(near))
    return found


def _commits(answer: str) -> bool:
    return not claims(answer).keys().isdisjoint(KINDS)


def _cases(problems: Sequence[Problem]) -> dict[int, list[tuple[Any, ...]]]:
    """The latest cases of each problem, the latest first."""
    rank = Window(RowNumber(), partition_by="wording__problem", order_by=["-answered_at", "-pk"])
    rows = Case.objects.filter(wording__problem__in=[one.pk for one in problems]).annotate(rank=rank)
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows.filter(rank__lte=LATEST).order_by("rank").values_list(*_KNOWN):
        found[row[2]].append(row)
    return found


def _number(problems: Sequence[Problem]) -> dict[int, int]:
    """How many cases each problem has."""
    cases = Case.objects.filter(wording__problem__in=[one.pk for one in problems]).order_by()
    return dict(cases.values("wording__problem").annotate(number=Count("pk")).values_list("wording__problem", "number"))


def _describe(
    problem: Problem,
    rows: Sequence[tuple[Any, ...]],
    replaced: Mapping[int, Sequence[Change]],
    gone: Collection[str],
    dead: Collection[str],
) -> set[int]:
    """Say of a problem what its cases show; the cases whose answers are out of date."""
    several = len({row[4] for row in rows}) > 1
    compared = given(rows, vectors_of(rows)) if several else given(rows, defaultdict(lambda: np.zeros(0)))
    found = disagreeing.contradictions(compared) if several else []
    problem.language = Counter(row[7] for row in rows).most_common(1)[0][0][:5]
    problem.title = excerpt(_title([row[3] for row in rows if row[7][:5] == problem.language]), 280)
    problem.colleagues = len({row[5] for row in rows if row[5]})
    problem.contradictions = [asdict(one) for one in found]
    late = set(_ages(compared, replaced, gone, dead))
    problem.out_of_date = len(late)
    problem.last_asked_at, problem.looked_at = rows[0][8], clock.now()
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
    compared: Sequence[Given], replaced: Mapping[int, Sequence[Change]], gone: Collection[str], dead: Collection[str]
) -> dict[int, list[Age]]:
    every = {one.id: ageing.ages(one, today=_today(), replaced=replaced, gone=gone, dead=dead) for one in compared}
    return {case: ages for case, ages in every.items() if ages}


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _gone(workspace: int) -> list[str]:
    """Colleagues of the past who answer no more and are not in the team."""
    here = {fold(name) for name in Membership.objects.filter(workspace=workspace).values_list("user__name", flat=True)}
    firsts = {name.split()[0] for name in here if name.split()}
    last = Case.objects.filter(workspace=workspace).exclude(author="").values("author").annotate(at=Max("answered_at"))
    return [
        row["author"]
        for row in last
        if fold(row["author"]).split()
        and fold(row["author"]).split()[0] not in firsts
        and clock.now() - row["at"] > SILENT
    ]
