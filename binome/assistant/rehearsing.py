"""The time machine: a workspace's past run again, a slice at a time, by whichever worker is free."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from uuid import uuid4

import numpy as np
from django.db import transaction
from django.db.models import Q

from binome.assistant import pastcases
from binome.assistant.facts import RehearsalAsked, RehearsalDone
from binome.assistant.models import Rehearsal, RehearsedItem
from binome.autonomy.guarantee import Promise
from binome.autonomy.models import FAQ
from binome.autonomy.topics import ENOUGH
from binome.journal import services as journal
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge.models import Source
from binome.knowledge.rehearsing import Guess, Item, PastCase, Rules, Tally, report
from binome.knowledge.rehearsing import Rehearsal as Engine
from binome.workspaces.models import Workspace

SLICE = 100
"""Cases that are run in one go, so that nothing else waits for long."""

SILENT = timedelta(minutes=2)
"""After which another worker takes a rehearsal up."""

_ME = uuid4().hex


@dataclass
class _Running:
    """A rehearsal under way in this process: cases that another process has guessed are first caught up with."""

    engine: Engine
    tally: Tally
    cases: Iterator[PastCase]
    place: int = 0


_running: dict[int, _Running] = {}


@transaction.atomic
def ask(
    workspace: Workspace,
    *,
    actor: str,
    risk: float,
    doubt: float,
    since: datetime,
    vetoes: bool = True,
    mind: str = Rehearsal.Mind.LEARNING,
    language: str = "",
    topic: str = "",
) -> Rehearsal:
    """Have the past since an instant run again under a promise; of conversations in one *language*, or of all.

    Of one *topic* only what falls to it is shown: all of its language is run, for its lane follows that of the whole act.
    """
    Promise(risk, doubt)
    asked = Rehearsal.objects.create(
        workspace=workspace,
        by=actor,
        risk=risk,
        doubt=doubt,
        vetoes=vetoes,
        mind=Rehearsal.Mind(mind),
        language=language,
        topic=topic,
        since=since,
        until=clock.now(),
    )
    journal.record(RehearsalAsked(asked.pk), workspace_id=workspace.pk, actor=actor)
    return asked


def lanes_to_choose(workspace: Workspace) -> list[tuple[str, str]]:
    """Language and topic of the lanes that may grow, by name."""
    entries = finding.quotable(workspace.pk).filter(language__in=pastcases.LANGUAGES).exclude(topic__in=["", FAQ])
    return list(entries.order_by("language", "topic").values_list("language", "topic").distinct())


@transaction.atomic
def advance() -> int:
    """Run a slice of the rehearsal that has waited for longest; how many cases."""
    free = Q(state="waiting") | Q(state="running", runner=_ME) | Q(state="running", ran_at__lt=clock.now() - SILENT)
    rehearsals = Rehearsal.objects.select_for_update(skip_locked=True, of=("self",)).select_related("workspace")
    rehearsal = rehearsals.filter(free).order_by("pk").first()
    if rehearsal is None:
        return 0
    with ExitStack() as if_it_fails:
        if_it_fails.callback(_running.pop, rehearsal.pk, None)  # what was kept and what was run must go together
        running = _taken_up(rehearsal)
        cases = list(islice(running.cases, SLICE))
        if running.place < rehearsal.done_cases:
            _catch_up(rehearsal, running, cases)
        else:
            _run(rehearsal, running, cases)
        if len(cases) < SLICE:
            _finish(rehearsal, running)
        rehearsal.ran_at = clock.now()
        rehearsal.save()
        if_it_fails.pop_all()
    return max(len(cases), 1)


def _taken_up(rehearsal: Rehearsal) -> _Running:
    """The run as it stands in this process; what another has guessed still holds if nothing that it leans on has changed."""
    if rehearsal.runner == _ME and rehearsal.pk in _running:
        return _running[rehearsal.pk]
    quotable = list(finding.quotable(rehearsal.workspace_id).order_by("pk"))
    sources = [] if rehearsal.mind == Rehearsal.Mind.PAST else quotable
    topics = {str(source.pk): source.topic for source in quotable if source.topic not in ("", FAQ)}
    cases = pastcases.cases(rehearsal.workspace, rehearsal.since, rehearsal.until, language=rehearsal.language)
    basis = _basis(sources, cases, topics)
    if basis != rehearsal.basis:
        RehearsedItem.objects.filter(rehearsal=rehearsal).delete()
        rehearsal.done_cases, rehearsal.basis = 0, basis
    rules = Rules(
        Promise(rehearsal.risk, rehearsal.doubt), learns=rehearsal.mind != Rehearsal.Mind.ENTRIES, enough=ENOUGH
    )
    engine = Engine(rules, [finding.as_entry(source) for source in sources], topics=topics)
    running = _Running(engine, Tally(), iter(cases))
    rehearsal.state, rehearsal.runner, rehearsal.cases = Rehearsal.State.RUNNING, _ME, len(cases)
    _running[rehearsal.pk] = running
    return running


def _basis(sources: Sequence[Source], cases: Sequence[PastCase], topics: Mapping[str, str]) -> str:
    told = [
        finding.version(),
        [(one.pk, one.revision) for one in sources],
        [(one.id, one.answer) for one in cases],
        sorted(topics.items()),
    ]
    return sha256(repr(told).encode("utf-8", "replace")).hexdigest()


def _run(rehearsal: Rehearsal, running: _Running, cases: list[PastCase]) -> None:
    cases = pastcases.with_vetoes(cases) if rehearsal.vetoes else cases
    items = list(running.engine.run(cases))
    running.tally.add(_shown(rehearsal, items))
    sources = set(finding.quotable(rehearsal.workspace_id).values_list("pk", flat=True))
    rows = [_row(rehearsal, running.place + number, item, sources) for number, item in enumerate(items)]
    RehearsedItem.objects.bulk_create(rows)
    running.place += len(items)
    rehearsal.done_cases = running.place


def _catch_up(rehearsal: Rehearsal, running: _Running, cases: list[PastCase]) -> None:
    """These cases were guessed, and kept, before their run stopped."""
    until = running.place + len(cases)
    rows = rehearsal.items.filter(place__gte=running.place, place__lt=until).order_by("place")
    kept = list(rows.only("source_id", "given", "reason", "signs"))
    held = [
        replace(case, veto="" if row.reason in _DECIDED else row.reason) for case, row in zip(cases, kept, strict=True)
    ]
    guesses = [Guess(str(row.source_id or row.given) or None, np.array(row.signs)) for row in kept]
    running.tally.add(_shown(rehearsal, running.engine.catch_up(held, guesses)))
    running.place = until


def _shown(rehearsal: Rehearsal, items: Iterable[Item]) -> list[Item]:
    return [item for item in items if not rehearsal.topic or item.own_lane == rehearsal.lane]


_DECIDED = {"alone", "no_answer", "lane_shut", "unsure"}
"""Reasons of the engine itself; every other is a veto."""


def _row(rehearsal: Rehearsal, place: int, item: Item, sources: set[int]) -> RehearsedItem:
    given = item.given or ""
    source = int(given) if given.isdecimal() and int(given) in sources else None
    return RehearsedItem(
        rehearsal=rehearsal,
        message_id=int(item.case.id),
        place=place,
        lane=item.own_lane[:120],
        source_id=source,
        given="" if source else given,
        expected=item.case.said,
        confidence=item.confidence,
        alone=item.alone,
        wrong=item.alone and item.wrong,
        reason=item.reason[:40],
        signs=list(item.signs),
    )


def _finish(rehearsal: Rehearsal, running: _Running) -> None:
    told = report(running.engine, running.tally)
    rehearsal.state = Rehearsal.State.DONE
    rehearsal.report = {"overall": told["overall"], "lanes": told["lanes"]}
    if rehearsal.topic:
        led = (rehearsal.lane, rehearsal.lane.removesuffix(f" · {rehearsal.topic}"))
        rehearsal.report["lanes"] = [lane for lane in told["lanes"] if lane["lane"] in led]
        rehearsal.items.exclude(lane=rehearsal.lane).delete()
    rehearsal.items.update(signs=[])
    _running.pop(rehearsal.pk, None)
    overall = told["overall"]
    fact = RehearsalDone(rehearsal.pk, overall["cases"], overall["alone"], overall["wrong"])
    journal.record(fact, workspace_id=rehearsal.workspace_id)
