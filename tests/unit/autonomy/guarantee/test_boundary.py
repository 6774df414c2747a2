"""The exact boundary, and the gambler's wealth that goes with it."""

import numpy as np
import pytest

from binome.autonomy.guarantee import Boundary
from binome.autonomy.guarantee.boundary import LEVELS

SETTINGS = [(risk, doubt) for risk in (0.01, 0.02, 0.05, 0.1, 0.3) for doubt in (0.001, 0.05, 0.1)]


@pytest.mark.parametrize(("risk", "doubt"), SETTINGS)
def test_a_lane_at_exactly_the_risk_is_shown_with_the_doubt_and_no_more(risk, doubt):
    boundary = Boundary.of(risk, doubt)
    assert doubt * 0.99 < boundary.spent <= doubt
    assert (np.diff(boundary.cases_at) > 0).all()


def test_the_spent_chance_is_what_simulation_finds():
    boundary = Boundary.of(0.05, 0.1)
    wrong = np.random.default_rng(1).random((4_000, 1_500)) < 0.05
    cases = np.broadcast_to(np.arange(1, 1_501), wrong.shape)
    shown = boundary.few_enough(cases, wrong.cumsum(axis=1)).any(axis=1).mean()
    assert 0.075 < shown <= 0.1 + 3 * (0.09 / 4_000) ** 0.5


def test_without_a_mistake_two_per_cent_takes_183_cases():
    boundary = Boundary.of(0.02, 0.05)
    assert boundary.cases_at[:3].tolist() == [183, 287, 408]
    shown = boundary.few_enough(np.array([182, 183, 286, 287]), np.array([0, 0, 1, 1]))
    assert shown.tolist() == [False, True, False, True]


def test_the_wealth_is_a_fair_bet_at_exactly_the_risk():
    boundary = Boundary.of(0.05, 0.1)
    now, right, wrong = boundary.wealths([40, 41, 41], [1, 1, 2])
    assert now == pytest.approx(0.95 * right + 0.05 * wrong, rel=1e-9)
    assert right > now > wrong


def test_the_wealth_starts_at_one_and_reaches_what_is_asked_when_it_is_shown():
    boundary = Boundary.of(0.02, 0.05)
    start, before, shown, past = boundary.wealths([0, 182, 183, 500], [0, 0, 0, 1])
    assert start == pytest.approx(1.0, rel=1e-5)
    assert before < 20
    assert (shown, past) == (20.0, 20.0)


def test_with_too_many_mistakes_nothing_can_be_shown_any_more():
    boundary = Boundary.of(0.1, 0.05)
    assert boundary.wealths([5_000], [LEVELS]) == [0.0]
    assert boundary.cases_missing(5_000, LEVELS) is None
    assert not boundary.few_enough(np.array([10**6]), np.array([LEVELS]))[0]


def test_what_is_missing_depends_on_the_rate_of_mistakes():
    boundary = Boundary.of(0.02, 0.05)
    assert boundary.cases_missing(100, 0) == 83
    assert boundary.cases_missing(100, 0, rate=0.005) == 83
    assert boundary.cases_missing(100, 1, rate=0.01) > boundary.cases_missing(100, 1)
    assert boundary.cases_missing(100, 5, rate=0.05) is None


def test_a_narrower_boundary_never_rejects_before_the_wider_one():
    wide, narrow = Boundary.of(0.1, 0.1), Boundary.of(0.1, 0.09)
    assert (narrow.within(wide).cases_at >= wide.cases_at).all()
