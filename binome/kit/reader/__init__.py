"""Reads messages: tone, irony, toxicity, spam, distress… by one small network, once a message for all that ask.

The parameters are read at the first call (about a second), not at import. Why this network: docs/decisions/0014.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from threading import Lock

from binome.kit.reader.engine import Message, Reader
from binome.kit.reader.insight import Insight

__all__ = ["Insight", "Message", "insights"]

_building = Lock()


def insights(messages: Sequence[Message]) -> list[Insight]:
    """What is made of each message, in order; the same message gives the same for as long as it is remembered.

    Any number of threads may call. Raises WeightsAltered at the first call if the parameters are not those expected.
    """
    with _building:
        reader = _reader()
    return reader(messages)


@cache
def _reader() -> Reader:
    return Reader()


def _start_afresh() -> None:
    """After a fork no other thread exists to release what it held: the child builds its own."""
    global _building
    _building = Lock()
    _reader.cache_clear()


os.register_at_fork(after_in_child=_start_afresh)
