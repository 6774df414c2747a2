"""Hiding and showing pass the gate as messages do; asked twice they change nothing, so they are asked again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from binome.channels import gate, selectors
from binome.channels.gate import Authorisation
from binome.channels.models import Channel, Delivery, Thread
from binome.connectors.playground.room import room
from binome.kit import clock
from binome.kit.transitions import MoveRefused
from binome.workspaces.models import Workspace
from tests.community import channel
from tests.doubles.notebook.connector import lines
from tests.workers import kill, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)

ALLOWED = Authorisation("user:7", "hidden by a person")


@pytest.fixture
def thread(place: Channel) -> Thread:
    return Thread.objects.create(workspace_id=place.workspace_id, channel=place, external_id="thread")


def line(said_in: Thread, *, hidden: bool = True, by_machine: bool = False) -> Delivery:
    return gate.enqueue_moderation(said_in, "m1", ALLOWED, hidden=hidden, by_machine=by_machine, reason="insults")


def behave(place: Channel, **how: Any) -> None:
    Channel.objects.filter(pk=place.pk).update(settings={**place.settings, **{k: str(v) for k, v in how.items()}})


def arrived(book: Path) -> list[str]:
    return [one["text"] for one in lines(book, "arrived")]


def later(seconds: float) -> Any:
    return clock.stopped_at(clock.now() + timedelta(seconds=seconds))


def state(delivery: Delivery) -> tuple[str, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.failure


def test_it_leaves_once_in_its_turn_among_the_messages_of_its_thread(thread: Thread, book: Path) -> None:
    first = gate.enqueue(thread, "hello", ALLOWED, by_machine=False)
    hiding, showing = line(thread), line(thread, hidden=False)
    while gate.deliver_due():
        pass
    assert arrived(book) == ["hello", "hide m1", "show m1"]
    assert [state(one) for one in (first, hiding, showing)] == [("sent", "")] * 3


def test_the_platform_is_told_which_message_why_and_by_whom(community: Workspace) -> None:
    place = channel(community, "webhook", reply_url="https://program.example/", can_moderate="on")
    thread = Thread.objects.create(workspace=community, channel=place, external_id="t-1")
    delivery = line(thread, by_machine=True)
    wanted = gate._moderation(delivery)
    assert (wanted.key, wanted.thread_id, wanted.message_id) == (delivery.key, "t-1", "m1")
    assert (wanted.hidden, wanted.reason, wanted.by_machine) == (True, "insults", True)


@pytest.mark.parametrize("failure", ["OutcomeUnknown", "Malformed", "KeyError", "Unavailable", "RateLimited"])
def test_without_an_answer_it_is_asked_again_and_never_left_to_a_person(
    thread: Thread, place: Channel, book: Path, failure: str
) -> None:
    delivery = line(thread)
    behave(place, failure=failure)
    gate.deliver_due()
    assert state(delivery)[0] == "due"
    behave(place)
    with later(3_600):
        gate.deliver_due()
    assert state(delivery)[0] == "sent"
    assert arrived(book) == ["hide m1"]


@pytest.mark.parametrize("failure", ["OutcomeUnknown", "Unavailable"])
def test_it_is_given_up_after_a_number_of_attempts(thread: Thread, place: Channel, book: Path, failure: str) -> None:
    delivery = line(thread)
    behave(place, failure=failure)
    for hour in range(gate.ATTEMPTS + 3):
        with later(3_600 * hour):
            gate.deliver_due()
    assert state(delivery) == ("failed", failure)
    assert len(lines(book, "called")) == gate.ATTEMPTS


@pytest.mark.parametrize(
    ("failure", "met"),
    [("Rejected", "Rejected"), ("AccessRevoked", "AccessRevoked"), ("AccessExpired", "AccessExpired")],
)
def test_a_refusal_is_final(thread: Thread, place: Channel, failure: str, met: str) -> None:
    delivery = line(thread)
    behave(place, failure=failure)
    gate.deliver_due()
    assert state(delivery) == ("failed", met)


@pytest.mark.parametrize(("moment", "seen"), [("before", ["hide m1"]), ("after", ["hide m1", "hide m1"])])
def test_a_sender_killed_in_the_middle_of_the_call_is_followed_by_another(
    thread: Thread, place: Channel, book: Path, moment: str, seen: list[str]
) -> None:
    delivery = line(thread, by_machine=True)
    behave(place, **{moment: 60})
    with worker("from binome.channels import gate; gate.deliver_due()") as sender:
        wait_until(lambda: lines(book, "called" if moment == "before" else "arrived"))
        assert gate.deliver_due() == 0  # it lives: its line is left alone
        kill(sender)
    behave(place)
    wait_until(gate.deliver_due)
    assert state(delivery)[0] == "due"
    with later(3_600):
        gate.deliver_due()
        gate.deliver_due()
    assert state(delivery) == ("sent", "")
    assert arrived(book) == seen
    assert len({one["key"] for one in lines(book, "called")}) == 1  # by which the platform knows it


def test_a_message_hidden_twice_is_hidden_once(community: Workspace) -> None:
    place = channel(community, room="twice", can_moderate="on")
    thread = Thread.objects.create(workspace=community, channel=place, external_id="t1")
    room("twice").failures.extend(["OutcomeUnknown"])
    delivery = line(thread)
    gate.deliver_due()
    assert room("twice").moderated == {"m1": True}
    with later(3_600):
        gate.deliver_due()
    assert (state(delivery), room("twice").moderated) == (("sent", ""), {"m1": True})


def test_once_a_person_holds_the_thread_the_machine_hides_nothing_there(thread: Thread, book: Path) -> None:
    waiting, by_person = line(thread, by_machine=True), line(thread)
    gate.hold(thread, actor="user:1")
    afterwards = line(thread, by_machine=True)
    while gate.deliver_due():
        pass
    assert [state(one) for one in (waiting, afterwards)] == [("cancelled", "Held")] * 2
    assert (state(by_person), arrived(book)) == (("sent", ""), ["hide m1"])


def test_a_freeze_cancels_the_machines_and_keeps_a_persons(thread: Thread, community: Workspace, book: Path) -> None:
    by_machine, by_person = line(thread, by_machine=True), line(thread, hidden=False)
    frozen = gate.freeze(community, actor="user:1")
    gate.deliver_due()
    assert (state(by_machine), state(by_person)) == (("cancelled", "Frozen"), ("due", ""))
    gate.thaw(frozen, actor="user:1")
    gate.deliver_due()
    assert arrived(book) == ["show m1"]


def test_the_last_checks_are_asked_of_what_the_machine_hides(
    thread: Thread, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "last_checks", [lambda delivery: "LaneClosed" if delivery.does == "hide" else ""])
    by_machine, by_person = line(thread, by_machine=True), line(thread)
    gate.deliver_due()
    gate.deliver_due()
    assert (state(by_machine), state(by_person)) == (("cancelled", "LaneClosed"), ("sent", ""))


def test_a_channel_that_no_longer_can_is_not_called(community: Workspace) -> None:
    place = channel(community, room="no-longer")
    thread = Thread.objects.create(workspace=community, channel=place, external_id="t1")
    delivery = line(thread)
    gate.deliver_due()
    assert (state(delivery), room("no-longer").moderated) == (("failed", "Rejected"), {})


def test_it_is_counted_and_shown_among_messages_nowhere(thread: Thread, place: Channel, community: Workspace) -> None:
    line(thread)
    frozen = gate.freeze(community, actor="user:1")
    assert selectors.receipt(frozen).waiting == 0
    [counted] = selectors.channels_of(community)
    assert (counted.waiting, counted.unsettled) == (0, 0)
    gate.thaw(frozen, actor="user:1")
    behave(place, failure="Rejected")
    gate.deliver_due()
    assert not selectors.unsettled_deliveries(community)


def test_it_is_not_sent_again_but_decided_anew(thread: Thread, place: Channel) -> None:
    delivery = line(thread)
    behave(place, failure="Rejected")
    gate.deliver_due()
    with pytest.raises(MoveRefused):
        gate.resend(delivery, actor="user:1")


def test_what_waits_to_be_hidden_is_not_once_its_thread_is_forgotten(thread: Thread, book: Path) -> None:
    due, left_behind = line(thread), line(thread)
    Delivery.objects.filter(pk=left_behind.pk).update(state="sending", attempts=1)
    gate.cancel_all(thread, "Erased")
    with later(3_600):
        assert gate.deliver_due() == 0
    assert (state(due), state(left_behind)) == (("cancelled", "Erased"), ("failed", "Erased"))
    assert lines(book, "called") == []
