"""The mix of topics in which cases come: how many of each came lately, and what its moving does to evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from binome.autonomy.guarantee import MixShift, coin, mix_shift, thinned, unjudged
from binome.autonomy.models import Lane, Seen, Verdict
from binome.kit import clock

NOW, USUAL = 7, 28
"""Days whose cases are those of now, and days before them whose cases are the usual ones."""


@dataclass(frozen=True)
class Discount:
    """Evidence whose topics are not those of now: the verdicts that count, of how many, and the share never judged."""

    counted: Sequence[tuple[float, float]]
    verdicts: int
    unjudged: float
    shift: MixShift

    def as_dict(self) -> dict[str, Any]:
        return {
            "counted": len(self.counted),
            "verdicts": self.verdicts,
            "unjudged": round(self.unjudged, 4),
            "distance": round(self.shift.distance, 4),
        }


def note_seen(cases: Mapping[tuple[int, str], int]) -> None:
    """So many cases came today, by lane and topic; always in the same order, so that no two workers wait for each other."""
    today = clock.now().date()
    rows = [(lane, today, topic[:80], number) for (lane, topic), number in sorted(cases.items())]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_ADDED, rows)


_ADDED = """
    INSERT INTO autonomy_seen AS here (lane_id, day, topic, number) VALUES (%s, %s, %s, %s)
    ON CONFLICT (lane_id, day, topic) DO UPDATE SET number = here.number + excluded.number
"""


def shift_of(family: Sequence[int]) -> MixShift:
    """Whether the topics of these days are another mix than those of the weeks before."""
    return mix_shift(_seen(family, NOW + USUAL, NOW), _seen(family, NOW, -1))


def discount(lane: Lane, family: Sequence[int], rows: QuerySet[Verdict]) -> Discount | None:
    """What is left of a lane's evidence where its topics are not those of now; None where they are."""
    now = _seen(family, NOW, -1)
    if not now:
        return None
    judged: dict[str, int] = dict(rows.order_by().values_list("topic").annotate(Count("pk")))
    shift = mix_shift(judged, now)
    if not shift.moved:
        return None
    chances, told = thinned(judged, now), rows.values_list("pk", "topic", "confidence", "wrong")
    counted = [(sure, float(wrong)) for pk, topic, sure, wrong in told if coin(f"{lane.pk}:{pk}") < chances[topic]]
    return Discount(counted, sum(judged.values()), unjudged(judged, now), shift)


def _seen(family: Sequence[int], since: int, until: int) -> dict[str, int]:
    """How many cases of each topic came from *since* days ago on, up to *until* days ago."""
    today = clock.now().date()
    rows = Seen.objects.filter(lane__in=family, day__gt=today - timedelta(days=since))
    rows = rows.filter(day__lte=today - timedelta(days=until))
    return dict(rows.values_list("topic").annotate(Sum("number")))
