"""From threads to problems: pairs are made, each different question encoded once, and gathered with those that ask the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from binome.kit import encoder
from binome.kit.text import fold
from binome.knowledge.matching.language import language_of
from binome.knowledge.memory import bulk, speech
from binome.knowledge.memory.gathering import Gatherer, joint
from binome.knowledge.memory.models import Case, Ground, Line, Problem, Reply, Waiting, Wording
from binome.knowledge.memory.pairing import Pair, pairs_of
from binome.knowledge.memory.said import Said

THREADS = 2_000
"""Threads learnt from in one transaction."""

KEPT = 4
"""Workspaces whose problems a process keeps at hand while it learns."""

_SAID = ("thread", "key", "at", "by", "author", "text", "channel", "language", "closed", "edited_from")
_PROBLEM = (
    "id", "workspace", "title", "language", "mean", "cases_number", "colleagues", "contradictions", "out_of_date", "state",
)  # fmt: skip
_CASE = (
    "workspace", "wording", "reply", "thread", "author", "channel", "language", "asked_at", "answered_at",
    "thanked", "closed", "edited", "again", "complained", "reopened", "out_of_date",
)  # fmt: skip

_gatherers: dict[int, tuple[int, Gatherer]] = {}


@dataclass(frozen=True, slots=True)
class Learnt:
    """A pair, and the way in which its question was put."""

    pair: Pair
    thread: UUID
    digest: UUID
    text: str
    said: UUID
    """The digest of the answer."""


def digest_of(question: str) -> UUID:
    """The same for questions that differ only by courtesies, case, accents and spaces."""
    return bulk.uuid_of(fold(speech.without_courtesies(question)).strip(" ?.!"))


@transaction.atomic
def learn() -> int:
    """Learn from the next threads of one workspace; how many."""
    ground = _ground()
    if ground is None:
        return 0
    waiting = dict(
        Waiting.objects.filter(workspace=ground.workspace_id).order_by("pk").values_list("pk", "thread")[:THREADS]
    )
    threads = list(waiting.values())
    _forget_cases(threads)
    _remember(ground, _pairs(threads))
    Waiting.objects.filter(pk__in=list(waiting)).delete()
    return len(waiting)


def stirred(ground: Ground) -> None:
    """Note that the memory is another than before: what processes keep of it at hand is made anew."""
    ground.revision += 1
    ground.save(update_fields=["revision"])


def _ground() -> Ground | None:
    found = Ground.objects.select_for_update(skip_locked=True).filter(workspace__in=Waiting.objects.values("workspace"))
    return found.order_by("pk").first()


def _pairs(threads: Sequence[UUID]) -> list[Learnt]:
    said: dict[UUID, list[Said]] = defaultdict(list)
    for thread, key, *rest in bulk.select(Line.objects.filter(thread__in=threads).values_list(*_SAID)):
        at, by, author, text, channel, language, closed, edited_from = rest
        said[thread].append(Said(str(thread), str(key), at, by, author, text, channel, language, closed, edited_from))
    found = []
    for thread, messages in said.items():
        for pair in pairs_of(messages):
            text = speech.without_courtesies(pair.question)
            found.append(Learnt(pair, thread, digest_of(pair.question), text, bulk.uuid_of(pair.answer)))
    return sorted(found, key=lambda one: (one.pair.asked_at, one.digest))


def _forget_cases(threads: Sequence[UUID]) -> None:
    """What was learnt from these threads before; what nobody asks or answers any more goes with it."""
    old = Case.objects.filter(thread__in=threads)
    touched = set(old.values_list("wording", "wording__problem", "reply"))
    if touched:
        old.delete()
        Wording.objects.filter(pk__in={wording for wording, _problem, _reply in touched}, cases=None).delete()
        Reply.objects.filter(pk__in={reply for _wording, _problem, reply in touched}, cases=None).delete()
        Problem.objects.filter(pk__in={problem for _wording, problem, _reply in touched}).update(looked_at=None)


def _remember(ground: Ground, learnt: Sequence[Learnt]) -> None:
    workspace = ground.workspace_id
    answers = _replies(workspace, learnt)
    wordings = _known(Wording, workspace, [one.digest for one in learnt])
    gatherer = _gatherer(ground)
    stirred(ground)
    fresh = list({one.digest: one for one in learnt if one.digest not in wordings}.values())
    if fresh:
        wordings |= _new_wordings(workspace, fresh, gatherer, answers)
    bulk.insert(Case, _CASE, (_case(workspace, one, wordings[one.digest], answers[one.said]) for one in learnt))
    problems = Wording.objects.filter(pk__in=set(wordings.values())).values("problem")
    Problem.objects.filter(pk__in=problems, looked_at__isnull=False).update(looked_at=None)
    transaction.on_commit(lambda: _keep(workspace, ground.revision, gatherer))


def _replies(workspace: int, learnt: Sequence[Learnt]) -> dict[UUID, int]:
    """The answers given, each with its id; those that are new are encoded and entered."""
    texts = {one.said: one.pair.answer for one in learnt}
    found = _known(Reply, workspace, texts)
    fresh = [digest for digest in texts if digest not in found]
    vectors = encoder.encode([speech.compared(texts[digest]) for digest in fresh])
    ids = bulk.new_ids(Reply, len(fresh))
    new = zip(ids, fresh, vectors, strict=True)
    bulk.insert(
        Reply, ("id", "workspace", "digest", "text", "vector"), ((pk, workspace, one, texts[one], its) for pk, one, its in new)
    )  # fmt: skip
    return found | dict(zip(fresh, ids, strict=True))


def _known(model: type[Wording] | type[Reply], workspace: int, digests: Iterable[UUID]) -> dict[UUID, int]:
    found = model.objects.filter(workspace=workspace, digest__in=set(digests))
    return dict(bulk.select(found.values_list("digest", "pk")))


def _new_wordings(
    workspace: int, fresh: Sequence[Learnt], gatherer: Gatherer, answers: Mapping[UUID, int]
) -> dict[UUID, int]:
    """Encode them, gather them, and enter those problems and wordings that are new."""
    vectors = encoder.encode([one.text[: speech.READ] for one in fresh])
    before = gatherer.number
    said = {answers[one.said] for one in fresh}
    replies, table = bulk.vectors(Reply.objects.filter(pk__in=said), "vector")
    place_of = {pk: place for place, pk in enumerate(replies.tolist())}
    places = gatherer.gather(joint(vectors, table[[place_of[answers[one.said]] for one in fresh]]))
    begun = range(before, gatherer.number)
    gatherer.ids[before : gatherer.number] = bulk.new_ids(Problem, len(begun))
    bulk.insert(
        Problem, _PROBLEM, (_problem(workspace, int(gatherer.ids[place]), gatherer.mean(place)) for place in begun)
    )
    joined = sorted(set(places) - set(begun))
    bulk.update(Problem, ("id", "mean"), ((int(gatherer.ids[place]), gatherer.mean(place)) for place in joined))
    ids = bulk.new_ids(Wording, len(fresh))
    rows = zip(ids, fresh, places, vectors, strict=True)
    bulk.insert(
        Wording,
        ("id", "workspace", "problem", "digest", "text", "vector"),
        ((pk, workspace, int(gatherer.ids[place]), one.digest, one.text, vector) for pk, one, place, vector in rows),
    )
    return {one.digest: pk for one, pk in zip(fresh, ids, strict=True)}


def _problem(workspace: int, pk: int, mean: np.ndarray) -> tuple[object, ...]:
    """A problem of which nothing is said yet."""
    return (pk, workspace, "", "", mean, 0, 0, "[]", 0, "open")


def _case(workspace: int, one: Learnt, wording: int, reply: int) -> tuple[object, ...]:
    pair, what = one.pair, one.pair.outcome
    language = pair.language or language_of(pair.question, "")
    return (
        workspace, wording, reply, one.thread, pair.author, pair.channel, language, pair.asked_at,
        pair.answered_at, what.thanked, what.closed, what.edited, what.again, what.complained, what.reopened, False,
    )  # fmt: skip


def _gatherer(ground: Ground) -> Gatherer:
    kept = _gatherers.pop(ground.workspace_id, None)
    if kept is not None and kept[0] == ground.revision:
        return kept[1]
    problems = Problem.objects.filter(workspace=ground.workspace_id)
    ids, means = bulk.vectors(problems, "mean")
    order, numbers = np.argsort(ids), dict(problems.values_list("pk", "cases_number"))
    return Gatherer(ids[order].tolist(), means[order], [max(1, numbers[pk]) for pk in ids[order].tolist()])


def _keep(workspace: int, revision: int, gatherer: Gatherer) -> None:
    _gatherers[workspace] = (revision, gatherer)
    while len(_gatherers) > KEPT:
        _gatherers.pop(next(iter(_gatherers)))


def as_array(vectors: Iterable[Any], width: int = encoder.DIMENSIONS) -> np.ndarray:
    """Vectors as PostgreSQL gives them, as one table of floats."""
    rows = [vector.to_numpy() if hasattr(vector, "to_numpy") else vector for vector in vectors]
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, width), np.float32)
