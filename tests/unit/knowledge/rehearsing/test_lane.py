"""A lane that opens and falls back by itself."""

from binome.autonomy.guarantee import Promise
from binome.knowledge.rehearsing.lane import RehearsedLane, rehearsed_thresholds


def judged(lane, cases, wrong=False, confidence=0.99):
    for case in range(cases):
        alone = lane.allows(confidence)
        lane.count(alone, wrong)
        lane.judged(str(case), confidence, wrong, alone)


def test_thresholds_follow_from_the_risk_alone():
    found = rehearsed_thresholds(0.05)
    assert (found[0], found == sorted(found, reverse=True), found[-1] > 0.24) == (0.95, True, True)


def test_nothing_is_done_alone_before_the_evidence_allows_it():
    lane = RehearsedLane(Promise(0.1, 0.05))
    judged(lane, 39)
    assert (lane.open, lane.alone, lane.allows(1.0)) == (False, 0, False)
    judged(lane, 1)
    assert (lane.open, lane.opened_at, lane.allows(0.99), lane.allows(0.1)) == (True, ["0"], True, False)


def test_a_lane_that_goes_wrong_falls_back_and_needs_more_evidence_to_reopen():
    lane = RehearsedLane(Promise(0.1, 0.05))
    judged(lane, 60)
    while lane.open:
        judged(lane, 1, wrong=True)
    assert (lane.fallen_back, lane.wrong < 12) == (1, True)
    judged(lane, 58)
    assert not lane.open
    judged(lane, 10)
    assert (lane.open, len(lane.opened_at)) == (True, 2)


def test_when_mistakes_come_too_fast_only_the_surest_are_done():
    lane = RehearsedLane(Promise(0.1, 0.05))
    judged(lane, 60)
    assert lane.allows(0.8)
    judged(lane, 3, wrong=True)
    assert lane.open
    assert (lane.allows(0.8), lane.allows(0.95)) == (False, True)
