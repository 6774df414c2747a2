"""Listeners: each fact once, whatever fails; what is done and how far one has read commit together."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Lock

import pytest
from django.db import DataError, OperationalError, connection, transaction

from binome.journal import listening
from binome.journal import services as journal
from binome.journal.listening import Handler, Listener
from binome.journal.models import Entry, Reader, Setback
from binome.journal.selectors import last_sealed, setbacks_open
from binome.workspaces.models import Workspace
from tests.community import at_once, raised, workspace

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Wanted:
    number: int


@dataclass(frozen=True)
class Unwanted:
    number: int


def write(*numbers: int, kind: type = Wanted) -> None:
    journal.record(*(kind(number) for number in numbers), workspace_id=None)
    journal.seal(100_000)


def listener(handle: Handler, name: str = "test") -> Listener:
    return Listener(name, frozenset({"Wanted"}), handle)


def told(entries: Sequence[Entry]) -> list[int]:
    return [entry.about["number"] for entry in entries]


def note(entries: Sequence[Entry]) -> None:
    """An effect that can be counted: a workspace for each fact."""
    for number in told(entries):
        workspace(slug=f"fact-{number}", name=str(number))


def noted() -> list[int]:
    return sorted(int(name) for name in Workspace.objects.values_list("name", flat=True))


def test_a_listener_hears_only_what_it_asked_for_in_order_and_once() -> None:
    heard: list[int] = []
    reader = listener(lambda entries: heard.extend(told(entries)))
    write(1, 2)
    write(3, kind=Unwanted)
    write(4)
    assert [listening.read(reader), listening.read(reader)] == [3, 0]
    assert heard == [1, 2, 4]


def test_a_batch_is_no_longer_than_asked_for_and_the_rest_follows() -> None:
    heard: list[list[int]] = []
    reader = listener(lambda entries: heard.append(told(entries)))
    write(*range(7))
    assert [listening.read(reader, 3) for _ in range(4)] == [3, 3, 1, 0]
    assert heard == [[0, 1, 2], [3, 4, 5], [6]]


def test_two_workers_on_one_listener_handle_each_fact_once() -> None:
    heard: list[int] = []
    lock = Lock()

    def handle(entries: Sequence[Entry]) -> None:
        note(entries)
        with lock:
            heard.extend(told(entries))

    def work() -> None:
        for _round in range(60):
            listening.read(listener(handle), 5)

    def tell() -> None:
        for number in range(60):
            write(number)

    assert raised(at_once(work, work, work, tell)) == []
    while listening.read(listener(handle), 5):
        pass
    assert sorted(heard) == list(range(60))
    assert noted() == list(range(60))


def test_one_bad_fact_is_one_setback_and_the_others_go_on() -> None:
    def handle(entries: Sequence[Entry]) -> None:
        note(entries)
        if 3 in told(entries):
            raise KeyError("a member's words")

    write(1, 2, 3, 4, 5)
    assert listening.read(listener(handle)) == 5
    assert noted() == [1, 2, 4, 5]
    (setback,) = setbacks_open()
    assert (setback.reader, setback.entry.about) == ("test", {"number": 3})
    assert setback.error.startswith("KeyError at ")
    assert listening.read(listener(handle)) == 0
    assert noted() == [1, 2, 4, 5]


def test_neither_the_setback_nor_the_log_quotes_what_the_error_says(caplog: pytest.LogCaptureFixture) -> None:
    def handle(entries: Sequence[Entry]) -> None:
        raise DataError(" ".join(["my phone is 06", "12", "34", "56", "78"]))

    write(1)
    with caplog.at_level(logging.DEBUG):
        listening.read(listener(handle))
    assert "06 12 34 56 78" not in caplog.text + Setback.objects.get().error
    assert "test: DataError in Wanted" in caplog.text


def test_what_a_listener_did_and_how_far_it_has_read_are_undone_together() -> None:
    def handle(entries: Sequence[Entry]) -> None:
        note(entries)

    write(1, 2)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        listening.read(listener(handle))
        assert noted() == [1, 2]
        _ = 1 // 0
    assert noted() == []
    assert not Reader.objects.filter(position__gt=0).exists()
    assert listening.read(listener(handle)) == 2
    assert noted() == [1, 2]


def test_a_failure_of_one_listener_leaves_another_alone() -> None:
    def fail(entries: Sequence[Entry]) -> None:
        raise RuntimeError

    write(1)
    assert listening.read(listener(note, "good")) == 1
    assert listening.read(listener(fail, "bad")) == 1
    assert noted() == [1]
    assert [setback.reader for setback in setbacks_open()] == ["bad"]


def test_when_the_connection_is_lost_the_same_batch_comes_again() -> None:
    lost = [True]

    def handle(entries: Sequence[Entry]) -> None:
        note(entries)
        if lost.pop() if lost else False:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    write(1, 2)
    with pytest.raises(OperationalError):
        listening.read(listener(handle))
    connection.close()
    assert noted() == []
    assert listening.read(listener(handle)) == 2
    assert noted() == [1, 2]
    assert not Setback.objects.exists()


def test_a_fact_that_postgresql_can_never_take_does_not_stop_those_behind_it() -> None:
    def handle(entries: Sequence[Entry]) -> None:
        note(entries)
        if 2 in told(entries):  # "program limit exceeded", which Django calls an operational error
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT to_tsvector('simple', string_agg(md5(n::text), ' ')) FROM generate_series(1, 99999) n"
                )

    write(1, 2, 3)
    assert listening.read(listener(handle)) == 3
    assert noted() == [1, 3]
    assert [setback.entry.about["number"] for setback in setbacks_open()] == [2]


def test_a_setback_tried_again_is_handled_once_even_by_two_people_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(listening.listeners, "test", listener(lambda entries: [][1]))
    write(1)
    listening.read(listening.listeners["test"])
    (setback,) = setbacks_open()
    with pytest.raises(IndexError):
        listening.retry(setback)
    assert len(setbacks_open()) == 1
    monkeypatch.setitem(listening.listeners, "test", listener(note))
    assert raised(at_once(*[lambda: listening.retry(Setback.objects.get())] * 3)) == []
    assert noted() == [1]
    assert len(setbacks_open()) == 0


def test_a_listener_does_not_look_through_the_same_uninteresting_facts_again() -> None:
    write(1)
    write(*range(listening.STRIDE), kind=Unwanted)
    reader = listener(note)
    assert [listening.read(reader), listening.read(reader)] == [1, 0]
    assert Reader.objects.get(name="test").position == listening.STRIDE + 1


def strand(number: int, handle: Handler) -> Listener:
    return Listener(f"test.{number}", frozenset({"Wanted"}), handle, by="number", strands=2, strand=number)


def test_two_strands_hear_everything_once_and_what_belongs_together_in_order() -> None:
    heard: dict[int, list[int]] = {0: [], 1: []}
    strands = [strand(number, lambda entries, own=heard[number]: own.extend(told(entries))) for number in heard]  # type: ignore[misc]
    write(1, 3, 5, 7, 9, 2)
    write(9, kind=Unwanted)
    write(*range(10, 90))
    while sum([listening.read(one, 3) for one in strands]):
        pass
    assert heard == {0: [2, *range(10, 90, 2)], 1: [1, 3, 5, 7, 9, *range(11, 90, 2)]}


def test_a_strand_is_read_while_another_is_busy() -> None:
    heard: list[int] = []
    Reader.objects.create(name="test.0")
    write(*range(6))

    def meanwhile(entries: Sequence[Entry]) -> None:
        other = strand(1, lambda entries: heard.extend(told(entries)))
        assert raised(at_once(lambda: listening.read(other), lambda: listening.read(strand(0, note)))) == []
        assert heard == [1, 3, 5]
        note(entries)

    assert listening.read(strand(0, meanwhile)) == 6  # it met all, and dealt with its own
    assert noted() == [0, 2, 4]


def test_a_strand_passes_what_is_of_the_other_and_does_not_look_at_it_again() -> None:
    write(*range(0, 2 * listening.STRIDE, 2))
    reader = strand(1, note)
    while Reader.objects.filter(name="test.1", position=listening.STRIDE).count() == 0:
        before = Reader.objects.filter(name="test.1").values_list("position", flat=True).first() or 0
        assert listening.read(reader) > 0  # there is more to pass: whoever works does not rest yet
        assert (Reader.objects.get(name="test.1").position) > before
    assert listening.read(reader) == 0
    assert noted() == []


def test_looking_when_there_is_nothing_takes_no_lock_and_writes_nothing() -> None:
    write(1)
    listening.read(listener(note))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        before = cursor.fetchone()
        assert listening.read(listener(note)) == 0
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        assert cursor.fetchone() == before


def test_a_listener_that_saw_nothing_is_left_alone_until_something_is_sealed_or_the_journal_is_another() -> None:
    def quiet() -> bool:
        return listening.is_quiet(reader, last_sealed()[1])

    heard: list[int] = []
    reader = listener(lambda entries: heard.extend(told(entries)), "quiet")
    write(1)
    assert not quiet()
    assert [listening.read(reader), listening.read(reader)] == [1, 0]
    assert quiet()
    write(2, kind=Unwanted)
    assert not quiet()
    assert listening.read(reader) == 0
    assert quiet()
    with connection.cursor() as cursor:  # as a restored backup would: as many facts, but others
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE journal_entry SET digest = 'of another past'")
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    assert not quiet()


def test_a_listener_held_by_another_worker_is_not_taken_for_one_that_has_nothing_to_do() -> None:
    reader = listener(lambda entries: None, "held")
    write(1)
    with transaction.atomic():
        Reader.objects.create(name="held")
    ready, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Reader.objects.select_for_update().get(name="held")
            ready.set()
            assert done.wait(30)

    def look() -> None:
        assert ready.wait(30)
        try:
            assert listening.read(reader) == 0
            assert not listening.is_quiet(reader, last_sealed()[1])
        finally:
            done.set()

    assert at_once(hold, look) == [None, None]
    assert listening.read(reader) == 1
