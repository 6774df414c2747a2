"""Cases as they are compared: the latest of each problem, and the vectors of their questions and answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db.models import Window
from django.db.models.functions import RowNumber

from binome.knowledge.memory import bulk
from binome.knowledge.memory.claims import claims
from binome.knowledge.memory.disagreeing import Given
from binome.knowledge.memory.models import Case, Reply, Wording
from binome.knowledge.memory.replacing import KINDS, Stated, stated

Vectors = Mapping[int, np.ndarray]


class Known(NamedTuple):
    """A case by its ids, with what was said. *at*: when it was answered."""

    id: int
    wording: int
    reply: int
    problem: int
    question: str
    answer: str
    author: str
    channel: str
    language: str
    at: datetime


_KNOWN = (
    "pk", "wording", "reply", "wording__problem", "wording__text", "reply__text", "author", "channel", "language", "answered_at",
)  # fmt: skip


def latest(problems: Collection[int], most: int) -> dict[int, list[Known]]:
    """Problem → so many of its cases, the latest first."""
    rank = Window(RowNumber(), partition_by="wording__problem", order_by=["-answered_at", "-pk"])
    ranked = Case.objects.filter(wording__problem__in=problems).annotate(rank=rank).filter(rank__lte=most)
    cases = Case.objects.filter(pk__in=ranked.values("pk")).order_by("-answered_at", "-pk")
    found: dict[int, list[Known]] = defaultdict(list)
    for row in bulk.select(cases.values_list(*_KNOWN)):
        known = Known(*row)
        found[known.problem].append(known)
    return found


def asked(rows: Iterable[Known]) -> Vectors:
    """Wording → its vector, for these cases."""
    ids, table = bulk.vectors(Wording.objects.filter(pk__in={row.wording for row in rows}), "vector")
    return dict(zip(ids.tolist(), table, strict=True))


def answered(rows: Iterable[Known]) -> Vectors:
    """Reply → its vector, for these cases."""
    ids, table = bulk.vectors(Reply.objects.filter(pk__in={row.reply for row in rows}), "vector")
    return dict(zip(ids.tolist(), table, strict=True))


def given(rows: Iterable[Known], questions: Vectors) -> list[Given]:
    """Cases as their answers are compared."""
    return [
        Given(row.id, row.question, row.answer, row.author, row.channel, row.at, questions[row.wording]) for row in rows
    ]


def commits(row: Known) -> bool:
    """Whether its answer says something that may be said otherwise later."""
    return not claims(row.answer).keys().isdisjoint(KINDS)


def statements(rows: Sequence[Known], questions: Vectors, answers: Vectors) -> list[Stated]:
    """Cases as they are stated."""
    return stated(given(rows, questions), [answers[row.reply] for row in rows])
