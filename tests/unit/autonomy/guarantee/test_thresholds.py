"""Where thresholds are placed."""

import numpy as np
import pytest

from binome.autonomy.guarantee import Promise, even_thresholds, thresholds_from
from binome.autonomy.guarantee.thresholds import first_share


def test_thresholds_go_from_a_strict_one_that_does_not_starve_down_to_all_cases():
    confidences = np.linspace(0, 1, 1_001)
    found = thresholds_from(confidences, Promise(0.02, 0.05))
    assert len(found) == 20
    assert found == sorted(found, reverse=True)
    assert (confidences >= found[0]).mean() == pytest.approx(first_share(Promise(0.02, 0.05)), abs=0.01)
    assert found[-1] == 0.0


def test_equal_confidences_make_one_threshold():
    assert thresholds_from([0.7] * 50, Promise(0.05, 0.05)) == [0.7]


def test_a_stricter_promise_starts_from_more_cases():
    assert first_share(Promise(0.01, 0.05)) > first_share(Promise(0.02, 0.05)) > first_share(Promise(0.1, 0.05))


def test_without_confidences_there_is_nothing_to_place_by():
    with pytest.raises(ValueError, match="no confidence"):
        thresholds_from([float("nan")], Promise(0.05, 0.05))


def test_thresholds_made_of_nothing_go_down_evenly():
    found = even_thresholds()
    assert (round(found[0], 6), round(found[-1], 6), len(found)) == (0.95, 0.05, 20)
    assert found == sorted(found, reverse=True)
