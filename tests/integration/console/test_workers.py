"""Workers in processes of their own, one of them killed: nothing is lost, nothing is done twice."""

import itertools
import threading
from collections import Counter
from pathlib import Path

import pytest

from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Audit
from binome.channels import services as channels
from binome.channels.models import Arrival, Channel, Delivery
from binome.console import loops
from binome.inbox.models import Conversation, Message
from binome.journal import listening
from binome.journal import services as journal
from binome.journal.models import Entry, Setback
from binome.knowledge import services as knowledge
from binome.knowledge.services import Writing
from binome.sdk.errors import Unavailable
from binome.sdk.types import Payload
from binome.understanding.models import Annotation
from binome.workspaces.models import Role
from tests import doubles
from tests.community import channel, said, teammate, workspace
from tests.doubles.notebook.connector import lines
from tests.workers import kill, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)

RUN = """
import threading
from binome.console import loops
loops.run_worker(threading.Event())
"""
BURST = 300


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    doubles.install(monkeypatch)
    return tmp_path / "book"


def test_a_burst_survives_the_death_of_a_worker_in_the_middle(book: Path) -> None:
    community = workspace()
    place = channel(community, "notebook", book=str(book), after="0.02")
    knowledge.write_source(
        community, Writing("Êtes-vous ouverts le dimanche ?", "Oui, de 10 h à 18 h.", "fr"), actor="test"
    )
    lane = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
    owner = teammate(community, Role.OWNER).memberships.get()
    autonomy.open_on_trial(lane, membership=owner, strictness=0.3, daily_cap=BURST)
    ask = "Êtes-vous ouverts le dimanche ?"
    with worker(RUN) as one, worker(RUN):
        for begin in range(0, BURST, 10):
            burst = [said(f"m{n}", ask, author=f"member {n}", language="fr") for n in range(begin, begin + 10)]
            channels.receive(place, burst)
        wait_until(lambda: len(lines(book, "arrived")) >= 20, 120)
        kill(one)
        wait_until(lambda: _all_done(community.pk), 180)

    assert (
        Arrival.objects.count() == Message.objects.filter(by="member").count() == Conversation.objects.count() == BURST
    )
    told = Counter(fact.about["message"] for fact in Entry.objects.filter(kind="MessageReceived"))
    assert set(told.values()) == {1}
    stages = Counter(Annotation.objects.values_list("message", "stage"))
    assert set(stages.values()) == {1}
    assert Suggestion.objects.filter(state="acted").count() == Message.objects.filter(by="ai").count() == BURST
    assert Audit.objects.count() == BURST
    left = Counter(line["key"] for line in lines(book, "called"))
    assert len(left) == BURST
    assert set(left.values()) == {1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert not Setback.objects.exists()
    assert journal.verify() == Entry.objects.exclude(position=None).count()


def _all_done(workspace_id: int) -> bool:
    return Delivery.objects.filter(workspace_id=workspace_id, state="sent").count() == BURST


def test_what_fails_holds_up_nothing_else_and_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def fail() -> int:
        raise RuntimeError("a chore that always fails")

    def work() -> int:
        done.append("worked")
        return 0

    monkeypatch.setattr(loops, "chores", [fail, work])
    with pytest.raises(RuntimeError, match="always fails"):
        loops.work_until_idle()
    assert done == ["worked"]


def test_a_channel_that_fails_in_an_undeclared_way_is_not_read_again_at_once(book: Path) -> None:
    place = channel(workspace(), "notebook", book=str(book), failure="KeyError")
    loops._poll(place)
    place = Channel.objects.get(pk=place.pk)
    assert (place.failure, place.failure_detail) == (Unavailable.__name__, "KeyError")
    assert place not in loops.channels_to_poll()


def test_a_channel_paused_while_it_is_read_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    place = channel(workspace())
    read: list[Channel] = []

    def poll(channel: Channel) -> int:
        read.append(channel)
        Channel.objects.filter(pk=channel.pk).update(state="paused")
        return channels.receive(channel, [Payload(b"{}", "k")])

    monkeypatch.setattr(channels, "poll", poll)
    loops._poll(place)
    assert len(read) == 1


def test_what_is_studied_at_length_holds_up_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    studying, answered, stop = threading.Event(), threading.Event(), threading.Event()

    def study() -> int:
        studying.set()
        assert answered.wait(30), "it waited for the study to end"
        stop.set()
        return 0

    def deliver() -> int:
        if studying.is_set():
            answered.set()
        return 0

    monkeypatch.setattr(loops, "studies", [study])
    monkeypatch.setattr(loops, "errands", [])
    monkeypatch.setattr(loops, "chores", [deliver])
    loops.run_worker(stop)
    assert answered.is_set()


def test_a_worker_told_to_leave_studies_alone_begins_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, studied, rounds = threading.Event(), threading.Event(), itertools.count()
    monkeypatch.setattr(loops, "DOZE", 0.01)
    monkeypatch.setattr(loops, "studies", [lambda: studied.set() or 0])
    monkeypatch.setattr(loops, "errands", [])
    monkeypatch.setattr(loops, "chores", [lambda: stop.set() or 0 if next(rounds) > 20 else 0])
    loops.run_worker(stop, studies=False)
    assert not studied.is_set()


def test_who_studies_does_nothing_that_others_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, done = threading.Event(), Counter[str]()

    def study() -> int:
        done["studies"] += 1
        if done["studies"] == 3:
            stop.set()
        return 1

    def read(one: listening.Listener) -> int:
        done["listeners that study" if one.studies else "listeners"] += 1
        return 0

    monkeypatch.setattr(listening, "_quiet", {})
    monkeypatch.setattr(listening, "read", read)
    monkeypatch.setattr(journal, "seal", lambda: done.update(["sealed"]) or 0)
    monkeypatch.setattr(loops, "studies", [study])
    monkeypatch.setattr(loops, "errands", [lambda: done.update(["errands"]) or 0])
    monkeypatch.setattr(loops, "chores", [lambda: done.update(["chores"]) or 0])
    loops.run_studies(stop)
    assert set(done) == {"studies", "listeners that study"}
    assert done["studies"] == 3


def test_a_study_that_takes_long_does_not_keep_the_process_from_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, begun, free = threading.Event(), threading.Event(), threading.Event()

    def study() -> int:
        begun.set()
        stop.set()
        free.wait(60)
        return 0

    monkeypatch.setattr(loops, "PARTING", 0.05)
    monkeypatch.setattr(loops, "studies", [study])
    loops.run_studies(stop)
    assert begun.is_set()
    assert not free.is_set()  # it was left behind
    free.set()
    for thread in threading.enumerate():
        if thread.name == "studies":
            thread.join(60)


def test_years_of_replies_and_lessons_are_studied_apart() -> None:
    apart = {name for name, one in listening.listeners.items() if one.studies}
    assert {"knowledge.memory.remember", "knowledge.teach_topics"} <= apart
    assert apart.isdisjoint({"inbox.receive", "understanding.read", "assistant.respond", "assistant.void"})
