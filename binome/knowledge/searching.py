"""Looking entries up in PostgreSQL: by meaning (pgvector) and by words (full text), the two rankings fused."""

from collections.abc import Iterable, Sequence

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Max, Min, QuerySet
from pgvector.django import CosineDistance

from binome.kit import encoder
from binome.kit.text import fold
from binome.knowledge.models import Passage, Source

DEPTH = 60
"""How far down each ranking is read."""

RRF = 60
"""The constant of reciprocal-rank fusion (Cormack, Clarke & Büttcher 2009)."""


def search(sources: QuerySet[Source], text: str, limit: int = 30) -> list[Source]:
    """The entries among *sources* that come nearest to these words, in French or English, accents aside."""
    rankings = [_by_meaning(sources, text), _by_words(sources, text)]
    best = _fused(rankings)[:limit]
    found = {source.pk: source for source in sources.filter(pk__in=best)}
    return [found[pk] for pk in best if pk in found]


def _by_meaning(sources: QuerySet[Source], text: str) -> list[int]:
    vector = encoder.encode([text])[0]
    passages = Passage.objects.filter(source__in=sources, encoder=encoder.VERSION).values("source")
    rows = passages.annotate(distance=Min(CosineDistance("vector", vector))).order_by("distance", "source")
    return [row["source"] for row in rows[:DEPTH]]


def _by_words(sources: QuerySet[Source], text: str) -> list[int]:
    words = [word for word in fold(text).replace("'", " ").split() if len(word) > 2 and word.isalnum()][:30]
    if not words:
        return []
    query = _any_of(words)
    passages = Passage.objects.filter(source__in=sources, search=query).values("source")
    rows = passages.annotate(rank=Max(SearchRank(F("search"), query))).order_by("-rank", "source")
    return [row["source"] for row in rows[:DEPTH]]


def _any_of(words: Sequence[str]) -> SearchQuery:
    """Any of these words, by their French or their English stem."""
    query = SearchQuery(words[0], config="french") | SearchQuery(words[0], config="english")
    for word in words[1:]:
        query |= SearchQuery(word, config="french") | SearchQuery(word, config="english")
    return query


def _fused(rankings: Iterable[Sequence[int]]) -> list[int]:
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, pk in enumerate(ranking, start=1):
            scores[pk] = scores.get(pk, 0.0) + 1 / (RRF + rank)
    return sorted(scores, key=lambda pk: (-scores[pk], pk))
