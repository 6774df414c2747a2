"""Questions gathered by problem: few problems are all compared, of many only those of the nearest cells."""

import numpy as np
import pytest

from binome.knowledge.memory import gathering
from binome.knowledge.memory.gathering import WIDTH, Gatherer

FEW = 3_000
PROBLEMS = FEW + 600


def around(middles, random, noise=0.6):
    rows = middles + random.normal(size=middles.shape).astype(np.float32) * noise / WIDTH**0.5
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """So many problems as a test can make are many."""
    monkeypatch.setattr(gathering, "FEW", FEW)


@pytest.fixture(scope="module")
def middles():
    """Problems in families of ten that lie near each other, as subjects do."""
    random = np.random.default_rng(0)
    families = random.normal(size=(PROBLEMS // 10, WIDTH)).astype(np.float32)
    rows = np.repeat(families, 10, axis=0) * 0.5 + random.normal(size=(PROBLEMS, WIDTH)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_beyond_a_few_thousand_problems_nearly_every_case_still_finds_its_own(middles):
    gatherer = Gatherer(range(PROBLEMS), middles, [5] * PROBLEMS)
    asked = around(middles[::3], np.random.default_rng(1))
    found = np.array(gatherer.gather(asked))
    exact = (asked @ middles.T).argmax(axis=1)
    assert (found == exact).mean() > 0.97
    assert (found == np.arange(PROBLEMS)[::3]).mean() > 0.97


def test_what_is_new_beyond_a_few_thousand_begins_a_problem_once_and_is_found_again(middles):
    gatherer = Gatherer(range(PROBLEMS), middles, [5] * PROBLEMS)
    random = np.random.default_rng(2)
    fresh = random.normal(size=(40, WIDTH)).astype(np.float32)
    fresh /= np.linalg.norm(fresh, axis=1, keepdims=True)
    first = gatherer.gather(fresh)
    assert first == list(range(PROBLEMS, PROBLEMS + 40))
    again = gatherer.gather(around(fresh, random))
    assert np.mean(np.array(again) == np.array(first)) >= 0.85
    assert gatherer.number < PROBLEMS + 45


def test_growing_past_the_limit_one_by_one_keeps_problems_apart(middles):
    gatherer, random = Gatherer(), np.random.default_rng(3)
    begun = gatherer.gather(middles)
    own = {place: row for row, place in enumerate(begun)}
    assert gatherer.number > FEW
    again = np.array(gatherer.gather(around(middles, random)))
    assert np.mean([begun[row] == place for row, place in enumerate(again)]) > 0.97
    assert len(own) == gatherer.number or gatherer.number - len(own) < 0.03 * PROBLEMS


def test_with_cells_nearly_all_cases_go_where_comparing_all_would_send_them(monkeypatch, middles):
    asked = around(middles[:900], np.random.default_rng(4), noise=1.0)
    whole = Gatherer(range(900), middles[:900], [5] * 900).gather(asked)
    monkeypatch.setattr(gathering, "FEW", 100)
    monkeypatch.setattr(gathering, "CELLS", 64)
    in_cells = Gatherer(range(900), middles[:900], [5] * 900).gather(asked)
    assert np.mean(np.array(whole) == np.array(in_cells)) > 0.95
