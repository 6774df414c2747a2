"""Who takes years of replies in dies again and again, or is not alone: nothing is lost, nothing is there twice."""

from typing import Any

import pytest
from django.db.models import Sum

from binome.knowledge.memory import learning, looking, taking
from binome.knowledge.memory.models import Case, Intake, Line, Problem, Waiting
from binome.workspaces.models import Workspace
from evals.memory_sets import HISTORY
from tests import community
from tests.workers import kill, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)

RUN = """
import threading
from binome.console import loops
from binome.knowledge.memory import learning, looking, taking
taking.READ, taking.PART, learning.THREADS, looking.BATCH = 200, 50, 20, 3
loops.run_studies(threading.Event())
"""
MESSAGES = 600


def test_a_file_is_taken_in_whole_and_once_however_often_the_worker_dies(tmp_path):
    past = tmp_path / "past.jsonl"
    past.write_text("".join(HISTORY.read_text("utf-8").splitlines(keepends=True)[:MESSAGES]), "utf-8")
    undisturbed, place = community.workspace(language="fr"), community.workspace(language="fr")
    confirm(prepare(undisturbed, past))
    while taking.advance() or learning.learn() or looking.look():
        pass

    intake = prepare(place, past, read=False)
    with worker(RUN) as first:
        wait_until(lambda: now(intake).counts.get("messages", 0), 60)
        kill(first)
    with worker(RUN) as second:
        wait_until(lambda: now(intake).state == "preview", 60)
        confirm(intake)
        wait_until(lambda: Case.objects.filter(workspace=place).count() > 40, 60)
        kill(second)
    assert 0 < now(intake).taken < MESSAGES
    assert not Problem.objects.filter(workspace=place, looked_at__isnull=False).exists()
    with worker(RUN) as third:
        wait_until(lambda: Problem.objects.filter(workspace=place, looked_at__isnull=False).exists(), 120)
        kill(third)
    assert Problem.objects.filter(workspace=place, looked_at=None).exists()
    with worker(RUN), worker(RUN):
        wait_until(lambda: not Problem.objects.filter(workspace=place, looked_at=None).exists(), 60)

    assert (now(intake).state, now(intake).taken, now(intake).counts["new"]) == ("done", MESSAGES, MESSAGES)
    assert not Waiting.objects.exists()
    assert said(place) == said(undisturbed)
    assert told(place) == told(undisturbed)
    assert Problem.objects.filter(workspace=place).aggregate(n=Sum("cases_number"))["n"] == len(told(place))


def prepare(place: Workspace, past: Any, read: bool = True) -> Intake:
    with past.open("rb") as content:
        intake = taking.prepare(place, past.name, content, actor="test")
    while read and taking.read_through():
        pass
    return intake


def confirm(intake: Intake) -> None:
    taking.confirm(now(intake))


def now(intake: Intake) -> Intake:
    return Intake.objects.get(pk=intake.pk)


def said(place: Workspace) -> list[Any]:
    return sorted(Line.objects.filter(workspace=place).values_list("at", "text", "author"))


def told(place: Workspace) -> list[Any]:
    cases = Case.objects.filter(workspace=place)
    return sorted(
        cases.values_list("asked_at", "wording__text", "reply__text", "author", "thanked", "again", "reopened")
    )
