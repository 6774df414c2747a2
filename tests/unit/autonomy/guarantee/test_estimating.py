"""The true share of wrong acts, from random audits."""

import math

import numpy as np
import pytest

from binome.autonomy.guarantee import error_rate, interval


def test_where_nothing_was_audited_anything_is_possible():
    assert error_rate([]) == error_rate([], [])
    found = error_rate([])
    assert (found.low, found.high, found.audits) == (0.0, 1.0, 0)


def test_six_wrong_in_eighty_is_told_with_an_interval_a_little_wider_than_a_single_look():
    found = error_rate([1] * 6 + [0] * 74)
    low, high = interval(6, 80)
    assert found.share == 0.075
    assert low / 3 < found.low < low
    assert high < found.high < 1.5 * high


def test_each_audit_stands_for_the_acts_that_nobody_looked_at():
    found = error_rate([1, 0], [1.0, 0.1])
    assert found.share == pytest.approx(1 / 11)


def test_the_order_of_audits_does_not_matter():
    chances = [0.1, 0.5, 1.0, 0.2]
    assert error_rate([1, 0, 0, 1], chances) == error_rate([1, 0, 0, 1][::-1], chances[::-1])


def test_the_interval_holds_at_all_times_of_looking_together():
    random, missed = np.random.default_rng(2), 0
    for _ in range(60):
        losses = (random.random(240) < 0.1).astype(float)
        found = [error_rate(losses[:n], doubt=0.1) for n in range(20, 241, 20)]
        missed += not all(one.low <= 0.1 <= one.high for one in found)
    assert missed <= 11


def test_an_all_wrong_lane_has_an_interval_that_ends_at_one():
    found = error_rate([1] * 50)
    assert found.low > 0.8
    assert found.high == 1.0


@pytest.mark.parametrize("bad", [([math.nan], [1]), ([0], [0.0]), ([0], [1.5]), ([3], [1])])
def test_what_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError):
        error_rate(*bad)
