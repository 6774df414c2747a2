"""Facts: they exist if and only if what they tell of does, in one order, and cannot be changed unseen."""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, timedelta
from hashlib import sha256
from threading import Event

import pytest
from django.conf import settings as conf
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from binome.journal import listening
from binome.journal import services as journal
from binome.journal.listening import Listener
from binome.journal.models import Entry, Reader
from binome.journal.selectors import facts_after, head
from binome.kit.secrets import derived
from tests.community import at_once, raised


@dataclass(frozen=True)
class Counted:
    number: int


def write(*numbers: int) -> None:
    journal.record(*(Counted(number) for number in numbers), workspace_id=None)


def numbers() -> list[int]:
    return [entry.about["number"] for entry in facts_after(0, 10_000)]


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_kept_when_its_transaction_commits() -> None:
    with transaction.atomic():
        write(1)
    journal.seal()
    assert numbers() == [1]


@pytest.mark.django_db(transaction=True)
def test_a_fact_vanishes_with_the_transaction_that_wrote_it() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1)
        write(1 // 0)
    assert journal.seal() == 0
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lower_id_committed_late_is_read_by_a_listener_that_went_past_it() -> None:
    seen: list[int] = []
    reader = Listener("late", frozenset({"Counted"}), lambda facts: seen.extend(f.about["number"] for f in facts))
    written, may_commit = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            write(1)
            written.set()
            assert may_commit.wait(20)

    def quick() -> None:
        assert written.wait(20)
        write(2)
        journal.seal()
        listening.read(reader)
        may_commit.set()

    assert raised(at_once(slow, quick)) == []
    assert seen == [2]
    journal.seal()
    listening.read(reader)
    assert seen == [2, 1]
    assert Entry.objects.get(about__number=1).pk < Entry.objects.get(about__number=2).pk


@pytest.mark.django_db(transaction=True)
def test_positions_are_dense_and_the_chain_holds_when_many_write_and_seal_at_once() -> None:
    def work(first: int) -> None:
        for number in range(first, first + 40):
            with transaction.atomic():
                write(number)
            journal.seal(7)

    assert raised(at_once(*(lambda first=first: work(first) for first in (0, 100, 200, 300)))) == []
    while journal.seal():
        pass
    assert [entry.position for entry in facts_after(0, 1_000)] == list(range(1, 161))
    assert sorted(numbers()) == [*range(40), *range(100, 140), *range(200, 240), *range(300, 340)]
    assert journal.verify(batch=9) == 160


@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_to_change_a_fact_and_nothing_is_changed() -> None:
    write(1, 2)
    journal.seal()
    for change in ("kind = 'Other'", "about = '{}'", "position = 7", "digest = ''", "actor = 'me'", "position = NULL"):
        with pytest.raises(ProgrammingError, match="never changed"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE journal_entry SET {change} WHERE position = 1")
    with pytest.raises(ProgrammingError, match="never changed"):
        Entry.objects.filter(position=2).delete()
    assert journal.verify() == 2


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_is_not_yet_sealed_cannot_be_changed_while_being_sealed() -> None:
    write(1)
    with pytest.raises(ProgrammingError, match="never changed"):
        Entry.objects.update(position=1, about={"number": 9})
    with pytest.raises(ProgrammingError, match="never changed"):
        Entry.objects.update(about={"number": 9})
    assert Entry.objects.get().about == {"number": 1}


FORGERIES = {
    "workspace_id": "workspace_id = 77",
    "kind": "kind = 'Other'",
    "about": "about = '{\"number\": 99}'",
    "actor": "actor = 'somebody else'",
    "at": "at = at + interval '1 microsecond'",
    "digest": "digest = repeat('0', 64)",
    "position": "position = 500",
    "not sealed": "position = NULL",
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES.keys())
@pytest.mark.parametrize("altered", [1, 3, 5])
@pytest.mark.django_db(transaction=True)
def test_verifying_finds_a_row_altered_behind_the_journals_back(change: str, altered: int) -> None:
    write(1, 2, 3, 4, 5)
    journal.seal()
    Reader.objects.create(name="somebody", position=5)
    _unguarded(f"UPDATE journal_entry SET {change} WHERE position = {altered}")
    with pytest.raises(journal.BrokenChain) as broken:
        journal.verify(batch=2)
    assert broken.value.position == altered


@pytest.mark.django_db(transaction=True)
def test_whoever_may_write_in_the_database_cannot_make_a_chain_that_passes_without_the_installations_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(1, 2, 3)
    with monkeypatch.context() as forger:
        forger.setattr(conf, "SECRET_KEY", "what the forger guesses, for want of the installation's own")
        journal.seal()
        assert journal.verify() == 3
    with pytest.raises(journal.BrokenChain) as broken:
        journal.verify()
    assert broken.value.position == 1


@pytest.mark.django_db(transaction=True)
def test_the_chain_holds_no_plain_digest_that_anyone_could_compute() -> None:
    write(1)
    journal.seal()
    entry = Entry.objects.get()
    content = ["", 1, None, "Counted", {"number": 1}, "system", entry.at.astimezone(UTC).isoformat()]
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    assert entry.digest != sha256(text).hexdigest()
    assert entry.digest == hmac.digest(derived(conf.SECRET_KEY, "journal"), text, "sha256").hex()


@pytest.mark.parametrize("removed", [1, 3, 5])
@pytest.mark.django_db(transaction=True)
def test_verifying_finds_a_row_removed_behind_the_journals_back(removed: int) -> None:
    write(1, 2, 3, 4, 5)
    journal.seal()
    Reader.objects.create(name="somebody", position=5)
    _unguarded(f"DELETE FROM journal_entry WHERE position = {removed}")
    with pytest.raises(journal.BrokenChain) as broken:
        journal.verify()
    assert broken.value.position == removed


@pytest.mark.django_db(transaction=True)
def test_verifying_finds_two_rows_that_changed_places() -> None:
    write(1, 2, 3)
    journal.seal()
    _unguarded(
        "UPDATE journal_entry SET position = -1 WHERE position = 2",
        "UPDATE journal_entry SET position = 2 WHERE position = 3",
        "UPDATE journal_entry SET position = 3 WHERE position = -1",
    )
    with pytest.raises(journal.BrokenChain):
        journal.verify()


@pytest.mark.django_db(transaction=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(2**53), 2**53),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        ),
    )
)
def test_whatever_a_fact_tells_its_digest_holds_when_read_again(about: dict[str, object]) -> None:
    Entry.objects.create(kind="Odd", about=about)
    journal.seal()
    assert journal.verify() == head()


@pytest.mark.django_db(transaction=True)
def test_sealing_in_small_bites_gives_the_chain_that_one_bite_gives() -> None:
    write(*range(10))
    while journal.seal(3):
        pass
    bites = list(Entry.objects.order_by("position").values_list("pk", "digest"))
    _unguarded("UPDATE journal_entry SET position = NULL, digest = ''")
    journal.seal()
    assert list(Entry.objects.order_by("position").values_list("pk", "digest")) == bites


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_once_for_a_transaction_and_not_for_one_that_failed(wakes: list[str]) -> None:
    with transaction.atomic():
        for number in range(20):
            write(number)
    assert len(wakes) == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1 // 0)
    assert len(wakes) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_for_what_was_written_after_a_part_that_was_taken_back(wakes: list[str]) -> None:
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write(1)
            write(1 // 0)
        write(2)
    assert len(wakes) == 1


@pytest.fixture
def wakes() -> list[str]:
    """The queries that notify the workers."""
    seen: list[str] = []

    def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if "pg_notify" in sql and params == [journal.CHANNEL]:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def _unguarded(*statements: str) -> None:
    """What somebody with the keys of the database might do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_never_changed")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER journal_never_changed")


@pytest.mark.django_db(transaction=True)
def test_a_fact_keeps_the_instant_at_which_it_happened_to_the_microsecond() -> None:
    write(1)
    written = Entry.objects.get().at
    journal.seal()
    assert Entry.objects.get().at - written == timedelta(0)
