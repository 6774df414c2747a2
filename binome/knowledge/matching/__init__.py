"""Finds which approved answer fits a question, and how sure that is. Knows nothing of Django or the database."""

from binome.knowledge.matching.entries import Entry, EntryVectors, PreparedEntry, prepare, vectors_of
from binome.knowledge.matching.matcher import Matcher
from binome.knowledge.matching.scoring import DEFAULT_STRICTNESS, Match, score_shortlist
from binome.knowledge.matching.statistics import CollectionStatistics

__all__ = [
    "DEFAULT_STRICTNESS",
    "CollectionStatistics",
    "Entry",
    "EntryVectors",
    "Match",
    "Matcher",
    "PreparedEntry",
    "prepare",
    "score_shortlist",
    "vectors_of",
]
