"""Intervals of proportions, beside values published or known in closed form."""

import pytest

from binome.kit.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (1, 29, 0.0061, 0.1718),  # Newcombe (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
    ],
)
def test_the_interval_is_that_of_the_literature(hits, of, low, high):
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


def test_without_a_mistake_the_interval_starts_at_zero_and_does_not_end_there():
    low, high = wilson(0, 40)
    assert (low, 0.08 < high < 0.1) == (0.0, True)


def test_where_nothing_was_counted_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)
