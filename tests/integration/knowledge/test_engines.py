"""Engines follow the entries: at once where they are few, in the background where they are many."""

import threading
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from binome.knowledge import engines, finding, services
from binome.knowledge.finding import Asked
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.workspaces.models import Workspace
from tests import community

pytestmark = pytest.mark.django_db(transaction=True)

SUNDAY = Writing("Êtes-vous ouverts le dimanche ?", "Oui, de 10 h à 18 h.", "fr")
PRICE = Writing("Combien coûte l’adhésion ?", "30 € par an.", "fr")
BIKE = Writing("Comment louer un vélo-cargo ?", "Écrivez-nous deux jours avant.", "fr")


@pytest.fixture
def home() -> Workspace:
    home = community.workspace(language="fr")
    services.write_sources(home, [(SUNDAY, None), (PRICE, None)], actor="test")
    return home


@pytest.fixture
def large(home: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The same, taken for a large collection; its engine is ready."""
    monkeypatch.setattr(engines, "LARGE", 1)
    best(home, SUNDAY.question)
    return home


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Engines are made once this is set."""
    may_go_on, made = Event(), engines._made

    def later(workspace_id: int) -> Any:
        assert may_go_on.wait(30)
        return made(workspace_id)

    monkeypatch.setattr(engines, "_made", later)
    yield may_go_on
    may_go_on.set()
    settle()


def settle() -> None:
    """Wait until nothing is made in the background."""
    for thread in threading.enumerate():
        if thread.name.startswith("engine "):
            thread.join(30)


def best(home: Workspace, text: str) -> Source | None:
    answers = finding.find([Asked(home.pk, text, "fr")])[0]
    return answers[0].source if answers else None


def question_found(home: Workspace, text: str) -> str:
    found = best(home, text)
    return found.question if found else ""


def test_a_small_collection_knows_a_new_entry_at_once(home: Workspace) -> None:
    best(home, SUNDAY.question)
    services.write_source(home, BIKE, actor="test")
    assert question_found(home, BIKE.question) == BIKE.question


def test_a_question_does_not_wait_for_the_engine_of_a_large_collection(large: Workspace, slow: Event) -> None:
    services.write_source(large, BIKE, actor="test")
    assert question_found(large, SUNDAY.question) == SUNDAY.question
    assert question_found(large, BIKE.question) != BIKE.question
    slow.set()
    settle()
    assert question_found(large, BIKE.question) == BIKE.question


def test_one_engine_is_made_at_a_time_however_many_ask(large: Workspace, slow: Event) -> None:
    services.write_source(large, BIKE, actor="test")
    for _again in range(5):
        best(large, SUNDAY.question)
    assert len([one for one in threading.enumerate() if one.name == f"engine {large.pk}"]) == 1


def test_an_entry_that_was_changed_is_never_found_by_what_it_said_before(large: Workspace, slow: Event) -> None:
    changed = best(large, SUNDAY.question)
    services.write_source(large, BIKE, actor="test", source=changed)
    found: list[list[finding.Answer]] = []
    asking = threading.Thread(target=lambda: found.append(_asked(large)))
    asking.start()
    asking.join(0.5)
    assert asking.is_alive()  # it waits for the engine that knows what the entry says now
    slow.set()
    asking.join(30)
    assert all(answer.source.pk != changed.pk or answer.confidence < 0.4 for answer in found[0])  # type: ignore[union-attr]


def test_an_archived_entry_is_not_quoted_whatever_the_engine_still_knows(large: Workspace, slow: Event) -> None:
    archived = best(large, SUNDAY.question)
    assert archived
    services.archive(archived, actor="test")
    assert best(large, SUNDAY.question) != archived


def _asked(home: Workspace) -> list[finding.Answer]:
    from django.db import connection

    try:
        return finding.find([Asked(home.pk, SUNDAY.question, "fr")])[0]
    finally:
        connection.close()
