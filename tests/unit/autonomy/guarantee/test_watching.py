"""Whether an open lane keeps its promise."""

import json
import math

import numpy as np
import pytest

from binome.autonomy.guarantee import Promise, Watch, audits_to_notice

FIVE_PER_CENT = Promise(0.05, 0.05)


def watched(promise, losses):
    watch = Watch(promise)
    for loss in losses:
        if watch.audited(float(loss)).closed:
            break
    return watch.says()


def test_a_watch_starts_with_a_wealth_of_one_and_nothing_suspected():
    said = Watch(FIVE_PER_CENT).says()
    assert (said.wealth, said.highest, said.closed, said.audits, said.since) == (1.0, 1.0, False, 0, None)


def test_a_lane_that_is_always_wrong_is_closed_within_a_few_audits():
    assert watched(FIVE_PER_CENT, [1] * 50).audits <= 5


def test_a_lane_without_mistake_is_never_closed():
    said = watched(FIVE_PER_CENT, [0] * 3_000)
    assert (said.closed, said.since, said.highest) == (False, None, 1.0)


def test_lanes_at_exactly_the_risk_are_closed_as_rarely_as_promised():
    random = np.random.default_rng(4)
    closed = sum(watched(Promise(0.1, 0.1), random.random(600) < 0.1).closed for _ in range(150))
    assert closed <= 24  # 99 % of draws where the chance is exactly 0.1


def test_audits_with_unequal_chances_do_not_close_a_lane_that_behaves():
    """Doubtful acts, wrong more often, are audited more often; weighing makes up for it."""
    random, closed = np.random.default_rng(6), 0
    for _ in range(100):
        watch = Watch(Promise(0.1, 0.1))
        for doubtful in random.random(2_000) < 0.25:
            probability = 0.6 if doubtful else 0.1
            if random.random() < probability:
                watch.audited(float(random.random() < (0.34 if doubtful else 0.02)), probability, 0.1)
        closed += watch.says().closed
    assert closed <= 18


def test_a_rise_to_four_times_the_risk_is_found_about_as_fast_as_foretold():
    random = np.random.default_rng(5)
    delays = [watched(FIVE_PER_CENT, random.random(1_000) < 0.2).audits for _ in range(60)]
    assert 0.3 * audits_to_notice(FIVE_PER_CENT, 4) < np.median(delays) < 2 * audits_to_notice(FIVE_PER_CENT, 4)


def test_the_moment_since_when_things_look_worse_is_told():
    said = watched(FIVE_PER_CENT, [0] * 100 + [1, 1, 1, 1, 1, 1, 1])
    assert said.closed
    assert said.since == 101


def test_a_closed_lane_stays_closed_whatever_comes_after():
    watch = Watch(FIVE_PER_CENT)
    for _ in range(10):
        watch.audited(1)
    for _ in range(500):
        watch.audited(0)
    assert watch.says().closed


def test_a_state_written_as_json_goes_on_as_if_nothing_had_happened():
    losses = np.random.default_rng(7).random(200) < 0.06
    whole, half = Watch(FIVE_PER_CENT), Watch(FIVE_PER_CENT)
    for loss in losses:
        whole.audited(float(loss), 0.5, 0.25)
    for loss in losses[:77]:
        half.audited(float(loss), 0.5, 0.25)
    resumed = Watch.from_state(json.loads(json.dumps(half.state())))
    for loss in losses[77:]:
        resumed.audited(float(loss), 0.5, 0.25)
    assert resumed.says() == whole.says()


@pytest.mark.parametrize(
    ("loss", "probability", "floor"), [(math.nan, 1, 1), (0, 0, 0), (0, 0.1, 0.2), (0, math.nan, None), (2, 1, 1)]
)
def test_an_audit_that_makes_no_sense_is_refused_and_leaves_no_trace(loss, probability, floor):
    watch = Watch(FIVE_PER_CENT)
    with pytest.raises(ValueError):
        watch.audited(loss, probability, floor)
    assert watch.audits == 0
