"""The gambler against losses in part."""

import numpy as np

from binome.autonomy.guarantee.betting import bets, log_growth, stakes, wealth


def test_no_bet_can_lose_more_than_it_has_nor_gain_when_the_mean_loss_is_the_risk():
    for risk in (0.01, 0.1, 0.5):
        losses = np.array([0.0, 0.3, 1.0])
        factors = np.exp(log_growth(risk, losses))
        assert (factors >= 0).all()
        chances = np.array([1 - risk, 0.0, risk])
        assert np.allclose(chances @ factors, 1.0)
        assert (bets(risk) > 0).all()
        assert (bets(risk) <= 1 / (1 - risk)).all()


def test_the_stakes_are_one_in_all_and_a_whole_mistake_ruins_the_strongest_bet_alone():
    assert np.isclose(stakes().sum(), 1)
    left = wealth(log_growth(0.02, np.array([1.0])))[0]
    assert 0 < left < 0.5
