"""Nobody takes the whole server."""

import pytest

from binome.api import entrance
from binome.kit.pace import Pace
from tests.integration.api.programs import program
from tests.integration.web.houses import house


@pytest.mark.django_db
def test_a_token_that_asks_too_often_is_told_to_wait_and_others_are_not(monkeypatch):
    monkeypatch.setattr(entrance, "PACE", Pace(2, 60))
    team = house("alpha")
    hasty, calm = program(team.workspace), program(team.workspace)
    answers = [hasty.get("me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert calm.get("me").status_code == 200
