"""What the first question would wait for is there before it is asked."""

import pytest

from binome.console.readying import get_ready
from binome.inbox import selectors as inbox
from binome.knowledge import engines
from binome.knowledge import services as knowledge
from binome.knowledge.services import Writing
from tests.community import channel, conversation, workspace

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_entries_of_a_place_that_is_written_to_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, quiet = workspace(), workspace()
    for place in (busy, quiet):
        knowledge.write_source(place, Writing("Ouvert demain ?", "Oui, dès 10 h.", "fr"), actor="test")
    conversation(channel(busy))
    made: list[int] = []
    monkeypatch.setattr(engines, "_made_now", lambda pk, make=engines._made_now: made.append(pk) or make(pk))
    get_ready()
    assert made == [busy.pk]


def test_places_are_told_once_the_last_written_to_first() -> None:
    first, second = channel(workspace()), channel(workspace())
    for place in (first, second, first):
        conversation(place)
    assert inbox.busiest(8) == [first.workspace_id, second.workspace_id]
    assert inbox.busiest(1) == [first.workspace_id]
