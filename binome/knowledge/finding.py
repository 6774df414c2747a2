"""Which approved answer fits a question: the matching engine, over a workspace's entries as they are now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from binome.kit import encoder
from binome.knowledge import engines
from binome.knowledge.engines import as_entry, quotable
from binome.knowledge.matching import Match, judgement
from binome.knowledge.models import Source

__all__ = ["Answer", "Asked", "as_entry", "find", "quotable", "threshold", "version", "versions"]

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
    return {"encoder": encoder.VERSION, "judgement": judgement.SHA256[:12]}


def version() -> str:
    """The same in one word: evidence gathered with another one is asked again, or void."""
    return in_one_word(versions())


def in_one_word(versions: Mapping[str, str]) -> str:
    """What decided, as evidence names it."""
    return ";".join(f"{name}={value}" for name, value in sorted(versions.items()))


def _find_in(workspace_id: int, questions: Sequence[Asked]) -> list[list[Answer]]:
    texts = [asked.text for asked in questions]
    engine = engines.engine(workspace_id)
    matches = engine.matcher.answer(texts)
    if engine.is_behind and _touched(matches, engines.written_since(workspace_id, engine)):
        matches = engines.engine(workspace_id, up_to_date=True).matcher.answer(texts)
    ids = {int(pk) for match in matches for pk, _confidence in match.ranking}
    rows = quotable(workspace_id).filter(pk__in=ids).select_related("workspace").prefetch_related("channels")
    sources = {source.pk: source for source in rows}
    return [_answers(asked, match, sources) for asked, match in zip(questions, matches, strict=True)]


def _touched(matches: Sequence[Match], written: Collection[int]) -> bool:
    """Whether one of these entries has been written since it was compared: what was found may no longer be what it says."""
    return any(int(pk) in written for match in matches for pk, _confidence in match.ranking[:SHOWN])


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
