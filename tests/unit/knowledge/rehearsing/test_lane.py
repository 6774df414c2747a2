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


def growing(enough=30):
    whole = RehearsedLane(Promise(0.1, 0.05))
    return whole, RehearsedLane(whole.promise, whole, enough)


def test_a_topic_has_a_lane_of_its_own_once_it_has_verdicts_enough_and_takes_its_cases_along():
    whole, topic = growing()
    judged(whole, 2)
    judged(topic, 29)
    assert (topic.grown, whole.cases) == (False, 31)
    judged(topic, 1)
    assert (topic.grown, topic.cases, topic.verdicts, whole.cases) == (True, 30, 30, 2)
    judged(topic, 5)
    assert (topic.cases, whole.cases) == (35, 2)


def test_a_lane_of_a_topic_opens_with_the_lane_that_it_follows_on_the_evidence_of_both():
    whole, topic = growing()
    judged(topic, 35)
    judged(whole, 4)
    assert (topic.open, topic.allows(0.99)) == (False, False)
    judged(topic, 1)
    assert (topic.open, whole.open, topic.allows(0.99), topic.alone) == (True, True, True, 0)
    judged(topic, 10)
    assert (topic.alone, whole.alone) == (10, 0)


def test_a_topic_that_goes_wrong_closes_alone_and_asks_for_more_evidence_of_its_own():
    whole, topic = growing()
    judged(topic, 40)
    judged(whole, 400)
    judged(topic, 3)
    while topic.open:
        judged(topic, 1, wrong=True)
        judged(whole, 40)
    assert (topic.follows, topic.fallen_back, topic.opened_at, topic.wrong < 14) == (False, 1, whole.opened_at, True)
    assert (whole.open, whole.fallen_back) == (True, 0)
    alone, verdicts = topic.alone, whole.offer().verdicts
    judged(topic, 58)
    assert (topic.open, topic.alone, whole.offer().verdicts) == (False, alone, verdicts)
    judged(topic, 12)
    assert (topic.open, len(topic.opened_at)) == (True, 2)


def test_a_topic_that_has_not_grown_is_watched_by_the_lane_of_the_act_alone():
    whole, topic = growing(enough=1000)
    judged(topic, 60)
    while whole.open:
        judged(topic, 1, wrong=True)
    assert (whole.fallen_back, topic.fallen_back, topic.follows, topic.grown) == (1, 0, True, False)
    assert (whole.cases, whole.wrong) == (topic.cases, topic.wrong)
