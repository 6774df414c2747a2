"""What its author changes, before it is answered or after it was dealt with: no second answer, and nothing is lost of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from binome.assistant import services as assistant
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane, Verdict
from binome.channels.models import Channel, Delivery
from binome.inbox import services as inbox
from binome.inbox.facts import MessageEdited
from binome.inbox.models import Conversation, HandOver, Message
from binome.journal import services as journal
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge import services as knowledge
from binome.knowledge.finding import Answer
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.understanding import services as understanding
from binome.understanding.facts import MessageUnderstood
from binome.workspaces.models import Membership, Workspace
from tests.community import conversation, message, teammate
from tests.understood import annotate

pytestmark = pytest.mark.django_db

ASKED, GRAVE, OTHER = "Ouvert dimanche ?", "Je n’en peux plus de vivre", "Combien coûte le billet ?"
PLAIN: dict[str, tuple[Any, ...]] = {"question": ("asks", 0.95), "links": ("none", 0.99)}


@pytest.fixture(autouse=True)
def sources(community: Workspace, monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    """The entry that each of these words finds, and no other words do."""
    known = {
        text: knowledge.write_source(community, Writing(text, answer, "fr"), actor="test")
        for text, answer in ((ASKED, "Oui, de 10 h à 18 h."), (OTHER, "Neuf euros."))
    }

    def found(questions: Any) -> list[list[Answer]]:
        return [[Answer(known[one.text.strip()], 0.9)] if one.text.strip() in known else [] for one in questions]

    monkeypatch.setattr(finding, "find", found)
    return known


@pytest.fixture
def lane(community: Workspace, owner: Membership) -> Lane:
    opened = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
    return autonomy.open_on_trial(opened, membership=owner, strictness=0.5)


def heard(place: Channel) -> Message:
    said = message(conversation(place, waiting_since=clock.now()), ASKED)
    annotate(said, **PLAIN)
    return said


def changed(said: Message, text: str, **read: tuple[Any, ...]) -> Message:
    """In other words, and read again."""
    Message.objects.filter(pk=said.pk).update(text=text, edited_at=clock.now())
    annotate(said, **PLAIN, **read)
    return said


def answers() -> int:
    return Delivery.objects.filter(authorisation__why="lane on trial").count()


def reasons() -> list[str]:
    return list(HandOver.objects.order_by("pk").values_list("reason", flat=True))


class TestBeforeItIsDecidedOn:
    def test_what_was_changed_since_it_was_read_is_not_answered_on_what_was_read(
        self, chat: Channel, lane: Lane, listen: Callable[[], None]
    ) -> None:
        said = heard(chat)
        journal.record(MessageUnderstood(said.pk, said.conversation_id), workspace_id=said.workspace_id)
        journal.record(MessageEdited(said.pk, said.conversation_id), workspace_id=said.workspace_id)
        Message.objects.filter(pk=said.pk).update(text=f"{ASKED} ", edited_at=clock.now())
        listen()
        assert (answers(), reasons()) == (0, ["not_read"])

    def test_what_was_read_again_after_its_change_is_answered(
        self, chat: Channel, lane: Lane, listen: Callable[[], None]
    ) -> None:
        said = heard(chat)
        journal.record(MessageEdited(said.pk, said.conversation_id), workspace_id=said.workspace_id)
        changed(said, ASKED)
        journal.record(MessageUnderstood(said.pk, said.conversation_id), workspace_id=said.workspace_id)
        listen()
        assert answers() == 1

    def test_the_words_really_read_are_those_that_are_told(
        self, chat: Channel, lane: Lane, listen: Callable[[], None]
    ) -> None:
        """With the stages that are shipped, and the change heard in its turn."""
        said = heard(chat)
        understanding.understand([said.pk])
        Message.objects.filter(pk=said.pk).update(text="Je vais me tuer", edited_at=clock.now())
        journal.record(MessageEdited(said.pk, said.conversation_id), workspace_id=said.workspace_id)
        listen()
        understanding.understand([said.pk])
        listen()
        assert answers() == 0
        assert "distress" in reasons()


class TestWhileSomethingIsProposed:
    def test_what_was_proposed_on_other_words_is_proposed_no_more(self, chat: Channel) -> None:
        said = heard(chat)
        assistant.respond([said.pk])
        assistant.respond([changed(said, GRAVE, sensitive=("distress", 0.95)).pk])
        assert Suggestion.objects.get().state == "lapsed"
        assert reasons()[-1] == "distress"

    def test_of_two_answers_to_one_message_the_former_goes(
        self, chat: Channel, community: Workspace, sources: dict[str, Source]
    ) -> None:
        parent = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
        Source.objects.filter(pk=sources[OTHER].pk).update(topic="prix")
        sources[OTHER].refresh_from_db()
        Lane.objects.create(workspace=community, act="answer", topic="prix", language="fr", parent=parent, follows=True)
        said = heard(chat)
        assistant.respond([said.pk])
        assistant.respond([changed(said, OTHER).pk])
        assert list(Suggestion.objects.order_by("pk").values_list("state", flat=True)) == ["lapsed", "pending"]

    def test_a_reply_to_the_new_words_is_no_verdict_on_what_was_proposed_on_the_old(
        self, chat: Channel, listen: Callable[[], None]
    ) -> None:
        said = heard(chat)
        assistant.respond([said.pk])
        Message.objects.filter(pk=said.pk).update(text=OTHER, edited_at=clock.now())
        inbox.reply(said.conversation, "Neuf euros.", user=teammate(chat.workspace))
        listen()
        assert (Suggestion.objects.get().state, Verdict.objects.count()) == ("lapsed", 0)


class TestAfterwards:
    def closed(self, said: Message, listen: Callable[[], None]) -> None:
        assistant.respond([said.pk])
        inbox.close(said.conversation, user=teammate(said.conversation.workspace))
        listen()

    def test_what_a_person_closed_is_not_answered_alone_for_a_change_of_words(
        self, chat: Channel, owner: Membership, listen: Callable[[], None]
    ) -> None:
        said = heard(chat)
        self.closed(said, listen)
        assert Verdict.objects.get().judgement == "ignored"
        parent = autonomy.lane(chat.workspace_id, act="answer", topic="faq", language="fr")
        autonomy.open_on_trial(parent, membership=owner, strictness=0.5)
        assistant.respond([changed(said, f"{ASKED} ").pk])
        assert (answers(), Suggestion.objects.get().state) == (0, "lapsed")

    @pytest.mark.parametrize(
        ("text", "read", "reason"), [(OTHER, {}, "edited"), (GRAVE, {"sensitive": ("distress", 0.95)}, "distress")]
    )
    def test_what_it_now_asks_reaches_a_person_though_it_was_closed(
        self, chat: Channel, listen: Callable[[], None], text: str, read: Any, reason: str
    ) -> None:
        said = heard(chat)
        self.closed(said, listen)
        assistant.respond([changed(said, text, **read).pk])
        talk = Conversation.objects.get()
        assert (talk.state, talk.needs_person, reasons()[-1]) == ("open", True, reason)

    def test_another_question_in_place_of_one_answered_alone_reaches_a_person(self, chat: Channel, lane: Lane) -> None:
        said = heard(chat)
        assistant.respond([said.pk])
        assistant.respond([changed(said, OTHER).pk])
        assert (answers(), reasons()) == (1, ["edited"])

    def test_the_same_question_written_better_reaches_nobody(self, chat: Channel, lane: Lane) -> None:
        said = heard(chat)
        assistant.respond([said.pk])
        assistant.respond([changed(said, f" {ASKED}").pk])
        assert (answers(), reasons()) == (1, [])

    def test_thanks_that_were_closed_and_become_a_question_reach_a_person(
        self, chat: Channel, lane: Lane, owner: Membership
    ) -> None:
        closing = autonomy.lane(chat.workspace_id, act="close", topic="faq", language="fr")
        autonomy.open_on_trial(closing, membership=owner, strictness=0.5)
        talk = conversation(chat)
        message(talk, "Oui, ouvert.", by=Message.By.OPERATOR, at=clock.now() - timedelta(minutes=5))
        said = message(talk, "Merci !")
        annotate(said, **{**PLAIN, "question": ("closing", 0.95)})
        assistant.respond([said.pk])
        assert Conversation.objects.get().state == "closed"
        assistant.respond([changed(said, OTHER).pk])
        talk.refresh_from_db()
        assert (talk.state, talk.needs_person, answers(), reasons()) == ("open", True, 0, ["edited"])
