"""What no longer stands is not sent: an entry that changed, a lane that was closed, a question asked too long ago."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from binome.assistant import services as assistant
from binome.assistant.listeners import take_back
from binome.assistant.models import Suggestion
from binome.assistant.services import OutOfDate
from binome.autonomy import services as autonomy
from binome.autonomy.models import Audit, Lane
from binome.channels import gate
from binome.channels import services as channels
from binome.channels.models import Channel, Delivery
from binome.channels.services import Ages
from binome.inbox.models import Conversation, HandOver, Message
from binome.journal.models import Entry
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge import services as knowledge
from binome.knowledge.finding import Answer
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.sdk.errors import Rejected
from binome.understanding.models import Annotation
from binome.workspaces.models import Role, Workspace
from tests.community import at_once, channel, conversation, message, raised, teammate
from tests.doubles.notebook.connector import lines
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "Oui, de 10 h à 18 h."


@pytest.fixture
def source(community: Workspace, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The entry that every question finds, as long as it is not archived."""
    written = knowledge.write_source(community, Writing("Ouvert le dimanche ?", ANSWER, "fr"), actor="test")

    def found(questions: Any) -> list[list[Answer]]:
        now = Source.objects.filter(pk=written.pk, archived_at=None).first()
        return [[Answer(now, 0.9)] if now else [] for _one in questions]

    monkeypatch.setattr(finding, "find", found)
    return written


@pytest.fixture
def lane(community: Workspace) -> Lane:
    return autonomy.lane(community.pk, act="answer", topic="faq", language="fr")


def opened(lane: Lane) -> Lane:
    owner = teammate(lane.workspace, Role.OWNER).memberships.get()
    return autonomy.open_on_trial(lane, membership=owner, strictness=0.5)


def heard(place: Channel, said_in: Conversation | None = None, /, read: Any = PLAIN, **fields: Any) -> Message:
    labels = {**read, **{stage: fields.pop(stage) for stage in PLAIN if stage in fields}}
    one = message(said_in or conversation(place, waiting_since=clock.now()), "Ouvert dimanche ?", **fields)
    for stage, label in labels.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.95
        )
    return one


def rewrite(source: Source, answer: str = "Non, plus le dimanche.") -> None:
    knowledge.write_source(source.workspace, Writing(source.question, answer, "fr"), actor="test", source=source)


def archive(source: Source) -> None:
    knowledge.archive(source, actor="test")


def let_expire(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(expires_on=clock.now().date() - timedelta(days=1))


def keep_for_another_place(source: Source) -> None:
    source.channels.set([channel(source.workspace)])


CHANGES = [rewrite, archive, let_expire, keep_for_another_place]


class TestAccepting:
    @pytest.mark.parametrize("change", CHANGES)
    def test_an_answer_whose_entry_changed_is_not_sent(
        self, place: Channel, source: Source, change: Callable[[Source], None]
    ) -> None:
        assistant.respond([heard(place).pk])
        suggestion = Suggestion.objects.get()
        change(source)
        with pytest.raises(OutOfDate):
            assistant.accept(suggestion, user=teammate(place.workspace))
        suggestion.refresh_from_db()
        assert (suggestion.state, Delivery.objects.count()) == ("pending", 0)

    def test_what_the_entry_says_now_is_proposed_instead(self, place: Channel, source: Source) -> None:
        assistant.respond([heard(place).pk])
        rewrite(source)
        renewed = assistant.renew(Suggestion.objects.get())
        assert renewed is not None
        assert "Non, plus le dimanche." in renewed.text
        sent = assistant.accept(renewed, user=teammate(place.workspace), seen=renewed.source_revision)
        assert "Non, plus le dimanche." in sent.text

    def test_nothing_is_proposed_in_place_of_what_can_no_longer_be_quoted(self, place: Channel, source: Source) -> None:
        assistant.respond([heard(place).pk])
        archive(source)
        suggestion = Suggestion.objects.get()
        assert assistant.renew(suggestion) is None
        suggestion.refresh_from_db()
        assert suggestion.state == "lapsed"

    def test_what_was_renewed_meanwhile_is_not_sent_unseen(self, place: Channel, source: Source) -> None:
        assistant.respond([heard(place).pk])
        suggestion = Suggestion.objects.get()
        seen = suggestion.source_revision
        rewrite(source)
        assistant.renew(suggestion)
        with pytest.raises(OutOfDate):
            assistant.accept(suggestion, user=teammate(place.workspace), seen=seen)
        assert Delivery.objects.count() == 0

    def test_a_persons_own_words_leave_whatever_the_entry_says(self, place: Channel, source: Source) -> None:
        assistant.respond([heard(place).pk])
        rewrite(source)
        sent = assistant.edit(Suggestion.objects.get(), "Bonjour, seulement le café.", user=teammate(place.workspace))
        assert sent.text == "Bonjour, seulement le café."


class TestTheLastMoment:
    """An answer given alone, stopped between the decision and the call to the platform."""

    @pytest.mark.parametrize("change", CHANGES)
    def test_an_answer_whose_entry_changed_does_not_leave(
        self, place: Channel, source: Source, lane: Lane, book: Path, change: Callable[[Source], None]
    ) -> None:
        opened(lane)
        assistant.respond([heard(place).pk])
        change(source)
        gate.deliver_due()
        assert stopped() == "EntryChanged"
        assert lines(book, "arrived") == []

    def test_an_answer_of_a_lane_that_was_closed_does_not_leave(
        self, place: Channel, source: Source, lane: Lane, book: Path
    ) -> None:
        opened(lane)
        assistant.respond([heard(place).pk])
        autonomy.lower(lane, "suggest", actor="test")
        gate.deliver_due()
        assert (stopped(), lines(book, "arrived")) == ("LaneClosed", [])

    def test_an_answer_that_waited_too_long_to_leave_does_not(
        self, place: Channel, source: Source, lane: Lane, book: Path
    ) -> None:
        opened(lane)
        age(place, alone_within_hours=2)
        assistant.respond([heard(place).pk])
        with clock.stopped_at(clock.now() + timedelta(hours=3)):
            gate.deliver_due()
        assert (stopped(), lines(book, "arrived")) == ("TooLate", [])

    def test_an_answer_to_a_message_taken_back_does_not_leave(
        self, place: Channel, source: Source, lane: Lane, book: Path
    ) -> None:
        opened(lane)
        said = heard(place)
        assistant.respond([said.pk])
        Message.objects.filter(pk=said.pk).update(deleted_at=clock.now())
        gate.deliver_due()
        assert (stopped(), lines(book, "arrived")) == ("Withdrawn", [])

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"text": "Je vais me tuer", "edited_at": clock.now()}, "Edited"),
            ({"hidden_at": clock.now()}, "Hidden"),
        ],
    )
    def test_an_answer_to_what_was_changed_or_hidden_since_does_not_leave(
        self, place: Channel, source: Source, lane: Lane, book: Path, change: dict[str, Any], why: str
    ) -> None:
        opened(lane)
        said = heard(place)
        assistant.respond([said.pk])
        Message.objects.filter(pk=said.pk).update(**change)
        settle()
        assert (stopped(), lines(book, "arrived")) == (why, [])
        assert HandOver.objects.get().reason == why.lower()

    def test_an_answer_does_not_leave_once_a_person_is_needed_there(
        self, place: Channel, source: Source, lane: Lane, book: Path
    ) -> None:
        opened(lane)
        said = heard(place)
        assistant.respond([said.pk])
        assistant.respond([heard(place, said.conversation, sensitive="distress").pk])
        settle()
        assert Delivery.objects.get(failure="PersonNeeded").text.count(ANSWER) == 1
        assert [line for line in lines(book, "arrived") if ANSWER in str(line)] == []
        assert list(HandOver.objects.order_by("pk").values_list("reason", flat=True)) == ["distress", "handed_over"]

    def test_an_answer_does_not_leave_once_somebody_has_answered_on_the_platform(
        self, place: Channel, source: Source, lane: Lane, book: Path
    ) -> None:
        opened(lane)
        said = heard(place)
        assistant.respond([said.pk])
        message(said.conversation, "Fermé ce dimanche.", by=Message.By.OPERATOR)
        settle()
        assert (stopped(), lines(book, "arrived"), HandOver.objects.count()) == ("Answered", [], 0)

    def test_an_answer_less_sure_than_its_lane_asks_for_now_does_not_leave(
        self, place: Channel, source: Source, lane: Lane, book: Path
    ) -> None:
        opened(lane)
        assistant.respond([heard(place).pk])
        autonomy.lower(lane, "suggest", actor="test")
        owner = teammate(lane.workspace, Role.OWNER).memberships.get()
        autonomy.open_on_trial(lane, membership=owner, strictness=0.99)
        gate.deliver_due()
        assert (stopped(), lines(book, "arrived")) == ("LaneClosed", [])

    def test_an_answer_that_the_platform_refuses_reaches_a_person(
        self, place: Channel, source: Source, lane: Lane, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(lane)
        said = heard(place)
        assistant.respond([said.pk])
        monkeypatch.setattr(gate, "_called", lambda delivery: Rejected("no"))
        settle()
        talk = Conversation.objects.get(pk=said.conversation_id)
        assert (Delivery.objects.get().state, Suggestion.objects.get().state) == ("failed", "lapsed")
        assert (talk.needs_person, talk.waiting_since, talk.done_alone_at) == (True, said.at, None)
        assert (HandOver.objects.get().reason, Audit.objects.count()) == ("not_sent", 0)

    def test_its_member_waits_again_for_a_person_who_is_told_why(
        self, place: Channel, source: Source, lane: Lane
    ) -> None:
        opened(lane)
        said = heard(place)
        assistant.respond([said.pk])
        rewrite(source)
        gate.deliver_due()
        take_back(list(Entry.objects.filter(kind="DeliverySettled")))
        assert Suggestion.objects.get().state == "lapsed"
        assert Audit.objects.count() == 0
        talk = Conversation.objects.get(pk=said.conversation_id)
        assert (talk.needs_person, talk.waiting_since, talk.done_alone_at) == (True, said.at, None)
        assert (talk.last_by, talk.last_text) == ("member", "Ouvert dimanche ?")
        assert HandOver.objects.get().reason == "entry_changed"

    def test_what_people_wrote_is_not_held_up(self, place: Channel, source: Source, book: Path) -> None:
        assistant.respond([heard(place).pk])
        assistant.accept(Suggestion.objects.get(), user=teammate(place.workspace))
        rewrite(source)
        gate.deliver_due()
        assert len(lines(book, "arrived")) == 1

    def test_once_a_lane_is_lowered_no_answer_begins_to_leave_in_it(
        self, place: Channel, source: Source, lane: Lane, book: Path
    ) -> None:
        opened(lane)
        assistant.respond([heard(place).pk for _one in range(12)])
        Delivery.objects.update(due_at=clock.now())

        def lower() -> Any:
            autonomy.lower(Lane.objects.get(pk=lane.pk), "suggest", actor="test")
            return clock.now()

        def send() -> None:
            for _round in range(6):
                gate.deliver_due()

        results = at_once(send, lower, send)
        assert raised(results) == []
        begun = Delivery.objects.exclude(claimed_at=None).values_list("claimed_at", flat=True)
        assert [at for at in begun if at > results[1]] == []
        send()
        assert set(Delivery.objects.values_list("state", flat=True)) <= {"sent", "cancelled"}


class TestWhatIsNotAnswered:
    @pytest.mark.parametrize("stage", [stage for stage in PLAIN if stage != "language"])
    def test_a_message_that_any_stage_did_not_read_reaches_a_person(
        self, place: Channel, source: Source, lane: Lane, stage: str
    ) -> None:
        opened(lane)
        assistant.respond([heard(place, read={one: label for one, label in PLAIN.items() if one != stage}).pk])
        assert held_back() == "not_read"

    def test_a_message_in_a_language_that_we_do_not_answer_in_reaches_a_person(
        self, place: Channel, source: Source, lane: Lane
    ) -> None:
        opened(lane)
        assistant.respond([heard(place, language="es").pk])
        assert held_back() == "other_language"

    def test_a_hidden_message_reaches_a_person(self, place: Channel, source: Source, lane: Lane) -> None:
        opened(lane)
        assistant.respond([heard(place, hidden_at=clock.now()).pk])
        assert held_back() == "hidden"

    @pytest.mark.parametrize(("zone", "acted"), [("Europe/Paris", False), ("America/Montreal", True)])
    def test_an_entry_ends_with_its_last_day_where_the_community_lives(
        self, place: Channel, source: Source, lane: Lane, zone: str, acted: bool
    ) -> None:
        opened(lane)
        Workspace.objects.filter(pk=place.workspace_id).update(time_zone=zone)
        late = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)
        Source.objects.filter(pk=source.pk).update(expires_on=late.date())
        with clock.stopped_at(late):
            assistant.respond([heard(place, at=late).pk])
        assert Suggestion.objects.filter(state="acted").exists() is acted


class TestOldMessages:
    def test_an_answer_that_would_come_too_late_is_only_proposed(
        self, place: Channel, source: Source, lane: Lane
    ) -> None:
        opened(lane)
        age(place, alone_within_hours=24)
        assistant.respond([heard(place, at=clock.now() - timedelta(hours=25)).pk])
        suggestion = Suggestion.objects.get()
        assert (suggestion.state, suggestion.why["decision"]["reason"]) == ("pending", "late")
        assert Delivery.objects.filter(text__contains=ANSWER).count() == 0

    def test_of_what_was_entered_quietly_nothing_is_made(self, place: Channel, source: Source, lane: Lane) -> None:
        opened(lane)
        assistant.respond([heard(place, quiet=True).pk])
        assert (Suggestion.objects.count(), HandOver.objects.count(), Delivery.objects.count()) == (0, 0, 0)


def settle() -> None:
    """Send what may leave, and have the assistant hear what did not."""
    while gate.deliver_due():
        pass
    take_back(list(Entry.objects.filter(kind="DeliverySettled")))


def held_back() -> str:
    """Why what was proposed was not done alone."""
    suggestion = Suggestion.objects.get()
    assert suggestion.state == "pending"
    return str(suggestion.why["decision"]["reason"])


def stopped() -> str:
    delivery = Delivery.objects.get()
    assert delivery.state == "cancelled"
    return delivery.failure


def age(place: Channel, alone_within_hours: int) -> None:
    ages = Ages(alone_within_hours, 3650)
    channels.change_channel(place, name="Somewhere", values=place.settings, actor="test", ages=ages)
