"""How far a lane is from its evidence is told in round numbers, with what to do where it is far."""

import pytest
from django.utils.translation import override

from binome.web.autonomy import waiting


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (1, "1 more verdict"), (20, "20 more verdicts"), (21, "about 30 more verdicts"), (149, "about 150 more verdicts"),
        (1_407, "about 1,500 more verdicts"), (98_760, "about 99,000 more verdicts"),
    ],
)  # fmt: skip
def test_verdicts_are_exact_while_they_are_few_and_round_after(more, told):
    with override("en"):
        assert waiting.verdicts(more) == told


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (1, "1 day"), (13, "13 days"), (20, "about 3 weeks"), (90, "about 3 months"), (1_314, "about 4 years"),
        (4_000, "more than ten years"),
    ],
)  # fmt: skip
def test_a_delay_is_told_in_the_unit_that_one_thinks_in(days, told):
    with override("en"):
        assert waiting.delay(days) == f"{told} at this pace"


def test_how_to_get_there_sooner_is_told_only_where_it_is_far():
    assert waiting.sooner(90) == ""
    with override("en"):
        assert waiting.sooner(1_314).startswith("Sooner: accept a larger share of errors")
