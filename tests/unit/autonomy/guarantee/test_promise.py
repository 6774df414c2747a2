"""What is promised, over lives and lanes."""

import math

import pytest

from binome.autonomy.guarantee import Promise, believed_together


@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, math.nan, math.inf])
def test_a_promise_is_of_shares_strictly_between_nothing_and_all(value):
    with pytest.raises(ValueError):
        Promise(value, 0.05)
    with pytest.raises(ValueError):
        Promise(0.02, value)


def test_the_doubts_of_all_lives_together_stay_below_the_promised_one():
    promise = Promise(0.02, 0.05)
    spent = sum(promise.of_life(life).doubt for life in range(1, 10_000))
    assert promise.of_life(1).doubt == pytest.approx(0.04)
    assert promise.of_life(2).doubt == pytest.approx(0.005)
    assert 0.0499 < spent < 0.05


def test_lanes_that_share_a_promise_have_equal_parts_of_its_doubt():
    assert Promise(0.02, 0.05).shared_by(10) == Promise(0.02, 0.005)


def test_lives_and_lanes_are_counted_from_one():
    for count in (Promise(0.02, 0.05).of_life, Promise(0.02, 0.05).shared_by):
        with pytest.raises(ValueError, match="counted from 1"):
            count(0)


def test_lanes_are_believed_together_as_far_as_their_wealth_reaches():
    assert believed_together([100, 1, 45, 20], 0.05) == [0, 2]
    assert believed_together([79, 1, 39, 20], 0.05) == []
    assert believed_together([], 0.05) == []
