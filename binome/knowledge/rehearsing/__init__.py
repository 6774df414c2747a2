"""A past run again as if the AI had been on: case after case, decided before what people did is looked at.

Pure: no Django, no database. The command `binome rehearse` and the time machine feed it cases and read its items.
"""

from binome.knowledge.rehearsing.engine import Item, Lanes, Rehearsal, Rules, again
from binome.knowledge.rehearsing.history import PastCase, core_of, identity_of
from binome.knowledge.rehearsing.lane import RehearsedLane
from binome.knowledge.rehearsing.learner import Guess
from binome.knowledge.rehearsing.report import Tally, report

__all__ = [
    "Guess",
    "Item",
    "Lanes",
    "PastCase",
    "Rehearsal",
    "RehearsedLane",
    "Rules",
    "Tally",
    "again",
    "core_of",
    "identity_of",
    "report",
]
