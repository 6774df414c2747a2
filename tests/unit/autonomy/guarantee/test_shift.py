"""When the past no longer counts."""

import json

import numpy as np
import pytest

from binome.autonomy.guarantee import (
    UNKNOWN,
    Basis,
    Novelty,
    Territory,
    coin,
    mix_moved,
    mix_shift,
    thinned,
    unjudged,
    why_void,
)  # fmt: skip


def points(random, n, middle):
    rows = random.normal(size=(n, 16)).astype(np.float32) + middle
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_cases_like_the_evidence_are_rarely_taken_for_unknown_and_far_ones_are():
    random = np.random.default_rng(0)
    here, there = np.eye(16, dtype=np.float32)[0] * 6, np.eye(16, dtype=np.float32)[1] * 6
    territory = Territory(points(random, 800, here))
    assert (territory.p_values(points(random, 2_000, here)) <= 0.05).mean() < 0.09
    assert (territory.p_values(points(random, 200, there)) <= UNKNOWN).all()


@pytest.mark.parametrize("judged", [4, 40, 183])
def test_what_is_farther_than_all_that_was_judged_is_unknown_however_little_was(judged):
    random = np.random.default_rng(0)
    here, there = np.eye(16, dtype=np.float32)[0] * 6, np.eye(16, dtype=np.float32)[1] * 6
    territory = Territory(points(random, judged, here))
    assert (territory.p_values(points(random, 200, there)) <= UNKNOWN).all()
    refused = [
        Territory(points(random, judged, here)).p_values(points(random, 20, here)) <= UNKNOWN for _ in range(200)
    ]
    assert np.mean(refused) <= 1.25 / (judged // 2 + 1)


def test_without_evidence_nothing_is_known_territory_nor_refused_for_it():
    territory = Territory(np.zeros((0, 16), np.float32))
    assert territory.distances(np.ones((2, 16), np.float32)).tolist() == [2.0, 2.0]
    assert territory.p_values(np.ones((1, 16), np.float32)).tolist() == [1.0]


def test_novelty_grows_when_p_values_shrink_and_not_while_they_are_even():
    random, quiet = np.random.default_rng(1), Novelty()
    for p_value in 1 - random.random(2_000):
        quiet.saw(p_value)
    assert quiet.wealth < 10
    loud = Novelty(json.loads(json.dumps(quiet.state())))
    assert loud.wealth == pytest.approx(quiet.wealth)
    for p_value in 0.1 * (1 - random.random(60)):
        loud.saw(p_value)
    assert loud.wealth > 100


def test_no_p_value_is_zero_or_no_number():
    for bad in (0.0, 1.5, float("nan")):
        with pytest.raises(ValueError):
            Novelty().saw(bad)


def test_a_mix_that_stays_has_not_moved_and_one_with_nothing_in_common_has_wholly():
    assert mix_moved({"a": 10, "b": 30}, {"a": 1, "b": 3}) == 0
    assert mix_moved({"a": 10}, {"b": 3}) == 1


def mixed(random, shares, number):
    return dict(zip("abcdef", random.multinomial(number, shares).tolist(), strict=False))


@pytest.mark.parametrize("number", [8, 40, 400])
def test_two_samples_of_one_mix_are_rarely_taken_for_two_mixes(number):
    random, shares = np.random.default_rng(2), [0.5, 0.2, 0.1, 0.1, 0.05, 0.05]
    moved = [
        mix_shift(mixed(random, shares, 3 * number), mixed(random, shares, number)).moved for _time in range(2_000)
    ]
    assert np.mean(moved) <= 0.01


def test_another_mix_is_seen_with_cases_enough_and_not_with_a_handful():
    usual = {"a": 600, "b": 300, "c": 100}
    assert mix_shift(usual, {"a": 30, "b": 15, "c": 55}).moved
    assert not mix_shift(usual, {"a": 1, "b": 0, "c": 2}).moved
    assert not mix_shift(usual, {"a": 60, "b": 30, "c": 10}).moved
    assert not mix_shift({}, {"a": 3}).moved
    assert not mix_shift(usual, {}).moved


def test_what_counts_of_the_evidence_is_mixed_as_the_cases_of_now():
    judged, now = {"a": 900, "b": 90, "c": 10}, {"a": 10, "b": 10}
    chances = thinned(judged, now)
    assert (chances["b"], chances["c"]) == (1.0, 0.0)
    assert judged["a"] * chances["a"] == pytest.approx(judged["b"] * chances["b"])
    assert thinned(judged, {"new": 5}) == {"a": 0.0, "b": 0.0, "c": 0.0}
    assert unjudged(judged, {"new": 5, "a": 15}) == 0.25


def test_a_coin_falls_alike_at_every_look_and_evenly_over_many():
    falls = [coin(number) for number in range(4_000)]
    assert falls == [coin(number) for number in range(4_000)]
    assert (min(falls) >= 0, max(falls) < 1) == (True, True)
    assert np.mean(falls) == pytest.approx(0.5, abs=0.02)


SEEN = Basis("hours", "v1", {"faq:1": "abc"})


@pytest.mark.parametrize(
    ("sources", "version", "more", "why"),
    [
        ({"faq:1": "abc", "faq:2": "new"}, "v1", {}, ""),
        ({"faq:1": "changed"}, "v1", {}, "source_changed"),
        ({}, "v1", {}, "source_changed"),
        ({"faq:1": "abc"}, "v2", {}, "not_rescored"),
        ({"faq:1": "abc"}, "v2", {"again": "hours"}, ""),
        ({"faq:1": "abc"}, "v2", {"again": "prices"}, "other_act"),
        ({"faq:1": "abc"}, "v2", {"again": "hours", "trained_on": True}, "trained_on"),
    ],
)
def test_a_verdict_is_void_by_the_written_rule(sources, version, more, why):
    assert why_void(SEEN, sources, version, **more) == why
