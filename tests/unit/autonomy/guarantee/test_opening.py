"""When a lane may open: exactness, order of thresholds, memory, and what is refused."""

import json
import math

import numpy as np
import pytest

from binome.autonomy.guarantee import Opening, Promise, cases_without_mistake, even_thresholds, threshold_once

TWO_PER_CENT = Promise(0.02, 0.05)


def test_one_threshold_opens_at_the_183rd_case_without_mistake_and_not_before():
    opening = Opening(TWO_PER_CENT, [0.8]).add_all([(0.9, 0)] * 182)
    assert opening.threshold is None
    assert opening.offer().missing == 1
    opening.add(0.9, 0)
    assert opening.threshold == 0.8
    assert opening.offer().coverage == 1.0


def test_nothing_judged_opens_nothing_and_says_how_much_is_missing():
    offer = Opening(TWO_PER_CENT, [0.9, 0.5]).offer()
    assert (offer.threshold, offer.coverage, offer.verdicts) == (None, 0.0, 0)
    assert offer.missing == offer.missing_at_best == 183


def test_what_is_always_wrong_never_opens_and_nothing_leads_there():
    offer = Opening(TWO_PER_CENT, [0.9, 0.5]).add_all([(0.95, 1)] * 400).offer()
    assert (offer.threshold, offer.missing) == (None, None)
    assert offer.steps[0].wealth == 0.0


def test_a_confidence_equal_to_the_threshold_counts_as_above_it():
    opening = Opening(TWO_PER_CENT, [0.9]).add_all([(0.9, 0)] * 3 + [(0.8999, 0)] * 5)
    assert [step.cases for step in opening.offer().steps] == [3]


def test_a_low_threshold_waits_for_the_stricter_ones_before_it():
    opening = Opening(Promise(0.1, 0.05), [0.9, 0.5])
    opening.add_all([(0.95, 1)] * 10 + [(0.6, 0)] * 400)
    first, second = opening.offer().steps
    assert (first.shown_at, second.shown_at is not None) == (None, True)
    assert opening.threshold is None


def test_in_a_long_sequence_the_lower_half_need_not_wait_for_starving_strict_thresholds():
    thresholds = [0.99, 0.98, 0.97, 0.6, 0.5, 0.4]
    opening = Opening(Promise(0.1, 0.05), thresholds).add_all([(0.7, 0)] * 60)
    assert opening.threshold == 0.4
    assert [step.shown_at is None for step in opening.offer().steps] == [True, True, True, False, False, False]


def test_the_second_sequence_has_a_smaller_doubt_until_the_first_arrives():
    thresholds = [0.99, 0.98, 0.97, 0.6, 0.5, 0.4]
    steps = Opening(Promise(0.1, 0.05), thresholds).offer().steps
    assert [round(step.asked) for step in steps] == [25, 25, 25, 100, 100, 100]
    arrived = Opening(Promise(0.1, 0.05), thresholds).add_all([(1.0, 0)] * 60).offer().steps
    assert round(arrived[3].asked) == 20


@pytest.mark.parametrize("graded", [False, True])
def test_a_state_written_as_json_goes_on_as_if_nothing_had_happened(graded):
    random = np.random.default_rng(0)
    verdicts = [(float(s), float(random.random() < 0.03)) for s in random.random(600)]
    whole = Opening(Promise(0.1, 0.05), even_thresholds(), graded).add_all(verdicts)
    half = Opening(Promise(0.1, 0.05), even_thresholds(), graded).add_all(verdicts[:300])
    resumed = Opening.from_state(json.loads(json.dumps(half.state()))).add_all(verdicts[300:])
    assert resumed.offer() == whole.offer()
    assert whole.threshold is not None


def test_losses_in_part_open_a_lane_when_they_are_few():
    opening = Opening(Promise(0.1, 0.05), [0.5], graded=True).add_all([(0.9, 0.0)] * 30)
    assert opening.threshold is None
    opening.add_all([(0.9, 0.0), (0.9, 0.3)] * 30)
    assert opening.threshold is None
    assert opening.add_all([(0.9, 0.0)] * 100).threshold == 0.5


def test_lanes_with_losses_in_part_at_exactly_the_risk_open_as_rarely_as_promised():
    random = np.random.default_rng(3)
    opened = 0
    for _ in range(200):
        losses = random.choice([0.0, 0.3, 1.0], size=400, p=[0.8, 0.4 / 3, 0.2 / 3])  # mean 0.1067
        opened += Opening(Promise(0.1067, 0.1), [0.5], graded=True).add_all([(0.9, w) for w in losses]).threshold == 0.5
    assert opened <= 29  # 99 % of draws where the chance is exactly 0.1


@pytest.mark.parametrize(("confidence", "loss"), [(math.nan, 0), (0.5, math.nan), (1.2, 0), (0.5, -1), (0.5, 0.3)])
def test_what_is_no_share_is_refused_and_leaves_no_trace(confidence, loss):
    opening = Opening(TWO_PER_CENT, [0.5])
    with pytest.raises(ValueError):
        opening.add(confidence, loss)
    assert opening.verdicts == 0


@pytest.mark.parametrize("thresholds", [[], [0.5, 0.5], [0.5, 0.9], [math.nan]])
def test_thresholds_go_strictly_down(thresholds):
    with pytest.raises(ValueError):
        Opening(TWO_PER_CENT, thresholds)


def test_a_single_look_at_a_fixed_sample_needs_149_cases():
    assert cases_without_mistake(TWO_PER_CENT) == 149
    assert threshold_once(TWO_PER_CENT, [0.5], [0.9] * 149, [0] * 149) == 0.5
    assert threshold_once(TWO_PER_CENT, [0.5], [0.9] * 148, [0] * 148) is None
    assert threshold_once(TWO_PER_CENT, [0.9, 0.5], [0.6] * 500, [0] * 500) is None
