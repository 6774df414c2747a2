"""Receiving: one message each, with its last words, whatever the order, the repeats, the corrections and the echoes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from binome.channels import gate
from binome.channels import services as channels
from binome.channels.models import Arrival, Channel, Delivery
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message, Revision, Tombstone
from binome.journal.models import Entry
from binome.kit import clock
from binome.members.models import Identity, Member
from binome.sdk.types import Attachment, Author, Batch, Incoming, IncomingDeletion, IncomingMessage, Payload
from tests.community import NOON, channel, conversation, message, said, teammate, workspace

pytestmark = pytest.mark.django_db


def take(place: Channel, *payloads: Payload) -> None:
    """Store these payloads, then enter them, as the worker does."""
    known = set(Arrival.objects.filter(channel=place).values_list("pk", flat=True))
    channels.receive(place, payloads)
    new = Arrival.objects.filter(channel=place).exclude(pk__in=known)
    inbox.receive_arrivals(list(new.order_by("pk").values_list("pk", flat=True)))


def facts(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.fixture
def place() -> Channel:
    return channel(workspace())


# --- any order, any repeats -------------------------------------------------------------------------------------

Version = tuple[int, str]


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What happened on the platform: messages with their later versions and perhaps their deletion, in some threads."""
    instants = iter(draw(st.permutations(range(60))))
    texts = st.sampled_from(["a", "b", "c"])
    return [
        {
            "id": f"m{number}",
            "thread": f"t{draw(st.integers(0, 1))}",
            "by_us": draw(st.integers(0, 4)) == 0,
            "versions": [(at, draw(texts)) for at in sorted(next(instants) for _ in range(draw(st.integers(1, 4))))],
            "deleted": draw(st.integers(0, 3)) == 0,
        }
        for number in range(draw(st.integers(1, 6)))
    ]


def payloads_of(history: Sequence[dict[str, Any]]) -> list[tuple[str, int, str, Payload]]:
    """Everything the platform sends of it: (message, instant, text, payload); the text is None for a deletion."""
    sent: list[tuple[str, int, str, Payload]] = []
    for one in history:
        common = {
            "thread": one["thread"],
            "author": "us" if one["by_us"] else f"by-{one['thread']}",
            "by_us": one["by_us"],
        }
        for place, (at, text) in enumerate(one["versions"]):
            kind = "edited" if place else "said"
            sent.append((one["id"], at, text, said(one["id"], text, minute=at, kind=kind, **common)))
        if one["deleted"]:
            sent.append((one["id"], 99, "", said(one["id"], "", minute=99, kind="deleted")))
    return sent


def told(arrived: Sequence[tuple[str, int, str, Payload]]) -> dict[str, list[Version]]:
    """By message, the versions that the inbox showed one after the other; [] once it was deleted."""
    shown: dict[str, list[Version]] = {}
    gone: set[str] = set()
    for name, at, text, _payload in arrived:
        if at == 99:
            gone.add(name)
        versions = shown.setdefault(name, [])
        if name in gone:
            versions.clear()
        elif not versions or at > versions[-1][0]:
            versions.append((at, text))
    return shown


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), histories())
def test_a_feed_replayed_in_any_order_with_any_repeats_gives_one_message_each(
    data: st.DataObject, history: list[dict[str, Any]]
) -> None:
    place = channel(workspace())
    sent = payloads_of(history)
    feed = [*data.draw(st.permutations(sent)), *data.draw(st.lists(st.sampled_from(sent), max_size=12))]
    event(f"{len(history)} messages")
    begin = 0
    while begin < len(feed):
        end = begin + data.draw(st.integers(1, 6))
        take(place, *(payload for _name, _at, _text, payload in feed[begin:end]))
        begin = end
    everything = list(Arrival.objects.filter(channel=place).order_by("pk").values_list("pk", flat=True))
    inbox.receive_arrivals(everything)  # a worker that died before it committed does it all again

    messages = {one.external_id: one for one in Message.objects.filter(channel=place)}
    assert sorted(messages) == sorted(one["id"] for one in history)
    shown = told(feed)
    for one in history:
        kept = messages[one["id"]]
        _at, last_text = one["versions"][-1]
        if one["deleted"]:
            assert (kept.text, kept.deleted_at) == ("", minute(99))
            assert not kept.revisions.exists()
        else:
            assert (kept.text, kept.deleted_at, kept.at) == (last_text, None, minute(one["versions"][0][0]))
            assert [r.text for r in kept.revisions.order_by("until")] == _changes(shown[one["id"]])
    for talk in Conversation.objects.filter(channel=place):
        words = [messages[one["id"]] for one in history if one["thread"] == talk.thread.external_id]
        left = [word for word in words if word.deleted_at is None]
        last = max(left or words, key=lambda word: (word.at, word.pk))
        expected = (last.text, last.by) if left else ("", talk.last_by)
        assert (talk.last_text, talk.last_by) == expected
        if left:
            assert talk.last_message_at == last.at


def _changes(versions: Sequence[Version]) -> list[str]:
    """What was said before each change; a new version with the same words is none."""
    texts = [text for _at, text in versions]
    return [before for before, after in pairwise(texts) if before != after]


# --- one case each ----------------------------------------------------------------------------------------------


def test_a_message_opens_a_conversation_that_waits_since_it_was_said(place: Channel) -> None:
    take(place, said("m1", "Hello", author="Ada"))
    talk = Conversation.objects.get()
    assert (talk.state, talk.waiting_since, talk.last_text, talk.last_by) == ("open", NOON, "Hello", "member")
    assert (str(talk.member), facts("MessageReceived")) == ("Ada", 1)


def test_a_message_that_comes_late_does_not_reopen_what_was_closed_after_it(place: Channel) -> None:
    user = teammate(place.workspace)
    take(place, said("m2", "Second", thread="t", minute=10))
    inbox.close(Conversation.objects.get(), user=user)
    take(place, said("m1", "First", thread="t", minute=1))
    talk = Conversation.objects.get()
    assert (talk.state, talk.waiting_since, talk.last_text) == ("closed", None, "Second")
    assert facts("MessageReceived") == 2


def test_a_new_message_brings_back_what_was_closed_or_put_away(place: Channel) -> None:
    user = teammate(place.workspace)
    take(place, said("m1", thread="t"))
    inbox.snooze(Conversation.objects.get(), until=clock.now() + timedelta(days=1), user=user)
    take(place, said("m2", "And now?", thread="t", minute=5))
    talk = Conversation.objects.get()
    assert (talk.state, talk.snoozed_until, talk.waiting_since) == ("open", None, NOON)


def test_a_message_to_come_is_dated_from_now(place: Channel) -> None:
    with clock.stopped_at(NOON):
        take(place, said("m1", minute=500))
    assert Message.objects.get().at == Conversation.objects.get().last_message_at == NOON


def test_an_answer_that_names_an_earlier_message_joins_its_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    place = channel(workspace())
    author = Author("ada")
    first = IncomingMessage("<1@a>", "<1@a>", author, "Hello", NOON)
    answer = IncomingMessage(
        "<3@a>", "<2@us>", author, "Thanks", minute(5), in_reply_to="<2@us>", references=("<1@a>",)
    )
    _enter(monkeypatch, place, first, answer)
    assert [one.external_id for one in Conversation.objects.get().messages.order_by("at")] == ["<1@a>", "<3@a>"]


def test_identifiers_longer_than_are_kept_stay_apart_and_are_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    place = channel(workspace())
    long = "x" * 700
    for _time in range(2):
        one = IncomingMessage(long + "1", long + "t", Author(long + "a"), "one", NOON)
        two = IncomingMessage(long + "2", long + "u", Author(long + "b"), "two", NOON)
        _enter(monkeypatch, place, one, two)
    _enter(monkeypatch, place, IncomingDeletion(long + "2", minute(9)))
    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["one", ""]
    assert (Conversation.objects.count(), Member.objects.count(), Identity.objects.count()) == (2, 2, 2)
    assert not Tombstone.objects.exists()


def test_two_payloads_whose_long_keys_begin_alike_are_both_stored(place: Channel) -> None:
    same = "k" * 300
    assert (
        channels.receive(place, [Payload(b"{}", same + "1"), Payload(b"{}", same + "2"), Payload(b"{}", same + "1")])
        == 2
    )


def test_what_cannot_be_read_is_kept_with_its_problem_and_the_rest_is_entered(place: Channel) -> None:
    take(place, said("m1"), Payload(b'{"id": 7', "bad"), said("m2", minute=1))
    assert Message.objects.count() == 2
    problem = Arrival.objects.get(key="bad")
    assert bytes(problem.body) == b'{"id": 7'
    assert problem.problem.startswith("not in the documented form")


def test_what_was_taken_back_leaves_no_word_behind(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    place = channel(workspace())
    file = Attachment("photo.png", "image/png", b"picture")
    text = IncomingMessage("m1", "t", Author("ada"), "My address is 12 rue X", NOON, attachments=(file,))
    edit = IncomingMessage("m1", "t", Author("ada"), "Never mind", NOON, revised_at=minute(1))
    _enter(monkeypatch, place, text, edit, IncomingDeletion("m1", minute(2)))
    kept = Message.objects.get()
    assert (kept.text, kept.html, kept.search, kept.attachments.count()) == ("", "", None, 0)
    assert not Revision.objects.exists()
    assert Conversation.objects.get().last_text == ""
    assert facts("MessageDeleted") == 1


def test_a_file_beyond_the_limit_is_told_of_and_not_kept(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT, settings.LARGEST_ATTACHMENT = tmp_path, 7
    place = channel(workspace())
    files = (Attachment("small.png", "image/png", b"picture"), Attachment("large.png", "image/png", b"pictures"))
    mail = IncomingMessage("m1", "t", Author("ada"), "Two files", NOON, attachments=files)
    _enter(monkeypatch, place, mail)
    kept = Message.objects.get().attachments.order_by("pk")
    assert [(one.name, one.size, bool(one.file)) for one in kept] == [("small.png", 7, True), ("large.png", 8, False)]
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"picture"]
    taken_back = IncomingMessage("m2", "t", Author("ada"), "Two files", NOON, attachments=files)
    _enter(monkeypatch, place, taken_back, IncomingDeletion("m2", minute(2)))
    assert Message.objects.get(external_id="m2").attachments.count() == 0


def test_a_message_deleted_before_it_came_is_never_announced_and_its_files_are_never_stored(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    place = channel(workspace())
    file = Attachment("photo.png", "image/png", b"picture")
    late = IncomingMessage("m1", "t", Author("ada"), "Hello", NOON, attachments=(file,))
    _enter(monkeypatch, place, IncomingDeletion("m1", minute(2)), late)
    assert (Message.objects.get().text, facts("MessageReceived")) == ("", 0)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# --- echoes -----------------------------------------------------------------------------------------------------


def _sent(place: Channel, *, by_machine: bool = False) -> tuple[Message, Delivery]:
    """A reply of ours that the platform has taken, and that we have not yet noted."""
    last = {"last_by": "member", "last_text": "A question", "last_message_at": NOON}
    talk = conversation(place, waiting_since=NOON, needs_person=True, **last)
    message(talk, "A question", at=NOON)
    if by_machine:
        allowed = gate.Authorisation("ai", "tells that a person will come")
        ours = inbox.reply_as_ai(talk, "A person will reply", authorisation=allowed, sources=[], alone=False)
    else:
        ours = inbox.reply(talk, "A person will reply", user=teammate(place.workspace))
    Delivery.objects.filter(pk=ours.delivery_id).update(state="sent", external_id="id-there")
    return ours, Delivery.objects.get(pk=ours.delivery_id)


def echo(ours: Message, text: str = "A person will reply") -> Payload:
    return said("id-there", text, minute=3, thread=ours.conversation.thread.external_id, by_us=True, author="us")


@pytest.mark.parametrize("first", ["echo", "settled"])
@pytest.mark.parametrize("words", ["A person will reply", "A person will reply\n-- sent with Platform"])
def test_our_own_words_shown_back_are_one_message(place: Channel, first: str, words: str) -> None:
    ours, delivery = _sent(place)
    steps = [lambda: take(place, echo(ours, words)), lambda: inbox.note_sent([delivery.pk])]
    for step in steps if first == "echo" else steps[::-1]:
        step()
    kept = Message.objects.filter(conversation=ours.conversation).exclude(by="member").get()
    assert (kept.pk, kept.external_id, kept.text) == (ours.pk, "id-there", "A person will reply")
    talk = Conversation.objects.get(pk=ours.conversation_id)
    assert (talk.last_text, talk.last_by) == ("A person will reply", "operator")


@pytest.mark.parametrize("state", ["sending", "unknown", "sent"])
@pytest.mark.parametrize("words", ["A person will reply", "A person will reply (automatic)"])
def test_the_machines_own_words_shown_back_do_not_settle_what_waits_for_a_person(
    place: Channel, state: str, words: str
) -> None:
    ours, delivery = _sent(place, by_machine=True)
    known = "id-there" if state == "sent" else ""
    Delivery.objects.filter(pk=delivery.pk).update(state=state, external_id=known)
    take(place, echo(ours, words))
    talk = Conversation.objects.get(pk=ours.conversation_id)
    assert (talk.needs_person, talk.waiting_since) == (True, NOON)
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", external_id="id-there")
    inbox.note_sent([delivery.pk])
    kept = Message.objects.filter(conversation=talk).exclude(by="member").get()
    assert (kept.pk, kept.by, kept.external_id) == (ours.pk, "ai", "id-there")
    talk.refresh_from_db()
    assert (talk.last_by, talk.last_text) == ("member", "A question")  # a notice is not the last word


def test_what_a_member_wrote_elsewhere_is_kept_whatever_id_the_platform_gives_ours(place: Channel) -> None:
    take(place, said("id-there", "Is anybody here?", thread="another"))
    ours, delivery = _sent(place)
    inbox.note_sent([delivery.pk])
    assert Message.objects.get(external_id="id-there").text == "Is anybody here?"
    assert Message.objects.get(pk=ours.pk).text == "A person will reply"


def test_a_colleague_who_answers_on_the_platform_itself_settles_the_conversation(place: Channel) -> None:
    take(place, said("m1", "A question", thread="t"))
    Conversation.objects.update(needs_person=True)
    take(place, said("m2", "An answer", thread="t", minute=4, by_us=True, author="us"))
    talk = Conversation.objects.get()
    assert (talk.needs_person, talk.waiting_since, talk.last_by) == (False, None, "operator")


def test_the_same_words_sent_twice_are_told_apart(place: Channel) -> None:
    one, first = _sent(place)
    two = inbox.reply(one.conversation, "A person will reply", user=teammate(place.workspace))
    Delivery.objects.filter(pk=two.delivery_id).update(state="sent", external_id="second")
    Delivery.objects.filter(pk=first.pk).update(external_id="first")
    thread = one.conversation.thread.external_id
    for name in ("second", "first"):
        take(place, said(name, "A person will reply", minute=3, thread=thread, by_us=True))
    inbox.note_sent([two.delivery_id, first.pk])
    ids = dict(Message.objects.filter(by="operator").values_list("pk", "external_id"))
    assert ids == {one.pk: "first", two.pk: "second"}


def _enter(monkeypatch: pytest.MonkeyPatch, place: Channel, *items: Incoming) -> None:
    """Enter items as a connector would have read them."""
    channels.receive(place, [Payload(b"{}", f"{place.pk}-{Arrival.objects.count()}")])
    (arrival,) = Arrival.objects.filter(channel=place).order_by("-pk")[:1]
    monkeypatch.setattr(channels, "read_arrivals", lambda ids: [(arrival, list(items))])
    inbox.receive_arrivals([arrival.pk])
    monkeypatch.undo()


# --- many at once ----------------------------------------------------------------------------------------------


def _a_bit_of_everything(place: Channel, threads: int) -> int:
    """Queries to enter, in so many threads: what is new, what came before, what comes late, again, or from us."""
    names = [f"{threads}-{number}" for number in range(threads)]
    take(place, *(said(f"known-{name}", thread=f"known-{name}", minute=5, author=name) for name in names))
    arrived = [
        payload
        for name in names
        for payload in (
            said(f"first-{name}", "A question", thread=f"new-{name}", author=name),
            said(f"second-{name}", "Another", thread=f"new-{name}", minute=1, author=name),
            said(f"first-{name}", "A question", thread=f"new-{name}", author=name, seen="again"),
            said(f"late-{name}", thread=f"known-{name}", minute=2, author=name),
            said(f"next-{name}", thread=f"known-{name}", minute=9, author=name),
            said(f"known-{name}", thread=f"known-{name}", minute=5, author=name, seen="again"),
            said(f"ours-{name}", "An answer", thread=f"new-{name}", minute=3, by_us=True, author="us"),
        )
    ]
    before = Message.objects.count()
    channels.receive(place, arrived)
    with CaptureQueriesContext(connection) as asked:
        inbox.receive_arrivals(list(Arrival.objects.order_by("-pk").values_list("pk", flat=True)[: len(arrived)]))
    assert Message.objects.count() == before + 5 * threads
    return len(asked)


def test_a_batch_takes_the_same_number_of_queries_however_large_it_is(place: Channel) -> None:
    few, many = _a_bit_of_everything(place, 2), _a_bit_of_everything(place, 40)
    assert few == many <= 32


def test_what_is_known_of_many_messages_is_found_by_their_ids(place: Channel) -> None:
    """PostgreSQL does not conclude from more than a hundred ids that none is empty, as the index of messages wants it."""
    channels.receive(place, [said(f"m{number}") for number in range(150)])
    with CaptureQueriesContext(connection) as asked:
        inbox.receive_arrivals(list(Arrival.objects.order_by("pk").values_list("pk", flat=True)))
    by_ids = [
        one["sql"] for one in asked if '"external_id" IN (' in one["sql"] and 'FROM "inbox_message"' in one["sql"]
    ]
    assert by_ids
    with connection.cursor() as cursor:  # so few rows are as well looked through, or found by whatever they share
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'inbox_message'::regclass"
            " AND indexrelid NOT IN (SELECT conindid FROM pg_constraint) AND indexrelid <> 'one_message_each'::regclass"
        )
        for (other,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {other}")
        for sql in by_ids:
            cursor.execute(f"EXPLAIN {sql}")
            assert any("one_message_each" in line for (line,) in cursor.fetchall())


def test_what_arrives_together_leaves_what_it_would_leave_one_by_one(place: Channel) -> None:
    other = channel(place.workspace)
    payloads = [
        said(
            f"m{number}",
            f"{number}",
            thread=f"t{number % 3}",
            minute=minute,
            by_us=number % 5 == 0,
            author=f"{number % 3}",
        )
        for number, minute in enumerate([4, 9, 2, 7, 1, 8, 3, 6, 5, 0])
    ]
    take(place, *payloads)
    for payload in payloads:
        take(other, payload)

    def left(where: Channel) -> list[tuple[Any, ...]]:
        shown = (
            "thread__external_id",
            "state",
            "last_text",
            "last_by",
            "waiting_since",
            "last_message_at",
            "member__name",
        )
        return sorted(Conversation.objects.filter(channel=where).values_list(*shown, "needs_person"))

    assert left(place) == left(other)


# --- reading channels -------------------------------------------------------------------------------------------


class Feed:
    """A connector that has read this page."""

    def __init__(self, *payloads: Payload, cursor: str) -> None:
        self.batch = Batch(payloads, cursor)

    def read(self, cursor: str) -> Batch:
        return self.batch


def test_what_was_read_and_how_far_are_stored_together(monkeypatch: pytest.MonkeyPatch, place: Channel) -> None:
    monkeypatch.setattr(channels, "connected", lambda channel: Feed(said("m1"), cursor="1"))
    assert channels.poll(place) == 1
    place.refresh_from_db()
    assert (place.cursor, place.poll_after <= clock.now()) == ("1", True)


def test_a_place_that_always_says_the_same_is_read_at_its_pace(monkeypatch: pytest.MonkeyPatch, place: Channel) -> None:
    monkeypatch.setattr(channels, "connected", lambda channel: Feed(said("m1"), cursor="1"))
    channels.poll(place)
    place.refresh_from_db()
    assert channels.poll(place) == 0
    place.refresh_from_db()
    assert place.poll_after > clock.now()


def test_a_slow_reader_does_not_take_the_cursor_back(monkeypatch: pytest.MonkeyPatch, place: Channel) -> None:
    slow = Channel.objects.get(pk=place.pk)
    monkeypatch.setattr(channels, "connected", lambda channel: Feed(said("m1"), said("m2", minute=1), cursor="2"))
    channels.poll(place)
    monkeypatch.setattr(channels, "connected", lambda channel: Feed(said("m1"), cursor="1"))
    assert channels.poll(slow) == 0
    place.refresh_from_db()
    assert (place.cursor, Arrival.objects.filter(channel=place).count()) == ("2", 2)


class TestThePastOfAMailbox:
    """A channel is connected that already has months of messages."""

    @pytest.fixture
    def mailbox(self) -> Channel:
        place = channel(workspace())
        Channel.objects.filter(pk=place.pk).update(quiet_after_days=7)
        place.refresh_from_db()
        return place

    @pytest.mark.parametrize(("days", "quiet"), [(6.9, False), (7.1, True), (400, True)])
    def test_what_is_already_old_waits_for_nobody(self, mailbox: Channel, days: float, quiet: bool) -> None:
        with clock.stopped_at(NOON + timedelta(days=days)):
            take(mailbox, said("m1", thread="t1"))
        entered, talk = Message.objects.get(), Conversation.objects.get()
        assert (entered.quiet, talk.state) == (quiet, "closed" if quiet else "open")
        assert talk.waiting_since == (None if quiet else NOON)
        assert talk.last_text == "Hello"

    def test_a_new_message_in_an_old_thread_is_heard(self, mailbox: Channel) -> None:
        with clock.stopped_at(NOON + timedelta(days=30)):
            take(mailbox, said("m1", thread="t1"), said("m2", "Still there?", thread="t1", minute=60 * 24 * 30 - 5))
        talk = Conversation.objects.get()
        assert (talk.state, talk.last_text, talk.waiting_since) == ("open", "Still there?", minute(60 * 24 * 30 - 5))

    def test_old_messages_that_come_late_do_not_close_what_is_open(self, mailbox: Channel) -> None:
        with clock.stopped_at(NOON + timedelta(days=30)):
            take(mailbox, said("m2", "Still there?", thread="t1", minute=60 * 24 * 30 - 5))
            take(mailbox, said("m1", thread="t1"))
        talk = Conversation.objects.get()
        assert (talk.state, talk.last_text, talk.waiting_since) == ("open", "Still there?", minute(60 * 24 * 30 - 5))
