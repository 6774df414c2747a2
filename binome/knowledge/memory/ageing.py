"""Answers that were right once: a day that has passed, a price or delay that changed since, somebody who left, a dead page."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from binome.kit.text import fold
from binome.knowledge.memory.claims import as_dates, links
from binome.knowledge.memory.disagreeing import Given
from binome.knowledge.memory.replacing import Change


@dataclass(frozen=True, slots=True)
class Age:
    """Why an answer is out of date. *kind*: date, changed, person or link; *what* was said, *now*: what is said since."""

    kind: str
    what: str
    now: str = ""


def ages(
    given: Given,
    *,
    today: date,
    replaced: Mapping[int, Sequence[Change]],
    gone: Collection[str] = (),
    dead: Collection[str] = (),
) -> list[Age]:
    """All that is out of date in an answer. *gone*: names of people who left; *dead*: addresses found dead."""
    found = [Age("date", day.isoformat()) for day in _passed(given, today)[-1:]]
    found += [Age("changed", one.older, one.newer) for one in replaced.get(given.id, ())]
    found += [Age("person", name) for name in gone if _names(given, name)]
    found += [Age("link", link) for link in links(given.answer) if link in dead]
    return found


def _passed(given: Given, today: date) -> list[date]:
    """The days that it names, if all of them have passed: "from 1 to 12 May" still holds on the 10th."""
    named = sorted(as_dates(given.answer, given.at))
    return named if named and named[-1] < today else []


def _names(given: Given, name: str) -> bool:
    """Whether an answer sends people to somebody; whoever only signs their own answer does not count."""
    first = fold(name).split()[0] if name.split() else ""
    if len(first) < 3:
        return False
    body = fold(given.answer)
    if first not in body:
        return False
    if fold(given.author).split()[:1] == [first]:
        body = (
            "\n".join(body.splitlines()[:-1])
            if "\n" in body.strip()
            else re.sub(rf"[\s,.!–—-]*{re.escape(first)}\W*$", "", body)
        )
    return re.search(rf"\b{re.escape(first)}\b", body) is not None
