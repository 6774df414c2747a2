"""The gate: what leaves, leaves once, with an authorisation; what a person stopped does not leave."""

import random
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from binome.channels import gate
from binome.channels import services as channels
from binome.channels.gate import Authorisation
from binome.channels.models import Channel, Delivery, Freeze, Thread
from binome.journal.models import Entry
from binome.kit import clock
from binome.kit.transitions import MoveRefused
from binome.sdk.errors import Unavailable
from binome.sdk.types import OutgoingMessage, Sent
from binome.workspaces.models import Workspace
from tests.community import at_once, channel, raised, workspace
from tests.doubles.notebook.connector import Connector, lines
from tests.workers import kill, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)

ALLOWED = Authorisation("user:7", "written by a person", {"suggestion": 12})


def thread(place: Channel, name: str = "thread") -> Thread:
    return Thread.objects.create(workspace_id=place.workspace_id, channel=place, external_id=name)


def line(said_in: Thread, text: str = "hello", *, by_machine: bool = False) -> Delivery:
    return gate.enqueue(said_in, text, ALLOWED, by_machine=by_machine)


def behave(place: Channel, **how: Any) -> None:
    Channel.objects.filter(pk=place.pk).update(settings={**place.settings, **{k: str(v) for k, v in how.items()}})


def arrived(book: Path) -> list[str]:
    return [one["text"] for one in lines(book, "arrived")]


def later(seconds: float) -> Any:
    return clock.stopped_at(clock.now() + timedelta(seconds=seconds))


def settled() -> list[tuple[str, str]]:
    facts = Entry.objects.filter(kind="DeliverySettled").order_by("pk")
    return [(fact.about["state"], fact.about["failure"]) for fact in facts]


class TestSending:
    def test_what_is_due_leaves_once_and_the_ledger_says_so(self, place: Channel, book: Path) -> None:
        delivery = line(thread(place))
        assert [gate.deliver_due(), gate.deliver_due()] == [1, 0]
        delivery.refresh_from_db()
        assert (delivery.state, delivery.external_id, delivery.attempts) == ("sent", f"note-{delivery.key}", 1)
        assert arrived(book) == ["hello"]
        assert settled() == [("sent", "")]

    def test_who_allowed_it_and_why_is_kept(self, place: Channel) -> None:
        delivery = line(thread(place))
        gate.deliver_due()
        delivery.refresh_from_db()
        expected = {"by": "user:7", "why": "written by a person", "evidence": {"suggestion": 12}}
        assert delivery.authorisation == expected

    def test_a_text_too_long_is_refused_before_anything(self, place: Channel, book: Path) -> None:
        with pytest.raises(gate.TooLong) as refused:
            line(thread(place), "x" * 201)
        assert (refused.value.length, refused.value.limit) == (201, 200)
        assert not Delivery.objects.exists()
        assert line(thread(place, "other"), "x" * 200).state == "due"
        assert lines(book, "called") == []

    def test_messages_of_one_thread_leave_in_the_order_in_which_they_were_written(
        self, place: Channel, book: Path
    ) -> None:
        said_in = thread(place)
        line(said_in, "first")
        line(said_in, "second")
        behave(place, failure="Unavailable")
        gate.deliver_due()
        behave(place)
        gate.deliver_due()
        assert arrived(book) == []
        with later(60):
            while gate.deliver_due():
                pass
        assert arrived(book) == ["first", "second"]

    def test_a_line_that_cannot_be_looked_at_holds_up_no_other(
        self, place: Channel, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def check(delivery: Delivery) -> str:
            if delivery.text == "bad":
                raise KeyError("unforeseen")
            return ""

        monkeypatch.setattr(gate, "last_checks", [check])
        line(thread(place, "bad"), "bad", by_machine=True)
        line(thread(place, "good"), "good", by_machine=True)
        assert gate.deliver_due() == 1
        assert arrived(book) == ["good"]
        bad = Delivery.objects.get(text="bad")
        assert (bad.state, bad.attempts, bad.due_at > clock.now()) == ("due", 0, True)

    def test_a_connector_that_is_gone_holds_up_no_other_and_is_told_in_the_end(
        self, community: Workspace, place: Channel, book: Path
    ) -> None:
        gone = channel(community)
        first = line(thread(gone), "for nobody")
        Channel.objects.filter(pk=gone.pk).update(connector="gone")
        line(thread(place), "good")
        gate.deliver_due()
        assert arrived(book) == ["good"]
        for minutes in range(1, 60, 2):
            with later(60 * minutes):
                gate.deliver_due()
        first.refresh_from_db()
        assert (first.state, first.failure, first.attempts) == ("failed", "Unavailable", gate.ATTEMPTS)

    @pytest.mark.parametrize(("said", "kept"), [("q1", "KEY"), ("q0", "KEY"), ("r1", "r1"), ("", "")])
    def test_a_platform_that_gives_back_the_id_of_the_question_overwrites_nothing(
        self, place: Channel, book: Path, monkeypatch: pytest.MonkeyPatch, said: str, kept: str
    ) -> None:
        monkeypatch.setattr(Connector, "reply", lambda _connector, _message: Sent(said))
        delivery = gate.enqueue(
            thread(place), "hello", ALLOWED, by_machine=False, in_reply_to="q1", references=("q0", "q1")
        )
        gate.deliver_due()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.external_id) == ("sent", kept.replace("KEY", delivery.key))

    def test_what_a_platform_says_is_kept_whatever_is_in_it(
        self, place: Channel, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def reply(_connector: Connector, _message: OutgoingMessage) -> Sent:
            raise Unavailable("full\0 \ud800today")

        monkeypatch.setattr(Connector, "reply", reply)
        delivery = line(thread(place))
        gate.deliver_due()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.failure, delivery.detail) == ("due", "Unavailable", "full today")

    def test_two_machines_do_not_answer_each_other_without_end(self, place: Channel, book: Path) -> None:
        def said(number: int, recipient: str, *, by_machine: bool = True) -> Delivery:
            where = thread(place, f"{recipient}{number}{by_machine}")
            return gate.enqueue(where, recipient, ALLOWED, by_machine=by_machine, recipient=recipient)

        lines = [said(number, "robot") for number in range(gate.MOST_TO_ONE + 5)]
        said(0, "robot", by_machine=False)
        said(0, "anais")
        while gate.deliver_due():
            pass
        assert len(arrived(book)) == gate.MOST_TO_ONE + 2
        assert {*arrived(book)} == {"robot", "anais"}
        settled_as = Delivery.objects.filter(pk__in=[one.pk for one in lines]).values_list("state", "failure")
        assert Counter(settled_as) == {("sent", ""): gate.MOST_TO_ONE, ("cancelled", "NoEnd"): 5}
        with later(25 * 3600):
            said(99, "robot")
            assert gate.deliver_due() == 1

    def test_four_workers_never_send_one_line_twice(self, place: Channel, book: Path) -> None:
        threads = [thread(place, f"thread-{n}") for n in range(50)]
        for number in range(200):
            line(threads[number % 50], f"text {number}", by_machine=number % 2 == 0)

        def work() -> None:
            while Delivery.objects.filter(state__in=["due", "sending"]).exists():
                gate.deliver_due()

        assert raised(at_once(work, work, work, work)) == []
        assert sorted(arrived(book)) == sorted(f"text {number}" for number in range(200))
        assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}
        assert settled() == [("sent", "")] * 200

    def test_a_channel_keeps_the_pace_of_its_platform_whatever_the_number_of_workers(
        self, place: Channel, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installed = channels.registry.connector("notebook")
        monkeypatch.setattr(installed.manifest.limits, "replies_per_minute", 5)
        for number in range(12):
            line(thread(place, f"thread-{number}"))
        assert raised(at_once(*[gate.deliver_due] * 4)) == []
        assert len(arrived(book)) == 5
        assert Delivery.objects.filter(state="due", due_at__gt=clock.now()).count() == 7
        with later(61):
            gate.deliver_due()
        assert len(arrived(book)) == 10

    def test_nothing_is_called_for_a_channel_paused_at_the_last_moment(self, place: Channel, book: Path) -> None:
        delivery = line(thread(place))
        waiting = gate._open(10)
        channels.set_state(place, "paused", actor="user:1")
        assert [gate._deliver(*one) for one in waiting] == [0]
        delivery.refresh_from_db()
        assert (delivery.state, lines(book, "called")) == ("due", [])


class TestFailures:
    @pytest.mark.parametrize(
        ("failure", "state"),
        [
            ("AccessExpired", "failed"),
            ("AccessRevoked", "failed"),
            ("RateLimited", "due"),
            ("Unavailable", "due"),
            ("Rejected", "failed"),
            ("OutcomeUnknown", "unknown"),
            ("Malformed", "unknown"),
            ("KeyError", "unknown"),
        ],
    )
    def test_each_failure_has_its_consequence(self, place: Channel, book: Path, failure: str, state: str) -> None:
        delivery = line(thread(place))
        behave(place, failure=failure)
        gate.deliver_due()
        delivery.refresh_from_db()
        assert delivery.state == state
        assert delivery.failure == ("OutcomeUnknown" if failure == "KeyError" else failure)
        assert settled() == ([] if state == "due" else [(state, delivery.failure)])
        behave(place)
        with later(1):
            gate.deliver_due()
        assert len(lines(book, "called")) == 1

    @pytest.mark.parametrize("failure", ["AccessExpired", "AccessRevoked"])
    def test_a_refused_access_disconnects_the_channel_and_what_is_due_waits(
        self, place: Channel, book: Path, failure: str
    ) -> None:
        line(thread(place))
        waiting = line(thread(place, "other"))
        behave(place, failure=failure)
        gate.deliver_due(limit=1)
        place.refresh_from_db()
        assert (place.state, place.failure) == ("disconnected", failure)
        assert Entry.objects.filter(kind="ChannelStateChanged", about__failure=failure).count() == 1
        gate.deliver_due()
        waiting.refresh_from_db()
        assert (waiting.state, len(lines(book, "called"))) == ("due", 1)

    def test_a_platform_that_asks_to_wait_is_waited_for(self, place: Channel, book: Path) -> None:
        line(thread(place))
        behave(place, failure="RateLimited")
        gate.deliver_due()
        behave(place)
        with later(58):
            gate.deliver_due()
        assert arrived(book) == []
        with later(62):
            gate.deliver_due()
        assert arrived(book) == ["hello"]

    @pytest.mark.parametrize("failure", ["RateLimited", "Unavailable"])
    def test_a_platform_that_is_never_there_is_given_up_after_a_number_of_attempts(
        self, place: Channel, book: Path, failure: str
    ) -> None:
        delivery = line(thread(place))
        behave(place, failure=failure)
        for day in range(1, 20):
            with later(day * 86_400):
                gate.deliver_due()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.failure, delivery.attempts) == ("failed", failure, gate.ATTEMPTS)
        assert len(lines(book, "called")) == gate.ATTEMPTS

    def test_what_is_unknown_is_looked_up_and_never_sent_again(self, place: Channel, book: Path) -> None:
        delivery = line(thread(place))
        behave(place, failure="OutcomeUnknown")
        gate.deliver_due()
        behave(place)
        for day in range(1, 5):
            with later(day * 86_400):
                gate.deliver_due()
        delivery.refresh_from_db()
        assert (delivery.state, len(lines(book, "called"))) == ("unknown", 1)
        book.write_text(book.read_text().replace('"called"', '"arrived"'))  # it had arrived, the platform now says
        with later(9 * 86_400):
            assert gate.deliver_due() == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.external_id) == ("sent", f"note-{delivery.key}")

    def test_a_channel_whose_secrets_cannot_be_opened_holds_up_no_other(
        self, community: Workspace, place: Channel, book: Path
    ) -> None:
        broken = channel(community, "notebook", book=str(book))
        Channel.objects.filter(pk=broken.pk).update(sealed_secrets="not sealed by us")
        stuck, good = line(thread(broken)), line(thread(place))
        lost = line(thread(broken, "other"))
        Delivery.objects.filter(pk=lost.pk).update(state="unknown")
        gate.deliver_due()
        stuck.refresh_from_db()
        good.refresh_from_db()
        assert (stuck.state, stuck.failure, good.state) == ("due", "Unavailable", "sent")
        assert gate.deliver_due() == 0

    def test_a_platforms_endless_identifier_does_not_lose_the_proof_of_sending(
        self, place: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tests.doubles.notebook.connector import Connector, Sent

        monkeypatch.setattr(Connector, "reply", lambda self, message: Sent("x" * 3_000))
        delivery = line(thread(place))
        gate.deliver_due()
        delivery.refresh_from_db()
        assert (delivery.state, len(delivery.external_id)) == ("sent", 500)


class TestHolding:
    def test_what_the_machine_had_in_line_is_cancelled_and_what_a_person_wrote_leaves(
        self, place: Channel, book: Path
    ) -> None:
        said_in = thread(place)
        line(said_in, "by the machine", by_machine=True)
        line(said_in, "by a person")
        line(thread(place, "other"), "by the machine elsewhere", by_machine=True)
        gate.hold(said_in, actor="user:1")
        while gate.deliver_due():
            pass
        assert sorted(arrived(book)) == ["by a person", "by the machine elsewhere"]
        assert ("cancelled", "Held") in settled()

    def test_a_machines_line_written_while_a_person_holds_never_leaves(self, place: Channel, book: Path) -> None:
        said_in = thread(place)
        gate.hold(said_in, actor="user:1")
        delivery = line(said_in, by_machine=True)
        gate.deliver_due()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.failure, lines(book, "called")) == ("cancelled", "Held", [])

    def test_once_it_is_given_back_the_machine_may_write_again(self, place: Channel, book: Path) -> None:
        said_in = thread(place)
        gate.hold(said_in, actor="user:1")
        gate.release(said_in, actor="user:1")
        line(said_in, "again", by_machine=True)
        gate.deliver_due()
        assert arrived(book) == ["again"]

    def test_once_a_person_has_the_pen_nothing_by_the_machine_leaves(self, place: Channel, book: Path) -> None:
        """Two hundred races between a worker about to send and a person who takes over."""
        chance = random.Random(20260302)
        behave(place, before=0.002)
        stop, taken = threading.Event(), {}

        def work() -> None:
            while not stop.is_set():
                gate.deliver_due()

        def take() -> None:
            try:
                for number in range(200):
                    said_in = thread(place, f"race-{number}")
                    line(said_in, f"race-{number}", by_machine=True)
                    time.sleep(chance.random() * 0.012)
                    gate.hold(said_in, actor="user:1")
                    taken[f"race-{number}"] = time.monotonic()
            finally:
                stop.set()

        assert raised(at_once(work, work, take)) == []
        while gate.deliver_due():
            pass
        left = {one["text"]: one["at"] for one in lines(book, "arrived")}
        assert [text for text, at in left.items() if at > taken[text]] == []
        states = dict(Delivery.objects.values_list("text", "state"))
        assert {text for text, state in states.items() if state == "sent"} == set(left)
        assert set(states.values()) == {"sent", "cancelled"}  # both sides won some of the races


class TestFreezing:
    def test_a_frozen_workspace_sends_nothing_until_it_is_thawed(
        self, community: Workspace, place: Channel, book: Path
    ) -> None:
        machine = line(thread(place, "a"), "by the machine", by_machine=True)
        line(thread(place, "b"), "by a person")
        frozen = gate.freeze(community, actor="user:1", reason="crisis")
        assert gate.deliver_due() == 0
        machine.refresh_from_db()
        assert (machine.state, machine.failure, lines(book, "called")) == ("cancelled", "Frozen", [])
        gate.thaw(frozen, actor="user:1")
        gate.deliver_due()
        assert arrived(book) == ["by a person"]

    def test_a_freeze_of_one_channel_or_of_another_workspace_leaves_the_rest_alone(
        self, community: Workspace, place: Channel, book: Path
    ) -> None:
        other = channel(community, "notebook", book=str(book))
        stranger = channel(workspace(), "notebook", book=str(book))
        for one in (place, other, stranger):
            line(thread(one), one.public_id, by_machine=True)
        gate.freeze(community, channel=place, actor="user:1")
        gate.freeze(workspace(), actor="user:2")
        gate.deliver_due()
        assert sorted(arrived(book)) == sorted([other.public_id, stranger.public_id])

    def test_another_workspaces_channel_cannot_be_frozen(self, community: Workspace) -> None:
        theirs = channel(workspace())
        with pytest.raises(channels.NotOfThisWorkspace):
            gate.freeze(community, channel=theirs, actor="user:1")
        assert not Freeze.objects.exists()

    def test_once_a_freeze_has_returned_no_send_begins(self, place: Channel, book: Path) -> None:
        """Sixty races between workers and the button, on lines that people wrote (which wait, and are not cancelled)."""
        chance = random.Random(20260303)
        community = place.workspace
        stop, begun_after = threading.Event(), []

        def work() -> None:
            while not stop.is_set():
                gate.deliver_due()

        def press() -> None:
            try:
                for number in range(60):
                    for part in range(3):
                        line(thread(place, f"race-{number}-{part}"), f"race-{number}")
                    time.sleep(chance.random() * 0.012)
                    frozen = gate.freeze(community, actor="user:1")
                    sending = set(Delivery.objects.filter(state="sending").values_list("key", flat=True))
                    due = set(Delivery.objects.filter(state="due").values_list("key", flat=True))
                    time.sleep(0.004)
                    called = {one["key"] for one in lines(book, "called")}
                    begun_after.extend(due & called - sending)
                    gate.thaw(frozen, actor="user:1")
            finally:
                stop.set()

        assert raised(at_once(work, work, press)) == []
        assert begun_after == []


class TestPeopleDeciding:
    def test_a_failed_message_is_sent_again_when_a_person_says_so(self, place: Channel, book: Path) -> None:
        delivery = line(thread(place))
        behave(place, failure="Rejected")
        gate.deliver_due()
        behave(place)
        delivery.refresh_from_db()
        gate.resend(delivery, actor="user:9")
        gate.deliver_due()
        delivery.refresh_from_db()
        assert (delivery.state, arrived(book)) == ("sent", ["hello"])
        assert delivery.authorisation["resent_by"] == "user:9"
        assert delivery.authorisation["why"] == "written by a person"

    @pytest.mark.parametrize(("sent", "state"), [(True, "sent"), (False, "failed")])
    def test_a_person_says_what_became_of_an_unknown_message(self, place: Channel, sent: bool, state: str) -> None:
        delivery = line(thread(place))
        Delivery.objects.filter(pk=delivery.pk).update(state="unknown")
        gate.declare(delivery, sent=sent, actor="user:9")
        delivery.refresh_from_db()
        assert delivery.state == state
        assert Entry.objects.get(kind="DeliverySettled").actor == "user:9"

    @pytest.mark.parametrize("state", ["due", "sending", "sent", "cancelled"])
    def test_what_did_not_fail_cannot_be_sent_again(self, place: Channel, state: str) -> None:
        delivery = line(thread(place))
        Delivery.objects.filter(pk=delivery.pk).update(state=state)
        with pytest.raises(MoveRefused):
            gate.resend(delivery, actor="user:9")
        delivery.refresh_from_db()
        assert (delivery.state, "resent_by" in delivery.authorisation) == (state, False)

    def test_a_person_who_decides_while_it_is_looked_up_waits_for_the_answer(self, place: Channel, book: Path) -> None:
        """Found on the platform at the last moment: it is not sent a second time."""
        delivery = line(thread(place))
        Delivery.objects.filter(pk=delivery.pk).update(state="unknown")
        with gate._thread_lock(delivery.thread_id) as held:
            assert held
            asked = threading.Thread(target=lambda: results.append(_resend(delivery)))
            results: list[Any] = []
            asked.start()
            wait_until(_somebody_waits_for_a_lock)
            delivery.refresh_from_db()
            delivery.thread, delivery.channel  # noqa: B018
            gate._finish(delivery, gate.Sent("found"))
        asked.join(10)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.external_id) == ("sent", "found")
        assert isinstance(results[0], MoveRefused)
        assert lines(book, "called") == []


@pytest.mark.parametrize(("moment", "end"), [("before", "unknown"), ("after", "sent")])
def test_a_sender_killed_in_the_middle_of_the_call_leaves_an_unknown_that_is_looked_up(
    place: Channel, book: Path, moment: str, end: str
) -> None:
    delivery = line(thread(place), by_machine=True)
    behave(place, **{moment: 60})
    with worker("from binome.channels import gate; gate.deliver_due()") as sender:
        wait_until(lambda: lines(book, "called" if moment == "before" else "arrived"))
        assert gate.deliver_due() == 0  # it lives: its line is left alone
        kill(sender)
    behave(place)
    wait_until(gate.deliver_due)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.detail) == ("unknown", "Interrupted")
    gate.deliver_due()
    with later(86_400):
        gate.deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, len(lines(book, "called"))) == (end, 1)


def _resend(delivery: Delivery) -> Any:
    try:
        return gate.resend(delivery, actor="user:9")
    except MoveRefused as error:
        return error
    finally:
        connection.close()


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])
