"""What matters of a reading is a row of its own, what people said takes its place, and filters find it."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from binome.inbox import receiving
from binome.inbox import selectors as inbox
from binome.inbox.models import Conversation, Message
from binome.inbox.selectors import Filters
from binome.journal import listening
from binome.journal import services as journal
from binome.journal.models import Entry
from binome.kit import clock
from binome.sdk.stage import Annotation as Said
from binome.sdk.stage import Reading
from binome.understanding import judging, running, selectors, services
from binome.understanding.judging import NotALabel, NotRead
from binome.understanding.models import Annotation, ReadingVerdict, Understood
from tests import community
from tests.understood import Saying, annotate

pytestmark = pytest.mark.django_db
IRONIC = ("ironic", 0.83, {"words": ["bravo"]})


class Silent(Saying):
    def __init__(self, name: str) -> None:
        super().__init__(name, "", 0.0)

    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        return [None] * len(readings)


class Broken(Silent):
    def read(self, readings: Sequence[Reading]) -> list[Said | None]:
        raise RuntimeError


def install(monkeypatch: pytest.MonkeyPatch, *stages: Saying) -> None:
    monkeypatch.setattr(running, "stages", lambda: stages)


@pytest.fixture
def talk() -> Conversation:
    return community.conversation(community.channel(community.workspace(language="fr")), needs_person=True)


@pytest.fixture
def message(talk) -> Message:
    return community.message(talk, "Bravo, continuez")


def said_of(message: Message, stage: str) -> tuple[str, float]:
    one = selectors.annotations_of([message.pk])[message.pk][stage]
    return one.label, one.confidence


def test_what_is_of_no_consequence_takes_one_row_and_what_matters_one_each(message):
    annotate(message, irony=IRONIC, emotion=("anger", 0.4))
    assert list(Annotation.objects.values_list("stage", "kind")) == [("irony", "irony")]
    assert said_of(message, "irony") == ("ironic", 0.83)
    assert said_of(message, "emotion") == ("anger", 0.4)  # too unsure to be looked for, kept all the same
    assert said_of(message, "toxicity") == ("ok", 0.98)


def test_the_language_of_the_place_is_of_no_consequence_and_another_one_is(message):
    annotate(message, language=("fr", 0.9))
    assert not Annotation.objects.exists()
    annotate(message, language=("en", 0.9))
    assert Annotation.objects.get().kind == "language:en"


def test_of_two_labels_to_say_that_one_is_wrong_says_that_the_other_is_right(message, talk):
    annotate(message, irony=IRONIC)
    user = community.teammate(talk.workspace)
    verdict = judging.judge(message, "irony", None, user=user)
    assert (verdict.said, verdict.right, verdict.confidence, verdict.by) == ("ironic", "literal", 0.83, user)
    assert said_of(message, "irony") == ("literal", 1.0)
    fact = Entry.objects.get(kind="ReadingJudged")
    assert fact.about == {
        "verdict": verdict.pk, "message": message.pk, "conversation": talk.pk, "stage": "irony", "said": "ironic",
        "right": "literal",
    }  # fmt: skip
    assert fact.actor == f"user:{user.pk}"


def test_processes_of_before_still_find_the_weight_that_verdicts_had(message, talk):
    annotate(message, irony=IRONIC)
    verdict = judging.judge(message, "irony", None, user=community.teammate(talk.workspace))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE understanding_readingverdict SET stage = stage WHERE weight = 1 RETURNING id")
        assert cursor.fetchall() == [(verdict.pk,)]


def test_of_several_labels_the_right_one_may_be_told_later(message, talk):
    annotate(message, emotion=("anger", 0.8))
    user = community.teammate(talk.workspace)
    assert judging.judge(message, "emotion", None, user=user).right == ""
    assert said_of(message, "emotion") == ("anger", 0.0)
    judging.judge(message, "emotion", "sadness", user=user)
    verdict = ReadingVerdict.objects.get()
    assert (verdict.said, verdict.confidence, verdict.right) == ("anger", 0.8, "sadness")
    assert Annotation.objects.get().kind == "sadness"


def heard() -> None:
    """What a worker does once a verdict was taken back."""
    journal.seal()
    while listening.read(listening.listeners["understanding.take_back"]):
        pass


def no_stages() -> None:
    raise AssertionError("the stages were asked for")


@pytest.mark.parametrize(("stage", "told"), [("irony", IRONIC), ("emotion", ("anger", 0.4, {"words": ["bravo"]}))])
def test_a_verdict_taken_back_leaves_the_reading_as_it_was_and_runs_no_stage(message, talk, monkeypatch, stage, told):
    install(monkeypatch, Saying(stage, *told))
    services.annotate([message.pk])
    columns = ("label", "kind", "confidence", "evidence", "version")
    before = {column: getattr(selectors.annotations_of([message.pk])[message.pk][stage], column) for column in columns}
    user = community.teammate(talk.workspace)
    monkeypatch.setattr(running, "stages", no_stages)
    verdict = judging.judge(message, stage, None, user=user)
    assert said_of(message, stage) != told[:2]
    judging.take_back(verdict, user=user)
    after = selectors.annotations_of([message.pk])[message.pk][stage]
    assert {column: getattr(after, column) for column in columns} == before
    assert not ReadingVerdict.objects.exists()


def test_once_a_verdict_was_taken_back_its_stage_is_asked_again_and_pages_hear_of_it(message, talk, monkeypatch):
    install(monkeypatch, Saying("irony", *IRONIC))
    services.annotate([message.pk])
    user = community.teammate(talk.workspace)
    verdict = judging.judge(message, "irony", None, user=user)
    install(monkeypatch, Saying("irony", "literal", 0.7))
    judging.take_back(verdict, user=user)
    assert said_of(message, "irony") == ("ironic", 0.83)
    heard()
    assert said_of(message, "irony") == ("literal", 0.7)
    assert Entry.objects.get(kind="MessageReadAgain").about == {"message": message.pk, "conversation": talk.pk}
    assert not Entry.objects.filter(kind="MessageUnderstood").exists()  # nothing new was said: nothing is decided again


def test_a_verdict_given_anew_stands_when_the_message_is_read_again(message, talk, monkeypatch):
    install(monkeypatch, Saying("irony", *IRONIC))
    services.annotate([message.pk])
    user = community.teammate(talk.workspace)
    judging.take_back(judging.judge(message, "irony", None, user=user), user=user)
    judging.judge(message, "irony", None, user=user)
    heard()
    assert said_of(message, "irony") == ("literal", 1.0)


def test_a_verdict_on_former_words_leaves_what_is_said_of_the_new_ones(message, talk):
    annotate(message, irony=IRONIC)
    user = community.teammate(talk.workspace)
    verdict = judging.judge(message, "irony", None, user=user)
    Message.objects.filter(pk=message.pk).update(text="Bravo !!", edited_at=clock.now())
    annotate(message, irony=("ironic", 0.97))
    judging.take_back(verdict, user=user)
    assert said_of(message, "irony") == ("ironic", 0.97)


def test_a_verdict_on_a_message_that_is_gone_brings_none_of_its_words_back(message, talk):
    annotate(message, irony=IRONIC)
    user = community.teammate(talk.workspace)
    verdict = judging.judge(message, "irony", None, user=user)
    receiving.wipe_all_of([message.member_id], actor="test")
    services.forget([message.pk])
    verdict.refresh_from_db()
    assert (verdict.said, verdict.right, verdict.evidence) == ("ironic", "literal", {})
    judging.take_back(verdict, user=user)
    heard()
    assert not Annotation.objects.exists()
    assert not Understood.objects.exists()


@pytest.mark.parametrize("stages", [(), (Silent("irony"),), (Broken("irony"),)], ids=["gone", "silent", "broken"])
def test_a_verdict_stays_when_its_stage_says_nothing_any_more(message, talk, monkeypatch, stages):
    annotate(message, irony=IRONIC)
    judging.judge(message, "irony", None, user=community.teammate(talk.workspace))
    install(monkeypatch, *stages)
    for _time in range(2):
        services.annotate([message.pk])
        assert said_of(message, "irony") == ("literal", 1.0)


def test_a_verdict_outlives_another_reading_of_the_same_words_but_not_of_others(message, talk):
    annotate(message, irony=IRONIC)
    judging.judge(message, "irony", None, user=community.teammate(talk.workspace))
    annotate(message, irony=("ironic", 0.97))
    assert said_of(message, "irony") == ("literal", 1.0)
    Message.objects.filter(pk=message.pk).update(text="Bravo !!", edited_at=clock.now())
    annotate(message, irony=("ironic", 0.97))
    assert said_of(message, "irony") == ("ironic", 0.97)


def test_a_label_that_does_not_exist_or_a_rule_is_refused_and_nothing_changes(message, talk):
    annotate(message, irony=IRONIC, links=("suspicious", 0.9))
    user = community.teammate(talk.workspace)
    with pytest.raises(NotALabel):
        judging.judge(message, "irony", "angry", user=user)
    for stage in ("links", "nothing"):
        with pytest.raises(NotRead):
            judging.judge(message, stage, None, user=user)
    assert not ReadingVerdict.objects.exists()
    assert said_of(message, "irony") == ("ironic", 0.83)


def test_conversations_are_found_by_reading_page_after_page_and_never_anothers(talk):
    user = community.teammate(talk.workspace)
    talks = [community.conversation(talk.channel, needs_person=True) for _ in range(45)]
    for one in talks:
        annotate(community.message(one), irony=IRONIC)
    annotate(community.message(talk))
    elsewhere = community.conversation(community.channel(community.workspace()))
    annotate(community.message(elsewhere), irony=IRONIC)
    first = inbox.conversations(talk.workspace, user, Filters(), "", selectors.read_as("irony"))
    rest = inbox.conversations(talk.workspace, user, Filters(), first.next or "", selectors.read_as("irony"))
    assert {one.pk for one in (*first.rows, *rest.rows)} == {one.pk for one in talks}
    assert (len(first.rows), len(rest.rows), rest.next) == (40, 5, None)
    assert selectors.kinds_met(talk.workspace.pk) == ["irony"]
    assert selectors.kinds_met(community.workspace().pk) == []


def test_a_corrected_conversation_is_no_longer_found(message, talk):
    annotate(message, irony=IRONIC)
    user = community.teammate(talk.workspace)
    judging.judge(message, "irony", None, user=user)
    assert inbox.conversations(talk.workspace, user, Filters(), "", selectors.read_as("irony")).rows == []


def test_what_was_read_in_a_message_goes_when_its_author_takes_it_back(message):
    annotate(message, irony=IRONIC)
    services.forget([message.pk])
    assert not Annotation.objects.exists()
    assert not Understood.objects.exists()


def test_annotations_of_many_messages_are_two_queries(talk):
    ids = [community.message(talk).pk for _ in range(9)]
    services.annotate(ids)
    with CaptureQueriesContext(connection) as queries:
        assert set(selectors.annotations_of(ids)) == set(ids)
    assert len(queries) == 2
