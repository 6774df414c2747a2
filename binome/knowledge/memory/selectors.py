"""What may be asked of the memory of replies."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Length
from pgvector.django import CosineDistance

from binome.accounts.models import User
from binome.kit import clock
from binome.kit.text import fold
from binome.knowledge.memory import bulk, cases, disagreeing, looking, speech
from binome.knowledge.memory.ageing import Age
from binome.knowledge.memory.claims import as_dates
from binome.knowledge.memory.disagreeing import Contradiction
from binome.knowledge.memory.models import Case, Ground, Intake, Line, Problem, Reply, Waiting, Wording
from binome.knowledge.memory.pairing import Outcome
from binome.knowledge.memory.recalling import Recall, Remembered
from binome.knowledge.memory.weighing import Solution, Use, solutions
from binome.workspaces.models import Workspace

SEARCHED = 16_000
"""Wordings that a process keeps in memory for one workspace (some 70 MB): those of the problems that came most often."""

KEPT = 4
"""Workspaces whose memory a process keeps at hand."""

NEAR_ENOUGH = 0.45
"""Below this cosine a past question has nothing to do with a new one, and is not shown."""

WORDINGS = 60
"""Ways to put a problem that its page shows, the most frequent first."""

COMPARED = 60
"""Answers of a problem that are laid side by side, the latest first."""


@dataclass(frozen=True)
class PastCase:
    """A case that a suggestion may lean on. *likeness*: of its question with the new one, at most 1."""

    case: int
    problem: int
    thread: UUID
    question: str
    answer: str
    author: str
    channel: str
    language: str
    answered_at: datetime
    likeness: float
    outcome: Outcome
    out_of_date: bool
    approved: int | None
    """The entry that a person made of its problem, if any."""

    def as_kept(self) -> dict[str, Any]:
        """Enough to find it again, even after its thread was learnt anew, and none of its words: they can be forgotten."""
        at = self.answered_at.isoformat()
        return {"case": self.case, "thread": str(self.thread), "answered_at": at, "likeness": round(self.likeness, 4)}


@dataclass(frozen=True)
class Examined:
    """A problem with all that a person needs to decide on it."""

    problem: Problem
    solutions: Sequence[Solution]
    contradictions: Sequence[Contradiction]
    ages: Mapping[int, Sequence[Age]]
    wordings: Sequence[Wording]
    cases: int


@dataclass(frozen=True)
class Numbers:
    """What the memory holds."""

    messages: int
    problems: int
    contradicting: int
    out_of_date: int
    approved: int
    waiting: int


def past_cases(workspace: Workspace, text: str, limit: int = 3) -> list[PastCase]:
    """The cases of the past that a new question resembles most, one of each problem; what is set aside is left out."""
    return past_cases_of(workspace.pk, [text], limit)[0]


def past_cases_of(workspace: int, texts: Sequence[str], limit: int = 3) -> list[list[PastCase]]:
    """The same for several questions."""
    asked = [speech.compared(text) for text in texts]
    told = [text for text in asked if text]
    found = iter(_recall(workspace).best(told, limit) if told else [])
    near = [[one for one in next(found) if one.likeness >= NEAR_ENOUGH] if text else [] for text in asked]
    known = {case.pk: case for case in _cases(Q(pk__in={one.id for its in near for one in its}))}
    return [[_past_case(known[one.id], one.problem, one.likeness) for one in its if one.id in known] for its in near]


def cases_kept(workspace: int, kept: Sequence[Mapping[str, Any]]) -> list[PastCase]:
    """Cases that were told before (`PastCase.as_kept`), as far as they are still remembered; their problem as it is now."""
    rows = _cases(Q(workspace=workspace, thread__in=[one["thread"] for one in kept])) if kept else []
    found = {(str(case.thread), case.answered_at.isoformat()): case for case in rows}
    pairs = [(found.get((one["thread"], one["answered_at"])), one) for one in kept]
    return [_past_case(case, case.wording.problem_id, one["likeness"]) for case, one in pairs if case]


def problems(workspace: Workspace, *, show: str = "", words: str = "") -> QuerySet[Problem]:
    """The problems, those with contradictions first, then by how often they came. *show*: contradictions, out-of-date, approved, aside."""
    found = Problem.objects.filter(workspace=workspace, looked_at__isnull=False).defer("mean")
    found = found.filter(_SHOWN.get(show, Q(state="open")))
    for word in fold(words).split()[:8]:
        found = found.filter(Q(title__icontains=word) | Q(wordings__text__icontains=word)).distinct()
    contested = Q(contradictions__0__isnull=False)
    return found.annotate(contested=Count("pk", filter=contested)).order_by(
        F("contested").desc(), "-cases_number", "-last_asked_at", "-pk"
    )


_SHOWN = {
    "contradictions": Q(state="open", contradictions__0__isnull=False),
    "out-of-date": Q(state="open", out_of_date__gt=0),
    "approved": Q(state="approved"),
    "aside": Q(state="aside"),
}


def numbers(workspace: Workspace) -> Numbers:
    """How much is remembered, and what wants a person."""
    here = Problem.objects.filter(workspace=workspace, looked_at__isnull=False)
    counts = here.aggregate(
        problems=Count("pk", filter=Q(state="open")),
        contradicting=Count("pk", filter=_SHOWN["contradictions"]),
        out_of_date=Count("pk", filter=_SHOWN["out-of-date"]),
        approved=Count("pk", filter=Q(state="approved")),
    )
    waiting = Waiting.objects.filter(workspace=workspace).count()
    return Numbers(messages=Line.objects.filter(workspace=workspace).count(), waiting=waiting, **counts)


def problem_in(workspace: Workspace, pk: int) -> Problem | None:
    """One problem of the workspace, or None."""
    return Problem.objects.select_related("source").filter(workspace=workspace, pk=pk).first()


def examined(problem: Problem) -> Examined:
    """Its answers side by side, with what came of them, what contradicts and what is out of date."""
    rows = looking.known(problem)
    compared = cases.given(rows, cases.asked(rows))
    found = disagreeing.contradictions(compared)
    ages = looking.ages_of(problem, rows)
    outcomes, answers = _outcomes([row.id for row in rows[:COMPARED]]), cases.answered(rows[:COMPARED])
    uses = [
        Use(row.id, row.answer, row.at, row.author, row.channel, outcomes[row.id], answers[row.reply], row.id in ages)
        for row in rows[:COMPARED]
    ]
    texts = problem.wordings.defer("vector").annotate(often=Count("cases"), size=Length("text"))
    put = list(texts.order_by("-often", "size", "pk")[:WORDINGS])
    return Examined(problem, solutions(uses), found, ages, put, problem.cases_number)


def similar(problem: Problem, most: int = 5) -> list[Problem]:
    """Other problems that are nearest: candidates for a merge."""
    others = Problem.objects.filter(workspace=problem.workspace_id, looked_at__isnull=False).exclude(pk=problem.pk)
    return list(others.defer("mean").order_by(CosineDistance("mean", problem.mean))[:most])


def draft_answer(problem: Problem, case: int | None = None) -> str:
    """The answer that an entry may begin with: that of the case chosen, else the best; without its greeting."""
    its = Case.objects.filter(wording__problem=problem).select_related("reply")
    chosen = its.filter(pk=case).first() if case else None
    if chosen is None:
        best = examined(problem).solutions
        return speech.without_greeting(best[0].best.answer) if best else ""
    return speech.without_greeting(chosen.reply.text)


def alternatives_for(problem: Problem, most: int = 8) -> list[str]:
    """Ways to put it that may go into an entry: different enough, short, and without what looks like personal data."""
    chosen: list[str] = []
    rows = problem.wordings.annotate(often=Count("cases")).order_by("-often", "pk")[:100]
    for wording in rows:
        text = " ".join(wording.text.split())
        if 2 < len(text.split()) <= 30 and not _tells_of_somebody(text) and text != problem.title:
            chosen.append(text)
    return chosen[:most]


def owner_for(problem: Problem) -> User | None:
    """The colleague who answered it most often, if still in the team."""
    authors = Case.objects.filter(wording__problem=problem).exclude(author="").values_list("author", flat=True)
    often = authors.annotate(number=Count("pk")).order_by("-number", "author")
    people = User.objects.filter(memberships__workspace=problem.workspace_id)
    named = {fold(person.name).split()[0]: person for person in people.order_by("-pk") if person.name.split()}
    return next((named[first] for name in often if (first := (fold(name).split() or [""])[0]) in named), None)


def expiry_for(answer: str) -> date | None:
    """Until when an answer may hold: the last day that it names, if that is still to come."""
    named = [day for day in as_dates(answer, clock.now()) if day >= clock.now().date()]
    return max(named, default=None)


def intakes_open(workspace: Workspace) -> QuerySet[Intake]:
    """Files that are read, wait for somebody, or are being taken in."""
    return Intake.objects.filter(workspace=workspace, state__in=["reading", "preview", "running"]).order_by("-pk")


def _tells_of_somebody(text: str) -> bool:
    return "@" in text or sum(character.isdigit() for character in text) >= 5


def _outcomes(cases: Sequence[int]) -> dict[int, Outcome]:
    rows = Case.objects.filter(pk__in=cases).values_list(
        "pk", "thanked", "closed", "edited", "again", "complained", "reopened"
    )
    return {pk: Outcome(*signs) for pk, *signs in rows}


def _cases(which: Q) -> list[Case]:
    rows = Case.objects.filter(which).select_related("wording__problem", "reply")
    return list(rows.defer("wording__vector", "wording__problem__mean", "reply__vector"))


def learning() -> QuerySet[Any]:
    """Workspaces whose memory has threads left to learn from."""
    return Waiting.objects.values("workspace")


def _past_case(case: Case, problem: int, likeness: float) -> PastCase:
    signs = Outcome(case.thanked, case.closed, case.edited, case.again, case.complained, case.reopened)
    return PastCase(
        case=case.pk, problem=problem, thread=case.thread, question=case.wording.text, answer=case.reply.text,
        author=case.author, channel=case.channel, language=case.language, answered_at=case.answered_at,
        likeness=min(1.0, likeness), outcome=signs, out_of_date=case.out_of_date,
        approved=case.wording.problem.source_id,
    )  # fmt: skip


_ready: OrderedDict[int, tuple[tuple[int, int], Recall]] = OrderedDict()
_making = Lock()


def _recall(workspace: int) -> Recall:
    """The memory ready to be asked, as it is at this moment; made anew when it has changed."""
    state = Ground.objects.filter(workspace=workspace).values_list("revision", "looks").first() or (0, 0)
    with _making:
        known = _ready.pop(workspace, None)
        if known is None or known[0] != state:
            known = (state, _made(workspace))
        _ready[workspace] = known
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    return known[1]


def _made(workspace: int) -> Recall:
    """From the latest case of each wording, those of the problems that came most often."""
    every = Case.objects.filter(workspace=workspace).exclude(wording__problem__state="aside")
    latest = every.order_by("wording", "-answered_at", "-pk").distinct("wording").values("pk")
    often = Case.objects.filter(pk__in=latest).order_by("-wording__problem__cases_number", "-answered_at", "-pk")
    rows = bulk.select(often.values_list(*_SEARCHED)[:SEARCHED])
    newest = max((row[3] for row in rows), default=None)
    remembered = [
        Remembered(pk, problem, question, (newest - at).days / 365, late, Outcome(*signs).weight)
        for pk, problem, question, at, late, *signs in (row[:-3] for row in rows)
    ]
    questions = _in_order(Wording, [row[-3] for row in rows])
    answers = _in_order(Reply, [row[-2] for row in rows])
    return Recall(remembered, questions, answers, [row[-1] for row in rows])


def _in_order(model: type[Wording] | type[Reply], ids: Sequence[int]) -> np.ndarray:
    """The vectors of these rows, one for each id given."""
    found, table = bulk.vectors(model.objects.filter(pk__in=set(ids)), "vector")
    order = np.argsort(found)
    vectors: np.ndarray = table[order[np.searchsorted(found, ids, sorter=order)]]
    return vectors


_SEARCHED = (
    "pk", "wording__problem", "wording__text", "answered_at", "out_of_date", "thanked", "closed", "edited", "again",
    "complained", "reopened", "wording", "reply", "reply__text",
)  # fmt: skip
