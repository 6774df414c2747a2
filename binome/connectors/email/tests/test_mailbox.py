from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from binome.connectors.email.connector import Connector
from binome.connectors.email.tests.double import Double, double, mail
from binome.sdk.clock import now, stopped_at
from binome.sdk.errors import AccessRevoked, OutcomeUnknown, Rejected, Unavailable
from binome.sdk.types import Account

TODAY = datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.fixture
def place() -> Iterator[Double]:
    with double() as one, stopped_at(TODAY):
        yield one


def connected(place: Double, **settings: object) -> Connector:
    return Connector(replace(place.account, settings={**place.account.settings, **settings}))


def test_the_first_reading_begins_now(place: Double) -> None:
    place.put()
    batch = connected(place).read("")
    assert (batch.payloads, batch.cursor) == ((), "1:1:2026-03-07")


def test_the_first_reading_goes_back_as_far_as_asked(place: Double) -> None:
    inbox = place.store.folders["INBOX"]
    for days in (40, 9, 2, 0):
        inbox.add(mail(days), TODAY.date() - timedelta(days=days))
    batch = connected(place, since_days="7").read("")
    assert [payload.key for payload in batch.payloads] == ["m2@example.org", "m0@example.org"]


@pytest.mark.parametrize("cursor", ["", "7:1:2026-03-06"])
def test_what_is_older_than_was_asked_for_is_never_read(place: Double, cursor: str) -> None:
    inbox = place.store.folders["INBOX"]
    for days in (400, 40):
        inbox.add(mail(days), TODAY.date() - timedelta(days=days))
    for _ in range(3):
        batch = connected(place, since_days="7").read(cursor)
        assert batch.payloads == ()
        cursor = batch.cursor
    inbox.add(mail(0), TODAY.date())
    assert [payload.key for payload in connected(place).read(cursor).payloads] == ["m0@example.org"]


def test_a_full_mailbox_is_read_in_pages(place: Double) -> None:
    for _ in range(120):
        place.put()
    cursor, sizes, keys = "1:0:2026-03-01", [], []
    for _ in range(4):
        batch = connected(place).read(cursor)
        sizes.append(len(batch.payloads))
        keys += [payload.key for payload in batch.payloads]
        cursor = batch.cursor
    assert sizes == [50, 50, 20, 0]
    assert keys == [f"m{number}@example.org" for number in range(1, 121)]


def test_until_it_has_caught_up_the_cursor_keeps_its_day(place: Double) -> None:
    for _ in range(60):
        place.put()
    first = connected(place).read("1:0:2026-03-01").cursor
    assert first == "1:50:2026-03-01"
    assert connected(place).read(first).cursor == "1:60:2026-03-07"


def test_nothing_is_lost_when_the_server_renumbers(place: Double) -> None:
    inbox = place.store.folders["INBOX"]
    inbox.add(mail(1), date(2025, 1, 1))
    inbox.add(mail(2), date(2026, 3, 6))
    cursor = connected(place).read("1:1:2026-03-06").cursor
    inbox.add(mail(3), TODAY.date())
    inbox.renumber()
    batch = connected(place).read(cursor)
    assert [payload.key for payload in batch.payloads] == ["m2@example.org", "m3@example.org"]
    assert batch.cursor == "2:3:2026-03-07"
    assert connected(place).read(batch.cursor).payloads == ()


def test_reading_marks_nothing_as_read(place: Double) -> None:
    place.put()
    connected(place).read("1:0:2026-03-01")
    assert {"select", "store", "uid_store", "expunge"}.isdisjoint(place.store.asked)


def test_a_reply_is_kept_with_the_mail_sent_once(place: Double) -> None:
    connector = connected(place)
    for _ in range(2):
        connector.reply(place.outgoing("k1"))
    assert [raw for raw, _ in place.store.folders["Sent"].held.values()] == place.post.taken[:1]


def test_a_reply_that_left_is_sent_even_when_no_copy_can_be_kept(place: Double) -> None:
    place.store.failure = "login"
    assert connected(place).reply(place.outgoing("k1")).external_id.startswith("binome.")
    assert len(place.post.taken) == 1


def test_a_mailbox_without_a_sent_folder_is_no_failure(place: Double) -> None:
    del place.store.folders["Sent"]
    connected(place).reply(place.outgoing("k1"))
    assert len(place.post.taken) == 1


def test_an_answer_proves_that_a_mail_left(place: Double) -> None:
    place.fail("broken off after message")
    connector = connected(place)
    with pytest.raises(OutcomeUnknown):
        connector.reply(place.outgoing("k1"))
    with pytest.raises(OutcomeUnknown):
        connector.find(place.outgoing("k1"))
    [raw] = place.post.taken
    sent_id = raw.split(b"Message-ID: ")[1].split(b"\r\n")[0]
    place.store.folders["INBOX"].add(b"In-Reply-To: " + sent_id + b"\r\n\r\nMerci", TODAY.date())
    assert connector.find(place.outgoing("k1")) is not None


@pytest.mark.parametrize(
    ("failure", "error"), [("login", AccessRevoked), ("tired", Unavailable), ("drop", Unavailable)]
)
def test_a_mailbox_that_cannot_be_entered_says_why(place: Double, failure: str, error: type[Exception]) -> None:
    place.store.failure = failure
    for act in (lambda: connected(place).read("1:0:2026-03-01"), connected(place).check):
        with pytest.raises(error):
            act()


def test_a_folder_that_is_not_there_is_named(place: Double) -> None:
    with pytest.raises(Rejected, match="Courrier"):
        connected(place, folder="Courrier").read("")


def test_check_signs_in_at_both_servers_and_sends_nothing(place: Double) -> None:
    connected(place).check()
    assert (place.store.connections, place.post.connections, place.post.taken) == (1, 1, [])


def test_no_password_travels_in_clear_over_a_network(place: Double) -> None:
    for name in ("imap", "smtp"):
        with pytest.raises(Rejected, match="encryption"):
            connected(place, **{f"{name}_host": "mail.example.org"}).check()
    assert place.post.connections == 0


def test_a_server_without_tls_is_not_spoken_to_in_clear(place: Double) -> None:
    with pytest.raises(Rejected, match="does not offer"):
        connected(place, smtp_security="starttls").reply(place.outgoing("k1"))
    assert place.post.taken == []


def test_nobody_there_is_a_matter_of_waiting() -> None:
    closed = {"imap_host": "127.0.0.1", "imap_port": "9", "smtp_host": "127.0.0.1", "smtp_port": "9"}
    connector = Connector(Account({"address": "a@b.example", **closed}, {"password": "x"}))
    with pytest.raises(Unavailable):
        connector.read("")
    with pytest.raises(Unavailable):
        connector.check()
    assert now().tzinfo is UTC


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1"])
def test_addresses_that_no_mail_server_has_are_not_spoken_to(place: Double, host: str) -> None:
    with pytest.raises(Rejected):
        connected(place, imap_host=host, imap_security="tls").check()
