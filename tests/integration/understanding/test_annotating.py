"""Messages are read in batches; what the stages say is kept once each, and a stage's trouble is its own."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Thread as Worker
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from numpy import float32

from binome.channels.models import Channel, Thread
from binome.inbox.models import Conversation, Message
from binome.journal.models import Entry
from binome.kit import clock
from binome.members.models import Member
from binome.sdk.stage import Annotation as Said
from binome.sdk.stage import Reading
from binome.understanding import judging, keeping, running, selectors, services
from binome.understanding.models import Annotation, Understood
from binome.workspaces.models import Workspace
from tests.community import teammate
from tests.understood import Saying
from tests.workers import wait_until

pytestmark = pytest.mark.django_db
CHAIN = "Partagez vite ce message avec tous vos contacts avant ce soir sinon votre compte sera fermé"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Recording:
    """A stage that says how long the text is, and remembers what it was shown."""

    version, cost = "7", "LOCAL"

    def __init__(self, name: str = "recording", needs: tuple[str, ...] = ()) -> None:
        self.name, self.needs = name, needs
        self.batches: list[Sequence[Reading]] = []

    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        self.batches.append(readings)
        return [Said(str(len(reading.text)), 0.5) if reading.text else None for reading in readings]


class Failing(Recording):
    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        raise RuntimeError(readings[0].text)


class Short(Recording):
    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        return []


class Answering(Recording):
    """A stage that answers well until its last message."""

    def __init__(self, name: str, last: Any) -> None:
        super().__init__(name)
        self.last = last

    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        return [*([None] * (len(readings) - 1)), self.last]


class Meanwhile(Recording):
    """While it reads for the first time, something happens."""

    def __init__(self, happens: Callable[[], Any]) -> None:
        super().__init__("meanwhile")
        self.happens = [happens]

    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        if self.happens:
            self.happens.pop()()
        return super().read(readings)


def place(name: str) -> Conversation:
    team = Workspace.objects.create(name=name, slug=name.lower().replace(" ", "-"))
    channel = Channel.objects.create(workspace=team, connector="playground", name="Square")
    thread = Thread.objects.create(workspace=team, channel=channel, external_id="one")
    return Conversation.objects.create(workspace=team, channel=channel, thread=thread, language="fr")


def another(talk: Conversation) -> Conversation:
    """Another conversation of the same place, with another member."""
    member = Member.objects.create(workspace_id=talk.workspace_id, name="Somebody")
    thread = Thread.objects.create(
        workspace_id=talk.workspace_id, channel_id=talk.channel_id, external_id=f"with {member.pk}"
    )
    return Conversation.objects.create(
        workspace_id=talk.workspace_id, channel_id=talk.channel_id, thread=thread, member=member, language="fr"
    )


def somebody_waits() -> bool:
    """Whether somebody waits for what another has locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


@pytest.fixture
def talk() -> Conversation:
    return place("Garden")


def say(talk: Conversation, *texts: str) -> list[int]:
    rows = [
        Message.objects.create(
            workspace_id=talk.workspace_id,
            conversation=talk,
            channel_id=talk.channel_id,
            by="member",
            member_id=talk.member_id,
            external_id=f"{talk.pk}-{number}",
            text=text,
            at=NOON + timedelta(minutes=number),
        )
        for number, text in enumerate(texts, talk.messages.count())
    ]
    return [row.pk for row in rows]


def install(monkeypatch: pytest.MonkeyPatch, *stages: Recording | Saying) -> None:
    monkeypatch.setattr(running, "stages", lambda: stages)


def kept(message: int) -> dict[str, str]:
    return {stage: one.label for stage, one in selectors.annotations_of([message]).get(message, {}).items()}


def test_a_stage_is_shown_the_text_the_six_before_it_and_which_languages_are_known(talk, monkeypatch):
    stage = Recording()
    install(monkeypatch, stage)
    services.annotate(say(talk, *(f"text {number}" for number in range(9)))[-1:])
    [[reading]] = stage.batches
    assert reading.text == "text 8"
    assert reading.thread == tuple(f"text {number}" for number in range(2, 8))
    assert reading.hints == {"language": "fr", "home": "fr"}


def test_a_stage_is_told_who_wrote_the_texts_before_and_the_team_is_nobody(talk, monkeypatch):
    install(monkeypatch, stage := Recording())
    first, second, third = say(talk, "one", "two", "three")
    member = Member.objects.create(workspace=talk.workspace, name="Lou")
    Message.objects.filter(pk__in=[first, third]).update(member=member)
    Message.objects.filter(pk=second).update(by="operator")
    services.annotate([third])
    assert [(one.author, one.thread, one.thread_by) for batch in stage.batches for one in batch] == [
        (str(member.pk), ("one", "two"), (str(member.pk), ""))
    ]


def test_a_failing_stage_silences_itself_and_those_that_need_it_and_tells_no_text(talk, monkeypatch, caplog):
    install(monkeypatch, Failing("broken"), Recording("leaning", ("broken",)), Recording("apart"))
    [message] = say(talk, "a secret")
    with caplog.at_level(logging.DEBUG):
        services.annotate([message])
    assert kept(message) == {"apart": "8"}
    assert "stage broken 7 failed: RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_a_stage_that_answers_for_too_few_messages_is_a_failing_stage(talk, monkeypatch):
    install(monkeypatch, Short("short"), Recording("apart"))
    [message] = say(talk, "hello")
    services.annotate([message])
    assert kept(message) == {"apart": "5"}


@pytest.mark.parametrize(
    "odd",
    [
        Said("x", float("nan")),
        Said("x", 1.5),
        Said("x", True),
        Said("x", float32(0.9)),
        Said("x", "sure"),
        Said(7, 0.9),
        Said("a\0b", 0.9),
        Said("x", 0.9, None),
        Said("x", 0.9, {"words": {"a set"}}),
        Said("x", 0.9, {"words": ["a\0b"]}),
        Said("x", 0.9, {"words": ["half \ud83d"]}),
        Said("x", 0.9, {"share": float("inf")}),
        "no annotation",
    ],
    ids=repr,
)
def test_what_cannot_be_kept_is_the_trouble_of_its_stage_alone(talk, monkeypatch, caplog, odd):
    install(monkeypatch, Saying("irony", "ironic", 0.9, {"words": ["\\u0000", "\\\\u0000"]}), Answering("odd", odd))
    first, second = say(talk, "a secret", "another")
    services.understand([first, second])
    assert kept(first) == kept(second) == {"irony": "ironic"}
    assert "stage odd" in caplog.text
    assert "secret" not in caplog.text
    assert Entry.objects.filter(kind="MessageUnderstood").count() == 2


def test_a_stage_never_sees_messages_of_two_workspaces_together_and_those_of_one_at_once(talk, monkeypatch):
    stage = Recording()
    install(monkeypatch, stage)
    here, there = say(talk, "one", "two", "three"), say(place("Orchard"), "four", "five")
    services.understand([here[0], there[0], here[1], there[1], here[2]])
    assert sorted([reading.text for reading in batch] for batch in stage.batches) == [
        ["four", "five"],
        ["one", "two", "three"],
    ]
    assert [kept(one)["recording"] for one in (*here, *there)] == ["3", "3", "5", "4", "4"]


def test_the_same_words_in_several_workspaces_are_no_raid(talk):
    messages = [say(place(f"Place {number}"), CHAIN)[0] for number in range(6)]
    services.understand(messages)
    assert {kept(one)["duplicates"] for one in messages} == {"unique"}


def test_a_raid_stays_one_when_one_of_its_messages_is_read_again_and_is_none_after_an_edit(talk):
    messages = [say(another(talk), CHAIN)[0] for _time in range(4)]
    services.understand(messages)
    before = selectors.annotations_of(messages[:1])[messages[0]]["duplicates"]
    services.annotate(messages[:1])
    after = selectors.annotations_of(messages[:1])[messages[0]]["duplicates"]
    assert before.label == "raid"
    assert before.evidence["copies"] == 3
    for field in ("label", "kind", "confidence", "evidence", "version"):
        assert getattr(after, field) == getattr(before, field)
    Message.objects.filter(pk=messages[0]).update(text="sorry, I did not write that", edited_at=clock.now())
    services.understand(messages[:1])
    assert kept(messages[0])["duplicates"] == "unique"


def test_equal_questions_of_other_days_are_no_raid_when_they_are_read_again_together(talk):
    messages = [say(another(talk), CHAIN)[0] for _time in range(4)]
    for one in messages:
        services.understand([one])
    services.annotate(messages)
    assert {kept(one)["duplicates"] for one in messages} == {"unique"}


def test_a_message_that_went_while_it_was_read_leaves_nothing_behind(talk, monkeypatch):
    def go() -> None:
        Message.objects.filter(pk=gone).update(text="", deleted_at=clock.now())
        services.forget([gone])

    install(monkeypatch, Meanwhile(go))
    gone, stays = say(talk, "a secret", "hello")
    services.understand([gone, stays])
    assert (kept(gone), kept(stays)) == ({}, {"meanwhile": "5"})
    assert not Understood.objects.filter(message=gone).exists()
    assert Entry.objects.get(kind="MessageUnderstood").about["message"] == stays


def test_a_message_edited_while_it_was_read_again_keeps_what_its_new_words_are_read_as(talk, monkeypatch):
    def edit() -> None:
        Message.objects.filter(pk=message).update(text="hello again", edited_at=clock.now())
        services.understand([message])

    [message] = say(talk, "hello")
    install(monkeypatch, Meanwhile(edit))
    services.annotate([message])
    assert kept(message) == {"meanwhile": "11"}


def test_a_message_sent_again_with_the_same_words_while_it_was_read_is_kept(talk, monkeypatch):
    """Nothing tells of such an edit: nobody would read it again."""
    [message] = say(talk, "hello")
    install(monkeypatch, Meanwhile(lambda: Message.objects.filter(pk=message).update(edited_at=clock.now())))
    services.understand([message])
    assert kept(message) == {"meanwhile": "5"}


@pytest.mark.django_db(transaction=True)
def test_who_judges_while_a_reading_is_written_waits_and_has_the_last_word(talk, monkeypatch):
    install(monkeypatch, Saying("irony", "ironic", 0.9))
    [message] = say(talk, "Bravo")
    services.annotate([message])
    user = teammate(talk.workspace)

    def judge() -> None:
        judging.judge(Message.objects.get(pk=message), "irony", "literal", user=user)
        connection.close()

    judges, asked = Worker(target=judge), keeping._judged

    def slow(read: Sequence[keeping.Read]) -> object:
        found = asked(read)
        judges.start()
        wait_until(lambda: not judges.is_alive() or somebody_waits())
        return found

    monkeypatch.setattr(keeping, "_judged", slow)
    services.annotate([message])
    judges.join(60)
    assert not judges.is_alive()
    assert kept(message) == {"irony": "literal"}


def test_reading_again_replaces_what_was_said(talk, monkeypatch):
    install(monkeypatch, Recording())
    [message] = say(talk, "hello")
    services.annotate([message])
    Message.objects.filter(pk=message).update(text="hello again")
    services.annotate([message])
    assert list(Annotation.objects.values_list("stage", "label")) == [("recording", "11")]


def test_a_stage_that_has_nothing_more_to_say_leaves_nothing_behind(talk, monkeypatch):
    install(monkeypatch, Recording())
    [message] = say(talk, "hello")
    services.annotate([message])
    Message.objects.filter(pk=message).update(text="")
    services.annotate([message])
    assert not Annotation.objects.exists()


def test_a_fact_tells_of_each_message_understood(talk, monkeypatch):
    install(monkeypatch, Recording())
    messages = say(talk, "one", "two")
    services.understand(messages)
    facts = Entry.objects.filter(kind="MessageUnderstood").order_by("pk")
    assert [fact.about for fact in facts] == [{"message": one, "conversation": talk.pk} for one in messages]
    assert {fact.workspace_id for fact in facts} == {talk.workspace_id}


def test_a_batch_costs_as_many_queries_as_a_message(talk, monkeypatch):
    install(monkeypatch, Recording())
    alone, messages = say(talk, "alone"), say(talk, *map(str, range(40)))
    with CaptureQueriesContext(connection) as one:
        services.annotate(alone)
    with CaptureQueriesContext(connection) as many:
        services.annotate(messages)
    assert len(many) == len(one)


def test_the_installed_stages_read_a_message_in_text_message_spelling(talk):
    [message] = say(talk, "slt c koi vos horaires")
    services.annotate([message])
    expected = {
        "language": "fr", "question": "question", "person_wanted": "no", "personal_data": "none", "sensitive": "none",
        "links": "none", "normal_form": "plain", "toxicity": "ok", "hate": "ok", "spam": "ok", "distress": "none",
    }  # fmt: skip
    said = kept(message)
    assert {name: said[name] for name in expected} == expected
