"""Which approved answer fits a question: the matching engine, over a workspace's entries as they are now."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from django.db.models import Count, Max, QuerySet

from binome.kit import encoder
from binome.knowledge.matching import Entry, EntryVectors, Match, Matcher
from binome.knowledge.models import Passage, Source

KEPT = 16
"""Collections that one process keeps ready; the least used goes first."""

SHOWN = 5
"""How many sources are told for a question."""


@dataclass(frozen=True)
class Asked:
    """A question, and where it was asked."""

    workspace_id: int
    text: str
    language: str
    channel_id: int | None = None


@dataclass(frozen=True)
class Answer:
    """A source that may answer, the probability that it is right, and what speaks for it."""

    source: Source
    confidence: float
    why: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"source": self.source.pk, "revision": self.source.revision, "confidence": self.confidence, **self.why}


def find(questions: Sequence[Asked]) -> list[list[Answer]]:
    """For each question the sources that may answer it, the likeliest first; [] when nothing comes near."""
    found: dict[int, list[Answer]] = {}
    for workspace_id in {asked.workspace_id for asked in questions}:
        positions = [i for i, asked in enumerate(questions) if asked.workspace_id == workspace_id]
        here = [questions[i] for i in positions]
        found |= dict(zip(positions, _find_in(workspace_id, here), strict=True))
    return [found[i] for i in range(len(questions))]


def threshold(strictness: float) -> float:
    """The confidence from which an answer may be given alone, at this strictness (0 to 1).

    Confidences are calibrated, so strictness is simply the probability of being right that is asked for."""
    return strictness


def versions() -> dict[str, str]:
    """What decided, to replay it."""
    return {"encoder": encoder.VERSION}


def _find_in(workspace_id: int, questions: Sequence[Asked]) -> list[list[Answer]]:
    matches = _matcher(workspace_id).answer([asked.text for asked in questions])
    ids = {int(pk) for match in matches for pk, _confidence in match.ranking}
    sources = {source.pk: source for source in quotable(workspace_id).filter(pk__in=ids).prefetch_related("channels")}
    return [_answers(asked, match, sources) for asked, match in zip(questions, matches, strict=True)]


def _answers(asked: Asked, match: Match, sources: dict[int, Source]) -> list[Answer]:
    """The ranking as sources that may be quoted on this channel (out-of-date ones included: the operator is told)."""
    ranked = [(sources[int(pk)], confidence) for pk, confidence in match.ranking if int(pk) in sources]
    here = [(source, confidence) for source, confidence in ranked if _may_be_quoted(source, asked.channel_id)]
    return [
        Answer(source, confidence, _why(match) if str(source.pk) == match.entry_id else {})
        for source, confidence in here[:SHOWN]
    ]


def _may_be_quoted(source: Source, channel_id: int | None) -> bool:
    channels = {channel.pk for channel in source.channels.all()}
    return not channels or channel_id is None or channel_id in channels


def _why(match: Match) -> dict[str, Any]:
    return {
        "part": match.matched_field, "matched": match.matched_text, "similar": match.similar,
        "words": match.common_words, "signals": match.signals,
    }  # fmt: skip


def quotable(workspace_id: int) -> QuerySet[Source]:
    """What may be quoted in a workspace."""
    return Source.objects.filter(workspace_id=workspace_id, archived_at=None)


_ready: OrderedDict[int, tuple[object, Matcher]] = OrderedDict()
_making = Lock()


def _matcher(workspace_id: int) -> Matcher:
    """The engine over the entries as they are at this moment; made anew when any of them has changed."""
    state = quotable(workspace_id).aggregate(number=Count("pk"), changed=Max("updated_at"), last=Max("pk"))
    key = tuple(state.values())
    with _making:
        known = _ready.pop(workspace_id, None)
        if known is None or known[0] != key:
            known = (key, _made(workspace_id))
        _ready[workspace_id] = known
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    return known[1]


def _made(workspace_id: int) -> Matcher:
    """The engine, from the vectors that are already stored."""
    sources = list(quotable(workspace_id).order_by("pk"))
    vectors: dict[int, dict[str, list[np.ndarray]]] = {}
    rows = Passage.objects.filter(source__in=sources, encoder=encoder.VERSION).order_by("pk")
    for source, part, vector in rows.values_list("source", "part", "vector").iterator(2000):
        vectors.setdefault(source, {}).setdefault(part, []).append(np.asarray(vector, np.float32))
    entries = [as_entry(source) for source in sources]
    return Matcher(entries, [_vectors(entry, vectors.get(int(entry.id), {})) for entry in entries])


def as_entry(source: Source) -> Entry:
    """A source as the engine knows it."""
    answer = f"{source.answer} {source.details}".strip()
    return Entry(str(source.pk), source.question, answer, source.language, tuple(source.alternatives))


def _vectors(entry: Entry, stored: dict[str, list[np.ndarray]]) -> EntryVectors:
    texts = [*stored.get("question", []), *stored.get("alternative", [])]
    short, answer = stored.get("short", []), stored.get("answer", [])
    if len(texts) != len(entry.texts) or not short or not answer:  # made with another encoder: until it is reindexed
        return _encoded(entry)
    return EntryVectors(np.stack(texts), short[0], answer[0])


def _encoded(entry: Entry) -> EntryVectors:
    made = encoder.encode([*entry.texts, entry.short_answer, entry.head])
    return EntryVectors(made[:-2], made[-2], made[-1])
