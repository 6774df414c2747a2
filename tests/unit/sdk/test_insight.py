"""The words that weighed are those that somebody wrote, and pictures are shown as they are."""

import pytest

from binome.kit.reader import Insight
from binome.sdk import insight
from binome.sdk.insight import insights_of
from binome.sdk.stage import Reading


@pytest.mark.parametrize(
    ("text", "weighed", "told"),
    [
        ("Quelle soirée 😍", ("heart", "soirée", "eyes"), ("😍", "soirée")),
        ("my eyes 😍", ("eyes", "heart"), ("eyes", "😍")),
        ("nul 😡 et triste 😭", ("pouting", "crying", "face"), ("😡", "😭")),
        ("quel c0nnard 🖕", ("connard", "finger"), ("connard", "🖕")),
        ("un café glacé", ("glacé", "face"), ("glacé", "face")),
        ("plain words", ("words",), ("words",)),
    ],
)
def test_a_picture_stands_for_the_words_of_its_name(monkeypatch, text: str, weighed: tuple[str, ...], told):
    chances = {"emotion": {"joy": 1.0}}
    monkeypatch.setattr(insight, "insights", lambda messages: [Insight(chances, {"emotion": weighed})] * len(messages))
    (found,) = insights_of([Reading(text)])
    assert found.words == {"emotion": told}
    assert found.chances is chances
