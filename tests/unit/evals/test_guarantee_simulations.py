"""A small part of the simulations, with fixed seeds: the promise holds, and the fast form is the package's."""

import numpy as np
import pytest

from binome.autonomy.guarantee import Opening, Promise, Watch, exact, interval
from evals.guarantee import RISKS, floor, missing, open_world, several
from evals.guarantee_lanes import NEVER, open_lanes, place_thresholds, told_where, watch_lanes
from evals.guarantee_worlds import at_the_limit, just_above, worlds

PROMISE = Promise(0.05, 0.1)


def test_many_lanes_at_once_open_as_one_lane_does():
    random, world = np.random.default_rng(1), worlds()[1]
    thresholds = place_thresholds(PROMISE, world.draw(random, (12, 300)))
    sure, wrong = world.cases(random, (12, 600))
    fast = open_lanes(PROMISE, thresholds, sure, wrong)
    for lane in range(12):
        slow = Opening(PROMISE, thresholds[lane].tolist())
        opened_at = NEVER
        for verdict, (confidence, loss) in enumerate(zip(sure[lane], wrong[lane], strict=True), start=1):
            slow.add(float(confidence), float(loss))
            if slow.threshold is not None and opened_at == NEVER:
                opened_at = verdict
        assert fast.opened_at[lane] == opened_at
        assert slow.threshold is None if np.isnan(fast.threshold[lane]) else slow.threshold == fast.threshold[lane]


def test_many_lanes_at_once_are_closed_as_one_lane_is():
    wrong = np.random.default_rng(2).random((10, 200)) < 0.15
    fast = watch_lanes(PROMISE, wrong)
    for lane in range(10):
        watch = Watch(PROMISE)
        closed = [audit for audit, loss in enumerate(wrong[lane], start=1) if watch.audited(float(loss)).closed]
        assert fast[lane] == (closed[0] if closed else NEVER)


@pytest.mark.parametrize("risk", RISKS)
def test_lanes_at_or_above_the_risk_open_as_rarely_as_promised_however_often_one_looks(risk):
    for place, world in enumerate((at_the_limit(risk), just_above(risk))):
        row = open_world(world, world.truth(), Promise(risk, 0.1), 300, seed=place, verdicts=600)
        assert interval(row["broken"], row["of"], 0.001)[0] <= 0.1


def test_a_rule_of_thumb_breaks_what_the_guarantee_keeps():
    world = next(world for world in worlds() if world.name == "over-confident")
    row = open_world(world, world.truth(), Promise(0.1, 0.05), 200, seed=0)
    assert row["broken"] <= 0.05 * 200
    assert row["above 0.9: broken"] == 200


def test_well_separated_lanes_reach_most_of_what_an_oracle_would():
    world = worlds()[0]
    row = open_world(world, world.truth(), Promise(0.05, 0.05), 200, seed=0)
    assert row["coverage"] > 0.85 * row["oracle"]


def test_the_promise_for_several_lanes_together_holds_when_its_doubt_is_shared():
    rows = several(100)
    assert all(interval(row["broken"], row["of"], 0.001)[0] <= 0.05 for row in rows if "of" in row)


def test_verdicts_that_stay_out_because_of_what_they_would_say_must_count_as_wrong():
    at_random, left_out, counted = missing(400)
    assert interval(at_random["broken"], 400, 0.001)[0] <= 0.05
    assert left_out["broken"] > 0.5 * 400
    assert counted["broken"] == 0


def test_without_mistake_opening_at_every_look_takes_few_cases_more_than_a_single_look():
    assert all(row["0 mistakes"] < 1.4 * row["a single look"] for row in floor(0))


def test_who_is_told_where_to_test_opens_as_often_as_simulated():
    truth, random = worlds()[3].truth(), np.random.default_rng(4)
    allowed = [max((few for few in range(5) if exact.tail(few, n, 0.05) <= 0.1), default=-1) for n in range(61)]
    reached = []
    for place in range(0, len(truth.sure), len(truth.sure) // 40):
        coverage = 1 - place / len(truth.sure)
        cases = random.binomial(60, coverage, 4_000)
        opened = random.binomial(cases, truth.risks[place]) <= np.take(allowed, cases)
        reached.append(coverage * opened.mean() if truth.risks[place] <= 0.05 else 0.0)
    assert told_where(PROMISE, truth, 60) == pytest.approx(max(reached), abs=0.03)
