"""What rated words say of a message."""

from pathlib import Path

import numpy as np
import pytest

from binome.kit.encoder.weights import WeightsAltered
from binome.kit.reader.prepare import prepared
from binome.kit.reader.valence import MEASURED, Valence
from binome.kit.reader.weights import WORDS, rated_words

SHIPPED = rated_words(WORDS)


def _sides(text: str) -> float:
    """How much more positive than negative the rated words of a text make it."""
    negative, _neutral, positive = SHIPPED([text], [prepared(text)])[0]
    return float(positive - negative)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("le repas était excellent", "le repas était horrible"),
        ("the meal was excellent", "the meal was horrible"),
        ("the meal was good", "the meal was not good"),
        ("c'était un bon film pour nous", "ce n'était pas un bon film pour nous"),
        ("it was slow but they are wonderful", "they are wonderful but it was slow"),
        ("rdv demain 😍", "rdv demain 🤮"),
    ],
)
def test_rated_words_and_pictures_tell_better_from_worse(better: str, worse: str) -> None:
    assert _sides(better) > _sides(worse)


def test_a_word_counts_in_the_language_that_the_message_is_in() -> None:
    words = Valence([b"pain"], np.array([[-2.0, 1.0]], np.float32), np.eye(MEASURED), np.zeros(MEASURED))
    english, french = words.measured(*[["the pain is there", "le pain est là"]] * 2)
    assert english[1] > 0 == english[0]
    assert french[0] > 0 == french[1]
    assert (english[-1], french[-1]) == (0, 1)


def test_nothing_is_known_of_no_words() -> None:
    assert SHIPPED.measured([], []).shape == (0, MEASURED)
    assert SHIPPED(["", "👍🏽"], ["", ""]).shape == (2, 3)


def test_altered_words_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "valence.npz"
    path.write_bytes(b"something else")
    monkeypatch.setattr("binome.kit.reader.weights.SHA256", {path: "another"})
    with pytest.raises(WeightsAltered):
        rated_words(path)
