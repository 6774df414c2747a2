"""The scorecard of understanding counts right, and says of each set where it comes from."""

import numpy as np
import pytest

from evals.measures import balanced_accuracy, f1_of, macro_f1, reviewed
from evals.understanding import by, figures, page
from evals.understanding_sets import Case, Set, kept_sets

HATE = Set(
    "small",
    "hate",
    "fr",
    "unseen",
    tuple(Case(f"texte {at}", "hate" if at % 2 else "ok", (), "g", "kind") for at in range(40)),
)


def chances(said: list[int], sure: float = 0.9) -> np.ndarray:
    return np.array([[sure if at == one else 1 - sure for at in range(2)] for one in said])


def test_all_right_is_one_and_all_wrong_is_nothing():
    right = figures(HATE, chances([at % 2 for at in range(40)]))
    wrong = figures(HATE, chances([1 - at % 2 for at in range(40)]))
    assert (right["f1"].value, right["balanced"].value, right["auroc"].value) == (1, 1, 1)
    assert (wrong["f1"].value, wrong["balanced"].value, wrong["auroc"].value) == (0, 0, 0)
    assert right["calibration"].value == pytest.approx(0.1)


def test_what_is_caught_and_what_is_kept_are_told_apart():
    found = figures(HATE, chances([1] * 40))
    assert (found["caught"].value, found["kept"].value) == (1, 0)


def test_a_functionality_has_its_own_figure():
    found = by(HATE, chances([1] * 40), "kind")
    assert (found["kind"]["caught"].value, found["kind"]["kept"].value) == (1, 0)


def test_a_page_names_each_set_with_its_origin():
    said = figures(HATE, chances([at % 2 for at in range(40)]))
    result = {
        "set": "small",
        "task": "hate",
        "language": "fr",
        "origin": "unseen",
        "ours": said,
        "peers": {"list": said},
    }
    text = page([result])
    assert "| fr small (40) | unseen | **ours** | 1.000 [" in text
    assert "| fr small (40) | unseen | list | 1.000 [" in text


def test_f1_and_balanced_accuracy_know_rare_labels():
    truth, said = np.array(["a"] * 90 + ["b"] * 10), np.array(["a"] * 100)
    assert f1_of("b", truth, said).value == 0
    assert balanced_accuracy(truth, said).value == 0.5
    assert macro_f1(truth, said).value == pytest.approx(0.9474 / 2, abs=1e-3)


def test_a_person_puts_the_least_sure_tenth_right():
    sure, right = np.linspace(0, 1, 100), np.r_[np.zeros(20, bool), np.ones(80, bool)]
    assert reviewed(sure, right).value == 0.9


def test_only_kept_texts_of_ours_are_measured_on():
    from training.understanding.texts import own

    trained = {one.text for one in own(kept=False)}
    measured = [case.text for one in kept_sets() for case in one.cases]
    assert len(measured) > 1_000
    assert [text for text in measured if text in trained] == []
