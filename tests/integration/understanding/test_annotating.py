"""Messages are read in batches; what the stages say is kept once each, and a stage's trouble is its own."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from binome.channels.models import Channel, Thread
from binome.inbox.models import Conversation, Message
from binome.journal.models import Entry
from binome.members.models import Member
from binome.sdk.stage import Annotation as Said
from binome.sdk.stage import Reading
from binome.understanding import running, selectors, services
from binome.understanding.models import Annotation
from binome.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Recording:
    """A stage that says how long the text is, and remembers what it was shown."""

    version, cost = "7", "LOCAL"

    def __init__(self, name: str = "recording", needs: tuple[str, ...] = ()) -> None:
        self.name, self.needs = name, needs
        self.seen: list[Reading] = []

    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        self.seen += readings
        return [Said(str(len(reading.text)), 0.5) if reading.text else None for reading in readings]


class Failing(Recording):
    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        raise RuntimeError(readings[0].text)


class Short(Recording):
    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        return []


@pytest.fixture
def talk() -> Conversation:
    team = Workspace.objects.create(name="Garden", slug="garden")
    channel = Channel.objects.create(workspace=team, connector="playground", name="Square")
    thread = Thread.objects.create(workspace=team, channel=channel, external_id="one")
    return Conversation.objects.create(workspace=team, channel=channel, thread=thread, language="fr")


def say(talk: Conversation, *texts: str) -> list[int]:
    rows = [
        Message.objects.create(
            workspace_id=talk.workspace_id,
            conversation=talk,
            channel_id=talk.channel_id,
            by="member",
            external_id=f"{talk.pk}-{number}",
            text=text,
            at=NOON + timedelta(minutes=number),
        )
        for number, text in enumerate(texts, talk.messages.count())
    ]
    return [row.pk for row in rows]


def install(monkeypatch: pytest.MonkeyPatch, *stages: Recording) -> None:
    monkeypatch.setattr(running, "stages", lambda: stages)


def kept(message: int) -> dict[str, str]:
    return {stage: one.label for stage, one in selectors.annotations_of([message]).get(message, {}).items()}


def test_a_stage_is_shown_the_text_the_six_before_it_and_which_languages_are_known(talk, monkeypatch):
    stage = Recording()
    install(monkeypatch, stage)
    services.annotate(say(talk, *(f"text {number}" for number in range(9)))[-1:])
    [reading] = stage.seen
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
    assert [(one.author, one.thread, one.thread_by) for one in stage.seen] == [
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
