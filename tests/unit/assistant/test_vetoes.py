"""The table of vetoes: from which chance on a reading takes a matter out of the AI's hands."""

import pytest

from binome.assistant import vetoes
from binome.assistant.deciding import NEEDED
from binome.assistant.reasons import REASONS
from tests.understood import PLAIN

CALM = {stage: (label, 0.95) for stage, label in PLAIN.items()}


@pytest.mark.parametrize("veto", vetoes.TABLE, ids=lambda veto: f"{veto.stage}-{veto.label}")
def test_each_reading_forbids_from_its_chance_on_and_not_below(veto: vetoes.Veto) -> None:
    assert vetoes.found_in({**CALM, veto.stage: (veto.label, veto.chance)}) == (veto.reason,)
    assert vetoes.found_in({**CALM, veto.stage: (veto.label, veto.chance - 0.01)}) == ()
    assert veto.reason in REASONS


@pytest.mark.parametrize("veto", [one for one in vetoes.TABLE if one.contrary], ids=lambda veto: veto.stage)
def test_an_unsure_contrary_forbids_as_well(veto: vetoes.Veto) -> None:
    assert vetoes.found_in({**CALM, veto.stage: (veto.contrary, 1 - veto.chance)}) == (veto.reason,)
    assert vetoes.found_in({**CALM, veto.stage: (veto.contrary, 0.99)}) == ()


@pytest.mark.parametrize("veto", vetoes.TABLE, ids=lambda veto: f"{veto.stage}-{veto.label}")
def test_without_a_reason_nothing_of_it_is_left_and_all_that_is_needed_still_speaks(veto: vetoes.Veto) -> None:
    labels = vetoes.without(veto.reason, {**CALM, veto.stage: (veto.label, 1.0)})
    assert vetoes.found_in(labels) == ()
    assert set(NEEDED) <= set(labels)


def test_of_several_messages_the_gravest_reading_counts() -> None:
    grave = {**CALM, "sensitive": ("distress", 0.6), "irony": ("literal", 0.9)}
    after = {**CALM, "sensitive": ("complaint", 0.9), "irony": ("ironic", 0.7)}
    together = vetoes.gravest([grave, after])
    assert (together["sensitive"][0], together["irony"][0]) == ("distress", "ironic")
