"""The time machine: what is rehearsed, by whom it is taken up again, and what each mind knows."""

from datetime import timedelta

import pytest

from binome.assistant import rehearsing
from binome.assistant.models import Rehearsal, RehearsedItem
from binome.autonomy.topics import ENOUGH
from binome.channels.models import Channel
from binome.inbox.models import Conversation
from binome.journal.models import Entry
from binome.kit import clock
from binome.knowledge import services as knowledge
from binome.knowledge.models import Source
from binome.knowledge.rehearsing.learner import Learner
from binome.knowledge.services import Writing
from binome.workspaces.models import Workspace
from tests.community import channel, conversation, message, workspace

pytestmark = pytest.mark.django_db
SAID = {
    "hours": ("Vous ouvrez à quelle heure", "Nous ouvrons à dix heures."),
    "price": ("Combien coûte un tube neuf", "Un tube neuf coûte huit euros."),
    "place": ("Où se trouve votre boutique", "La boutique est rue des Lilas."),
}


@pytest.fixture
def here() -> Workspace:
    return workspace(language="fr")


@pytest.fixture
def sources(here: Workspace) -> list[Source]:
    return [
        knowledge.write_source(here, Writing(f"{question} ?", answer, "fr", topic=""), actor="test")
        for question, answer in SAID.values()
    ]


def past(place: Channel, number: int, language: str = "fr") -> Conversation:
    """So many exchanges, one a minute."""
    talk = conversation(place)
    Conversation.objects.filter(pk=talk.pk).update(language=language)
    start = clock.now() - timedelta(minutes=2 * number)
    for turn in range(number):
        question, answer = list(SAID.values())[turn % 3]
        at = start + timedelta(minutes=2 * turn)
        message(talk, f"{question} {'svp ' * (turn % 5)}?", at=at)
        message(talk, answer, by="operator", member=None, at=at + timedelta(minutes=1))
    return talk


def asked(here: Workspace, **chosen: str) -> Rehearsal:
    return rehearsing.ask(here, actor="test", risk=0.2, doubt=0.2, since=clock.now() - timedelta(days=9), **chosen)


def run_through(rehearsal: Rehearsal) -> Rehearsal:
    while rehearsing.advance():
        pass
    rehearsal.refresh_from_db()
    return rehearsal


def told(rehearsal: Rehearsal) -> list[tuple[object, ...]]:
    return list(
        rehearsal.items.order_by("place").values_list("message", "source", "given", "confidence", "alone", "reason")
    )


def guesses_counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counted: list[int] = []
    guess = Learner.guess

    def counting(self: Learner, texts: list[str], vectors: object) -> object:
        counted.append(len(texts))
        return guess(self, texts, vectors)  # type: ignore[arg-type]

    monkeypatch.setattr(Learner, "guess", counting)
    return counted


def restart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process, which knows nothing of what this one kept at hand."""
    rehearsing._running.clear()
    monkeypatch.setattr(rehearsing, "_ME", "another")


def test_after_a_restart_a_rehearsal_goes_on_from_what_was_guessed(
    here: Workspace, sources: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    past(channel(here), 230)
    whole = run_through(asked(here))
    stopped = asked(here)
    assert (rehearsing.advance(), rehearsing.advance()) == (100, 100)
    restart(monkeypatch)
    assert rehearsing.advance() == 0
    counted = guesses_counted(monkeypatch)
    with clock.stopped_at(clock.now() + rehearsing.SILENT + timedelta(seconds=1)):
        run_through(stopped)
    assert sum(counted) == 30
    assert (stopped.state, stopped.done_cases, stopped.report) == ("done", 230, whole.report)
    assert told(stopped) == told(whole)
    assert not RehearsedItem.objects.exclude(signs=[]).exists()
    assert Entry.objects.filter(kind="RehearsalDone").count() == 2


def test_after_a_restart_with_other_entries_it_begins_anew(
    here: Workspace, sources: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    past(channel(here), 130)
    stopped = asked(here)
    rehearsing.advance()
    restart(monkeypatch)
    knowledge.write_source(here, Writing("Une autre question ?", "Une autre réponse.", "fr", topic=""), actor="test")
    counted = guesses_counted(monkeypatch)
    with clock.stopped_at(clock.now() + rehearsing.SILENT + timedelta(seconds=1)):
        run_through(stopped)
    assert (sum(counted), stopped.items.count()) == (130, 130)


def test_one_lane_alone_is_rehearsed_when_it_is_chosen(here: Workspace, sources: list[Source]) -> None:
    past(channel(here), 12)
    past(channel(here), 7, language="en")
    assert [lane["lane"] for lane in run_through(asked(here)).report["lanes"]] == ["answer · en", "answer · fr"]
    only = run_through(asked(here, language="en"))
    assert ([lane["lane"] for lane in only.report["lanes"]], only.cases) == (["answer · en"], 7)


def test_a_topic_with_as_many_verdicts_as_in_the_product_is_a_lane_of_its_own(
    here: Workspace, sources: list[Source]
) -> None:
    Source.objects.filter(pk=sources[0].pk).update(topic="horaires")
    Source.objects.filter(pk=sources[1].pk).update(topic="faq")
    past(channel(here), 3 * (ENOUGH - 1))
    assert [lane["lane"] for lane in run_through(asked(here)).report["lanes"]] == ["answer · fr"]
    past(channel(here), 12)
    whole, own = run_through(asked(here)).report["lanes"]
    assert (whole["lane"], own["lane"], own["follows"]) == ("answer · fr", "answer · fr · horaires", True)
    assert (own["cases"], whole["cases"]) == (ENOUGH + 3, 2 * (ENOUGH + 3))
    assert own["verdicts"] >= ENOUGH


def test_of_a_topic_that_is_chosen_only_what_falls_to_it_is_shown_as_the_whole_would_have_it(
    here: Workspace, sources: list[Source]
) -> None:
    Source.objects.filter(pk=sources[0].pk).update(topic="horaires")
    past(channel(here), 150)
    past(channel(here), 5, language="en")
    everything = run_through(asked(here, language="fr"))
    only = run_through(asked(here, language="fr", topic="horaires"))
    assert (only.cases, only.lane) == (150, "answer · fr · horaires")
    rows = {lane["lane"]: lane for lane in everything.report["lanes"]}
    assert only.report["lanes"] == [rows["answer · fr"], rows[only.lane]]
    fields = ("message", "source", "confidence", "alone", "reason")
    theirs = everything.items.filter(lane=only.lane).order_by("message")
    assert list(only.items.order_by("message").values_list(*fields)) == list(theirs.values_list(*fields))
    overall = only.report["overall"]
    assert (overall["cases"], overall["alone"]) == (50, theirs.filter(alone=True).count())
    assert overall["alone"] > 0


def test_a_topic_is_shown_alone_after_a_restart_too(
    here: Workspace, sources: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    Source.objects.filter(pk=sources[0].pk).update(topic="horaires")
    past(channel(here), 130)
    whole = run_through(asked(here, language="fr", topic="horaires"))
    stopped = asked(here, language="fr", topic="horaires")
    rehearsing.advance()
    restart(monkeypatch)
    counted = guesses_counted(monkeypatch)
    with clock.stopped_at(clock.now() + rehearsing.SILENT + timedelta(seconds=1)):
        run_through(stopped)
    assert (sum(counted), stopped.report) == (30, whole.report)


def test_the_lanes_to_choose_from_are_the_topics_of_what_may_be_quoted(here: Workspace, sources: list[Source]) -> None:
    for source, topic in zip(sources, ("horaires", "faq", "horaires"), strict=True):
        Source.objects.filter(pk=source.pk).update(topic=topic)
    gone = knowledge.write_source(here, Writing("Ancienne ?", "Oui.", "fr", topic="ancien"), actor="test")
    knowledge.archive(gone, actor="test")
    knowledge.write_source(here, Writing("Open?", "Yes.", "en", topic="hours"), actor="test")
    knowledge.write_source(workspace(), Writing("Ailleurs ?", "Oui.", "fr", topic="ailleurs"), actor="test")
    assert rehearsing.lanes_to_choose(here) == [("en", "hours"), ("fr", "horaires")]


@pytest.mark.parametrize(("mind", "first_is_known"), [("entries", True), ("learning", True), ("past", False)])
def test_a_mind_knows_what_it_is_said_to_know(
    here: Workspace, sources: list[Source], mind: str, first_is_known: bool
) -> None:
    past(channel(here), 30)
    done = run_through(asked(here, mind=mind))
    first, *_others = done.items.order_by("place")
    assert (first.source is not None) == first_is_known
    assert first.confidence > 0 if mind == "entries" else first.confidence == 0


def test_what_was_never_read_is_read_for_its_vetoes(here: Workspace, sources: list[Source]) -> None:
    talk = conversation(channel(here))
    message(talk, "Je veux parler à un humain, pas à un robot")
    message(talk, "Bien sûr.", by="operator", member=None)
    assert run_through(asked(here)).items.get().reason == "asked_for_person"
