"""What people may do with the memory of replies: approve, set aside, merge, split, forget; and what conversations teach it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from pgvector.django import CosineDistance

from binome.inbox.models import Conversation, Message
from binome.journal import services as journal
from binome.knowledge import services as knowledge
from binome.knowledge.memory import bulk, looking
from binome.knowledge.memory.around import NEAR
from binome.knowledge.memory.facts import (
    AuthorForgotten,
    ProblemApproved,
    ProblemSetAside,
    ProblemsMerged,
    ProblemSplit,
)
from binome.knowledge.memory.gathering import WIDTH, Floats, joint
from binome.knowledge.memory.learning import as_array, stirred
from binome.knowledge.memory.models import Case, Ground, Line, Problem, Reply, Waiting, Wording
from binome.knowledge.memory.said import MEMBER, TEAM, Said
from binome.knowledge.memory.taking import asker_of, take, thread_of
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.workspaces.models import Workspace

INBOX = "inbox"

MATTER = 40
"""Problems that are looked at again when an entry of their matter changes, the nearest."""


class Impossible(ValueError):
    """This cannot be done with these problems."""


@transaction.atomic
def approve(problem: Problem, writing: Writing, *, actor: str) -> Source:
    """A person makes an entry of a problem: from then on it may be quoted."""
    source = knowledge.write_source(problem.workspace, writing, actor=actor, source=problem.source)
    Problem.objects.filter(pk=problem.pk).update(state=Problem.State.APPROVED, source=source)
    journal.record(ProblemApproved(problem.pk, source.pk), workspace_id=problem.workspace_id, actor=actor)
    return source


@transaction.atomic
def set_aside(problem: Problem, *, actor: str, aside: bool = True) -> None:
    """It needs no entry, and no suggestion leans on it (or it does again)."""
    state = Problem.State.ASIDE if aside else Problem.State.APPROVED if problem.source_id else Problem.State.OPEN
    Problem.objects.filter(pk=problem.pk).update(state=state)
    stirred(_ground(problem.workspace_id))
    journal.record(ProblemSetAside(problem.pk, aside), workspace_id=problem.workspace_id, actor=actor)


@transaction.atomic
def merge(problem: Problem, others: Sequence[Problem], *, actor: str) -> Problem:
    """They ask the same: all wordings go to the first."""
    if not others or any(one.workspace_id != problem.workspace_id or one.pk == problem.pk for one in others):
        raise Impossible(_("Choose other problems of the same community to merge with this one."))
    ground = _ground(problem.workspace_id)
    merged = [one.pk for one in others]
    Wording.objects.filter(problem__in=merged).update(problem=problem)
    if problem.source_id is None:
        approved = next((one for one in others if one.source_id), None)
        if approved:
            Problem.objects.filter(pk=problem.pk).update(source=approved.source_id, state=Problem.State.APPROVED)
    Problem.objects.filter(pk__in=merged).delete()
    _look_again(ground, [problem.pk])
    journal.record(ProblemsMerged(problem.pk, merged), workspace_id=problem.workspace_id, actor=actor)
    return problem


@transaction.atomic
def split(problem: Problem, wordings: Sequence[int], *, actor: str) -> Problem:
    """These wordings ask something else: they become a problem of their own."""
    ground = _ground(problem.workspace_id)
    moved = Wording.objects.filter(problem=problem, pk__in=wordings)
    if not moved or moved.count() == problem.wordings.count():
        raise Impossible(_("Choose some of the wordings, not all of them."))
    made = Problem.objects.create(workspace_id=problem.workspace_id, mean=[0.0] * WIDTH)
    Wording.objects.filter(pk__in=[one.pk for one in moved]).update(problem=made)
    _look_again(ground, [problem.pk, made.pk])
    journal.record(ProblemSplit(problem.pk, made.pk), workspace_id=problem.workspace_id, actor=actor)
    made.refresh_from_db()
    return made


@transaction.atomic
def hold_beside(sources: Sequence[int]) -> int:
    """These entries changed: the problems of their matter are looked at again, to see what they say otherwise. How many."""
    found: set[int] = set(Problem.objects.filter(source__in=sources).values_list("pk", flat=True))
    for source in Source.objects.filter(pk__in=sources):
        vectors = dict(source.passages.filter(part__in=["question", "answer"]).values_list("part", "vector"))
        if len(vectors) == 2 and Problem.objects.filter(workspace=source.workspace_id).exists():
            mean = joint(as_array([vectors["question"]]), as_array([vectors["answer"]]))[0]
            near = Problem.objects.filter(workspace=source.workspace_id).alias(far=CosineDistance("mean", mean))
            found |= set(near.filter(far__lte=1 - NEAR).order_by("far").values_list("pk", flat=True)[:MATTER])
    return Problem.objects.filter(pk__in=found, looked_at__isnull=False).update(looked_at=None)


@transaction.atomic
def remember(conversations: Sequence[int]) -> None:
    """Learn from these conversations of the inbox, as they are now."""
    found = Conversation.objects.filter(pk__in=conversations).select_related("workspace", "channel")
    for conversation in found:
        rows = conversation.messages.filter(deleted_at=None, automatic=False).exclude(text="").order_by("at", "pk")
        people = _between_people(rows.select_related("member", "operator", "delivery"))
        said = [_said(conversation, message) for message in people]
        if {one.by for one in said} == {MEMBER, TEAM}:
            said[-1] = replace(said[-1], closed=conversation.state == Conversation.State.CLOSED)
            take(conversation.workspace, INBOX, said)


@transaction.atomic
def forget_messages(messages: Sequence[int]) -> None:
    """Their authors took these back: their threads are learnt from anew, without them."""
    for workspace, pk in Message.objects.filter(pk__in=messages).values_list("workspace", "pk"):
        line = Line.objects.filter(workspace=workspace, key=bulk.uuid_of(workspace, INBOX, pk)).first()
        if line:
            _forget_cases(workspace, [line.thread])
            line.delete()
            Waiting.objects.bulk_create([Waiting(workspace_id=workspace, thread=line.thread)], ignore_conflicts=True)


@transaction.atomic
def forget_author(workspace: Workspace, *, names: Iterable[str] = (), members: Iterable[int] = (), actor: str) -> int:
    """Forget a member: every thread of the past in which they wrote, all that was learnt from it, and their words in entries.

    *names*: what they go by in exports (name, handle or address); *members*: their ids in the inbox. How many threads.
    """
    askers = [asker_of(workspace.pk, name) for name in names if name.strip()]
    members = list(members)
    askers += [asker_of(workspace.pk, f"member:{member}") for member in members]
    talks = Conversation.objects.filter(workspace=workspace, member__in=members).values_list("pk", flat=True)
    here = [thread_in_inbox(workspace.pk, pk) for pk in talks]  # their own lines may be gone already
    lines = Line.objects.filter(Q(asker__in=askers) | Q(thread__in=here), workspace=workspace)
    threads = list(lines.values_list("thread", flat=True).distinct())
    if threads:
        _forget_cases(workspace.pk, threads, actor=actor)
        Line.objects.filter(workspace=workspace, thread__in=threads).delete()
        Waiting.objects.filter(workspace=workspace, thread__in=threads).delete()
    journal.record(AuthorForgotten(len(threads)), workspace_id=workspace.pk, actor=actor)
    return len(threads)


def _forget_cases(workspace: int, threads: Sequence[UUID], actor: str = "system") -> None:
    """Remove what was learnt from threads, and every trace of questions that nobody else asked in the same words."""
    ground = _ground(workspace)
    cases = Case.objects.filter(workspace=workspace, thread__in=threads)
    touched, answers = set(cases.values_list("wording", flat=True)), set(cases.values_list("reply", flat=True))
    cases.delete()
    Reply.objects.filter(pk__in=answers, cases=None).delete()
    orphans = list(Wording.objects.filter(pk__in=touched, cases=None).values_list("pk", "text", "problem"))
    problems = set(Wording.objects.filter(pk__in=touched).values_list("problem", flat=True))
    Wording.objects.filter(pk__in=[pk for pk, _text, _problem in orphans]).delete()
    _take_out_of_entries([(text, problem) for _pk, text, problem in orphans], actor)
    _look_again(ground, sorted(problems))


def _take_out_of_entries(orphans: Sequence[tuple[str, int]], actor: str) -> None:
    """Entries that were made of these problems no longer hold these words as ways to ask."""
    problems = {problem for _text, problem in orphans}
    words = {" ".join(text.split()) for text, _problem in orphans}
    for source in Source.objects.filter(problems__in=problems).prefetch_related("channels").distinct():
        kept = [one for one in source.alternatives if " ".join(one.split()) not in words]
        if kept != source.alternatives:
            names = ("question", "answer", "language", "details", "topic", "url", "expires_on", "owner")
            fields = {name: getattr(source, name) for name in names}
            writing = Writing(**fields, alternatives=kept, channels=tuple(source.channels.all()))
            knowledge.write_source(source.workspace, writing, actor=actor, source=source)


def _look_again(ground: Ground, problems: Sequence[int]) -> None:
    """Problems whose wordings changed: their mean, then all that is said of them."""
    rows = list(Problem.objects.filter(pk__in=problems))
    for problem in rows:
        cases = Case.objects.filter(wording__problem=problem)
        if cases:
            questions = _middle(Wording, Counter(cases.values_list("wording", flat=True)))
            answers = _middle(Reply, Counter(cases.values_list("reply", flat=True)))
            problem.mean = _of_length_one(joint(questions[None], answers[None])[0])
    Problem.objects.bulk_update(rows, ["mean"])
    looking.look_at(ground.workspace_id, rows)
    stirred(ground)


def _middle(model: type[Wording] | type[Reply], often: Counter[int]) -> Floats:
    """The mean of vectors, each as often as it comes."""
    ids, vectors = bulk.vectors(model.objects.filter(pk__in=often), "vector")
    weights = np.array([often[pk] for pk in ids.tolist()], np.float32)
    middle: Floats = weights @ vectors / weights.sum()
    return middle


def _of_length_one(vector: Floats) -> list[float]:
    return [float(value) for value in vector / ((vector @ vector) ** 0.5 + 1e-9)]


def _ground(workspace: int) -> Ground:
    Ground.objects.get_or_create(workspace_id=workspace)
    return Ground.objects.select_for_update().get(workspace_id=workspace)


def _between_people(messages: Iterable[Message]) -> list[Message]:
    """What members and people of the team said to each other: the AI's own words teach nothing, and a question that it
    answered is left out with them, unless somebody of the team wrote something else right after."""
    kept: list[Message] = []
    answered = False
    for message in messages:
        if message.by == Message.By.AI:
            left = message.delivery is None or message.delivery.state not in ("cancelled", "failed")
            answered = answered or bool(message.sources and left)
            continue
        if answered and message.by == Message.By.MEMBER:
            while kept and kept[-1].by == Message.By.MEMBER:
                kept.pop()
        answered = False
        kept.append(message)
    return kept


def _said(conversation: Conversation, message: Message) -> Said:
    member = message.by == Message.By.MEMBER
    author = f"member:{message.member_id}" if member else str(message.operator or "")
    return Said(
        thread=str(conversation.pk), id=str(message.pk), at=message.at, by=MEMBER if member else TEAM, author=author,
        text=message.text, channel=conversation.channel.name[:60], language=conversation.language[:5],
    )  # fmt: skip


def thread_in_inbox(workspace: int, conversation: int) -> UUID:
    """The thread that a conversation is kept as."""
    return thread_of(workspace, INBOX, str(conversation))
