"""Work that is found by looking: what is due, what was left half done. Each package keeps its own in `chores.py`.

A chore locks the rows it takes (`SKIP LOCKED`), does a little, and says how much it did; any number of workers may
call it. What is to be done is a state in a table, never a message in a queue, so it cannot be lost or done twice.
"""

from collections.abc import Callable

Chore = Callable[[], int]

chores: list[Chore] = []
"""In the order of the layers."""


def chore(work: Chore) -> Chore:
    """Have the function called by every worker, again and again."""
    chores.append(work)
    return work


errands: list[Chore] = []
"""Chores that wait for somebody else (a language model): done apart, so that they hold up nothing."""


def errand(work: Chore) -> Chore:
    """Have the function called by every worker too, in a thread of its own and outside of any transaction."""
    errands.append(work)
    return work


studies: list[Chore] = []
"""Chores that think for long and that nobody waits for (years of replies, lessons): done apart for the same reason."""


def study(work: Chore) -> Chore:
    """Have the function called by every worker too, in a thread of its own."""
    studies.append(work)
    return work
