"""Emoji alone accuse nobody."""

import pytest

from binome.kit.reader import insights
from binome.kit.reader.engine import Message
from binome.kit.reader.insight import Insight
from binome.kit.reader.wordless import CALM, calmed, is_wordless


@pytest.mark.parametrize(
    ("text", "wordless"), [("🚲💥😭🙏❓", True), ("…!?", True), ("ok 👍", False), ("🖕", False), ("18 h ?", False)]
)
def test_what_has_a_letter_a_figure_or_a_rude_gesture_is_not_wordless(text: str, wordless: bool) -> None:
    assert is_wordless(text) is wordless


def test_half_of_what_weighs_on_somebody_goes_to_the_calm_label_and_the_rest_stays() -> None:
    insight = Insight(
        {
            "hate": {"hate": 0.8, "ok": 0.2},
            "distress": {"grief": 0.5, "distress": 0.3, "none": 0.2},
            "emotion": {"joy": 1.0},
        },
        {"hate": ("🚲",), "emotion": ("🎉",)},
    )
    found = calmed(insight)
    assert found.chances["hate"] == {"hate": 0.4, "ok": 0.6}
    assert found.chances["distress"] == pytest.approx({"grief": 0.25, "distress": 0.15, "none": 0.6})
    assert found.chances["emotion"] == {"joy": 1.0}
    assert found.words == {"emotion": ("🎉",)}


def test_the_network_never_says_of_emoji_that_they_accuse() -> None:
    for insight in insights([Message("🚲💥😭🙏❓"), Message("😡😡😡"), Message("💔🕯️")]):
        for task, quiet in CALM.items():
            assert insight.chances[task][quiet] >= 0.5 - 1e-9, task
