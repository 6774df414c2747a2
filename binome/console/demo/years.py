"""Eighteen months of exchanges of the demo community, moved so that they end just before now."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from binome.accounts.models import User
from binome.kit import clock
from binome.knowledge.memory.reading import rows
from binome.knowledge.memory.said import TEAM, Said

FILE = Path(__file__).parent / "history.jsonl"

END = datetime(2026, 11, 1, tzinfo=UTC)
"""The day on which what the demo's entries say is true."""

GONE = {"gaspard": "Gaspard"}
"""Who answered then and is not in the team any more."""


def exchanges(people: Mapping[str, User]) -> Iterator[Said]:
    """Its messages, by whole weeks later or earlier, so that a Saturday remains one; colleagues by their names."""
    weeks = timedelta(weeks=(clock.now() - END).days // 7)
    for number, line in enumerate(FILE.read_text("utf-8").splitlines(), start=1):
        for said in rows.message(json.loads(line), number):
            moved = replace(said, at=said.at + weeks)
            yield replace(moved, author=_name(said.author, people)) if said.by == TEAM else moved


def _name(key: str, people: Mapping[str, User]) -> str:
    return people[key].name if key in people else GONE.get(key, key.title())
