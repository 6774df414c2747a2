"""Confidence learnt from outcomes."""

import numpy as np
import pytest

from binome.knowledge.rehearsing.confidence import Confidence


def taught(outcomes, seed=0):
    random, confidence = np.random.default_rng(seed), Confidence()
    for _ in range(outcomes):
        sign = random.normal()
        confidence.learn(np.array([sign, random.normal()]), bool(random.random() < 1 / (1 + np.exp(-3 * sign))))
    return confidence


def test_before_there_is_anything_to_tell_by_nothing_is_sure():
    assert Confidence().of(np.array([1.0, 2.0])) == 0.0
    assert taught(59).of(np.array([5.0, 0.0])) == 0.0
    assert taught(400).of(np.zeros(0)) == 0.0


@pytest.mark.parametrize("sign", [-1.0, 0.0, 0.7])
def test_confidence_is_near_the_true_chance_and_rather_below_it(sign):
    found = taught(3_000).of(np.array([sign, 0.0]))
    true = 1 / (1 + np.exp(-3 * sign))
    assert true - 0.08 < found < true + 0.03


def test_the_first_confidences_are_more_careful_than_later_ones():
    assert taught(60).of(np.array([3.0, 0.0])) < taught(3_000).of(np.array([3.0, 0.0]))


def test_outcomes_that_are_all_right_or_of_equal_signs_break_nothing():
    confidence = Confidence()
    for _ in range(200):
        confidence.learn(np.ones(3), True)
    assert 0.9 < confidence.of(np.ones(3)) <= 1.0
