"""Exact binomial tails beside scipy's."""

import pytest
from scipy.stats import beta, binom

from binome.autonomy.guarantee.exact import at_least, at_most, interval, tail


@pytest.mark.parametrize(("mistakes", "cases", "risk"), [(0, 149, 0.02), (3, 200, 0.05), (40, 1000, 0.03), (5, 5, 0.1)])
def test_a_tail_is_the_binomial_one(mistakes, cases, risk):
    assert tail(mistakes, cases, risk) == pytest.approx(binom.cdf(mistakes, cases, risk), rel=1e-9)


@pytest.mark.parametrize(("mistakes", "cases"), [(0, 80), (6, 80), (79, 80), (80, 80), (3, 5000)])
def test_an_interval_is_clopper_and_pearsons(mistakes, cases):
    low = beta.ppf(0.025, mistakes, cases - mistakes + 1) if mistakes else 0.0
    high = beta.ppf(0.975, mistakes + 1, cases - mistakes) if mistakes < cases else 1.0
    assert interval(mistakes, cases) == pytest.approx((low, high), abs=1e-9)


def test_where_nothing_was_counted_nothing_is_known():
    assert interval(0, 0) == (0.0, 1.0)


def test_both_ends_have_the_doubt_they_were_asked_for():
    assert tail(6, 80, at_most(6, 80, 0.05)) == pytest.approx(0.05)
    assert 1 - tail(5, 80, at_least(6, 80, 0.05)) == pytest.approx(0.05)
