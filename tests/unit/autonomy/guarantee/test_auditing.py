"""Which acts done alone a person is to look at."""

from binome.autonomy.guarantee import Promise, Signs, audits_to_notice, chance_of, floor_of


def test_a_quiet_lane_has_its_usual_rate_and_three_times_it_at_the_threshold():
    assert floor_of(0.1, Signs()) == 0.1
    at, above = chance_of(0.1, Signs(), 0.8, 0.8), chance_of(0.1, Signs(), 1.0, 0.8)
    assert (round(at.probability, 12), at.floor) == (0.3, 0.1)
    assert above.probability == above.floor == 0.1


def test_each_sign_raises_the_floor():
    worse = [
        Signs(wealth=3.0), Signs(complaints=1), Signs(reversals=1), Signs(novelty=3.0), Signs(volume=2.5), Signs(volume=0.4),
        Signs(mix_moved=True),
    ]  # fmt: skip
    assert [floor_of(0.1, signs) for signs in worse] == [0.2] * 7
    calm = [
        Signs(wealth=2.9),
        Signs(novelty=2.9),
        Signs(volume=1.9),
        Signs(volume=0.6),
        Signs(wealth=0.01, novelty=0.01),
    ]
    assert [floor_of(0.1, signs) for signs in calm] == [0.1] * 5
    assert floor_of(0.1, Signs(wealth=12, complaints=2, reversals=1)) == 1.0


def test_the_floor_does_not_depend_on_the_case():
    draws = [chance_of(0.05, Signs(wealth=4), confidence, 0.7) for confidence in (0.7, 0.8, 0.95, 1.0, 0.3)]
    assert {draw.floor for draw in draws} == {0.1}
    assert all(draw.floor <= draw.probability <= 1 for draw in draws)


def test_a_larger_rise_is_noticed_sooner_and_an_old_lane_later():
    promise = Promise(0.02, 0.05)
    assert audits_to_notice(promise, 4) < audits_to_notice(promise, 2) / 4
    assert audits_to_notice(promise, 2, 2_000) > audits_to_notice(promise, 2)
