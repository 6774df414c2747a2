"""Which approved answer fits a question: a shortlist from PostgreSQL, then the matching engine's judgement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Min, Q, QuerySet
from pgvector.django import CosineDistance

from binome.kit import encoder
from binome.kit.text import fold
from binome.knowledge.models import Passage, Source

SHORTLIST = 20


@dataclass(frozen=True)
class Asked:
    """A question, and where it was asked."""

    workspace_id: int
    text: str
    language: str
    channel_id: int | None = None


@dataclass(frozen=True)
class Answer:
    """A source that may answer, how likely it is right, and what speaks for it."""

    source: Source
    confidence: float
    why: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"source": self.source.pk, "revision": self.source.revision, "confidence": self.confidence, **self.why}


def find(questions: Sequence[Asked], limit: int = 5) -> list[list[Answer]]:
    """For each question the sources that may answer it, the likeliest first; [] when nothing comes near."""
    if not questions:
        return []
    vectors = encoder.encode([asked.text for asked in questions])
    return [_answers(asked, vector, limit) for asked, vector in zip(questions, vectors, strict=True)]


def threshold(strictness: float) -> float:
    """The confidence from which an answer may be given alone, at this strictness (0 to 1)."""
    return strictness


def versions() -> dict[str, str]:
    """What decided, to replay it."""
    return {"encoder": encoder.VERSION}


def _answers(asked: Asked, vector: np.ndarray, limit: int) -> list[Answer]:
    sources = _quotable(asked)
    near = _nearest(asked, vector, sources)
    ids = {**near, **_worded(asked, sources)}
    rows = {source.pk: source for source in Source.objects.filter(pk__in=ids)}
    ranked = sorted(rows.values(), key=lambda source: near.get(source.pk, 1.0))
    return [Answer(source, max(0.0, 1.0 - near.get(source.pk, 1.0))) for source in ranked[:limit]]


def _quotable(asked: Asked) -> QuerySet[Source]:
    """What may be quoted on this channel (out-of-date entries included: the operator is told)."""
    here = Q(channels=None) | Q(channels=asked.channel_id)
    return Source.objects.filter(here, workspace_id=asked.workspace_id, archived_at=None)


def _nearest(asked: Asked, vector: np.ndarray, sources: QuerySet[Source]) -> dict[int, float]:
    """Sources by the distance of their nearest passage."""
    passages = Passage.objects.filter(workspace_id=asked.workspace_id, source__in=sources).values("source")
    rows = passages.annotate(distance=Min(CosineDistance("vector", vector))).order_by("distance")[:SHORTLIST]
    return {row["source"]: row["distance"] for row in rows}


def _worded(asked: Asked, sources: QuerySet[Source]) -> dict[int, float]:
    """Sources that share words (by their French or English stems, accents aside), the rarest first."""
    words = [word for word in fold(asked.text).split() if len(word) > 2][:40]
    if not words:
        return {}
    query = SearchQuery(words[0], config="french") | SearchQuery(words[0], config="english")
    for word in words[1:]:
        query |= SearchQuery(word, config="french") | SearchQuery(word, config="english")
    passages = Passage.objects.filter(workspace_id=asked.workspace_id, source__in=sources, search=query)
    rows = passages.annotate(rank=SearchRank(F("search"), query)).order_by("-rank").values_list("source", "rank")
    return {source: 1.0 for source, _rank in rows[: SHORTLIST * 2]}
