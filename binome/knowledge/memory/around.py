"""What is stated beside a problem: by the problems nearest to it among those that come most often, and by approved entries."""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db.models import Count, Max

from binome.kit import encoder
from binome.knowledge.engines import quotable
from binome.knowledge.memory import bulk, cases
from binome.knowledge.memory.disagreeing import Given
from binome.knowledge.memory.gathering import WIDTH, Floats, joint
from binome.knowledge.memory.learning import as_array
from binome.knowledge.memory.models import Case, Ground, Problem
from binome.knowledge.memory.replacing import Stated, stated
from binome.knowledge.models import Passage

FREQUENT, EACH = 500, 40
"""Problems whose answers are held beside others', and how many of each: the latest."""

NEIGHBOURS, NEAR = 6, 0.3
"""Problems that a problem is held beside, and how near their means must be."""

KEPT = 4
"""Workspaces of which a process keeps what is stated."""


@dataclass(frozen=True)
class Around:
    """What is stated in a workspace's most frequent problems, by their means, and in its entries; when each colleague answered last."""

    ids: Sequence[int] = ()
    means: Floats = field(default_factory=lambda: np.zeros((0, WIDTH), np.float32))
    cases: dict[int, list[Stated]] = field(default_factory=dict)
    entries: Sequence[Stated] = ()
    entry_vectors: Floats = field(default_factory=lambda: np.zeros((0, WIDTH), np.float32))
    answered_last: Mapping[str, datetime] = field(default_factory=dict)

    def others(self, problem: int, mean: Floats) -> list[Stated]:
        """What is stated in the neighbours of a problem."""
        if not self.ids:
            return []
        near = self.means @ mean
        best = [int(place) for place in np.argsort(-near)[: NEIGHBOURS + 1] if near[place] >= NEAR]
        return [one for place in best if self.ids[place] != problem for one in self.cases.get(self.ids[place], [])]

    def approved(self, mean: Floats) -> list[Stated]:
        """What the entries of its matter state."""
        if not len(self.entries):
            return []
        near = self.entry_vectors @ mean
        return [self.entries[place] for place in np.argsort(-near)[:NEIGHBOURS] if near[place] >= NEAR]


_ready: OrderedDict[int, tuple[object, Around]] = OrderedDict()


def around(workspace: int) -> Around:
    """The same as long as nothing was learnt and no entry was written since."""
    revision = Ground.objects.filter(workspace=workspace).values_list("revision", flat=True).first()
    state = (revision, tuple(quotable(workspace).aggregate(Max("updated_at"), Count("pk")).values()))
    known = _ready.pop(workspace, None)
    if known is None or known[0] != state:
        known = (state, _made(workspace))
    _ready[workspace] = known
    while len(_ready) > KEPT:
        _ready.popitem(last=False)
    return known[1]


def _made(workspace: int) -> Around:
    counted = Case.objects.filter(workspace=workspace).values("wording__problem").annotate(number=Count("pk"))
    often = [row["wording__problem"] for row in counted.order_by("-number", "wording__problem")[:FREQUENT]]
    rows = [row for its in cases.latest(often, EACH).values() for row in its if cases.commits(row)]
    owners, stated_in = {row.id: row.problem for row in rows}, defaultdict[int, list[Stated]](list)
    for one in cases.statements(rows, cases.asked(rows), cases.answered(rows)):
        stated_in[owners[one.given.id]].append(one)
    ids, means = bulk.vectors(Problem.objects.filter(pk__in=list(stated_in)), "mean")
    entries = _entries(workspace)
    vectors = [joint(one.given.vector[None], one.answered[None])[0] for one in entries]
    return Around(ids.tolist(), means, dict(stated_in), entries, as_array(vectors, WIDTH), _answered_last(workspace))


def _answered_last(workspace: int) -> dict[str, datetime]:
    signed = (
        Case.objects.filter(workspace=workspace).exclude(author="").values("author").annotate(at=Max("answered_at"))
    )
    return dict(signed.values_list("author", "at"))


def _entries(workspace: int) -> list[Stated]:
    """What may be quoted, as if it were said now; by negative ids, for it is no case."""
    sources = {source.pk: source for source in quotable(workspace)}
    passages = Passage.objects.filter(source__in=sources, encoder=encoder.VERSION, part__in=["question", "answer"])
    parts: dict[int, dict[str, np.ndarray]] = defaultdict(dict)
    for source, part, vector in passages.order_by("-pk").values_list("source", "part", "vector"):
        parts[source][part] = as_array([vector])[0]
    whole = {pk: its for pk, its in parts.items() if len(its) == 2}
    given = [
        Given(-pk, sources[pk].question, sources[pk].answer, "", "", sources[pk].updated_at, its["question"])
        for pk, its in whole.items()
    ]
    return stated(given, [its["answer"] for its in whole.values()])
