"""Hiding and showing: decided once, carried out by the gate, and undone with its reason when it does not happen."""

import pytest

from binome.channels import gate
from binome.channels.models import Channel, Delivery
from binome.connectors.playground.room import Room, room
from binome.console.loops import work_until_idle
from binome.inbox import services as inbox
from binome.inbox.models import Message
from binome.inbox.services import CannotModerate
from binome.journal.models import Entry
from binome.kit import clock
from binome.members import services as members
from tests.community import channel, conversation, message, said, teammate, workspace
from tests.integration.inbox.test_receiving import take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Channel:
    return channel(workspace(), can_moderate="on")


@pytest.fixture
def insult(place: Channel) -> Message:
    return message(conversation(place), "Insulte")


@pytest.fixture
def where(place: Channel) -> Room:
    return room(place.settings["room"])


def now(one: Message) -> tuple[bool, bool]:
    """Whether it is hidden, and held."""
    one.refresh_from_db()
    return one.hidden_at is not None, one.held


def facts(kind: str) -> list[dict[str, int]]:
    return [entry.about for entry in Entry.objects.filter(kind=kind).order_by("pk")]


def test_a_person_hides_a_message_then_shows_it_again(insult: Message, where: Room) -> None:
    user = teammate(insult.workspace)
    delivery = inbox.hide(insult, user=user, reason="  insults ")
    work_until_idle()
    assert (now(insult), where.moderated) == ((True, False), {insult.external_id: True})
    assert (delivery.authorisation["by"], delivery.by_machine, delivery.text) == (f"user:{user.pk}", False, "insults")
    assert facts("MessageHidden") == [
        {"message": insult.pk, "conversation": insult.conversation_id, "delivery": delivery.pk}
    ]
    shown = inbox.show(insult, user=user)
    work_until_idle()
    assert (now(insult), where.moderated) == ((False, False), {insult.external_id: False})
    assert facts("MessageShown") == [
        {"message": insult.pk, "conversation": insult.conversation_id, "delivery": shown.pk}
    ]
    assert facts("ModerationFailed") == []


def test_the_ai_hides_on_evidence(insult: Message) -> None:
    delivery = inbox.hide(insult, user=None, evidence={"suggestion": 12})
    assert (delivery.authorisation["by"], delivery.authorisation["evidence"]) == ("ai", {"suggestion": 12})
    assert delivery.by_machine
    assert insult.moderations.get().user is None


def test_what_the_platform_holds_is_approved_once(place: Channel, where: Room) -> None:
    take(place, said("m1", "Bonjour", held=True, author="Ana"))
    waiting = Message.objects.get()
    assert now(waiting) == (False, True)
    inbox.show(waiting, user=None, evidence={})
    work_until_idle()
    assert (now(waiting), where.moderated) == ((False, False), {"m1": False})
    with pytest.raises(CannotModerate):
        inbox.show(waiting, user=None, evidence={})


def test_what_is_held_may_be_hidden_and_still_be_approved(place: Channel) -> None:
    take(place, said("m1", "Bonjour", held=True, author="Ana"))
    waiting = Message.objects.get()
    inbox.hide(waiting, user=teammate(place.workspace))
    assert now(waiting) == (True, True)
    inbox.show(waiting, user=teammate(place.workspace))
    assert now(waiting) == (False, False)


def test_a_platform_that_lets_it_through_itself_says_so_with_a_later_version(place: Channel) -> None:
    take(place, said("m1", "Bonjour", held=True, author="Ana"))
    take(place, said("m1", "Bonjour", kind="edited", author="Ana", minute=2))
    assert now(Message.objects.get()) == (False, False)
    assert [about["delivery"] for about in facts("MessageShown")] == [None]
    take(place, said("m1", "Bonjour !", kind="edited", held=True, author="Ana", minute=3))
    assert now(Message.objects.get()) == (False, True)


@pytest.mark.parametrize("failure", ["Rejected", "AccessRevoked"])
def test_what_could_not_be_hidden_is_as_before_and_a_person_is_told(insult: Message, where: Room, failure: str) -> None:
    inbox.close(insult.conversation, user=teammate(insult.workspace))
    where.failures.append(failure)
    delivery = inbox.hide(insult, user=teammate(insult.workspace))
    assert now(insult) == (True, False)
    work_until_idle()
    assert now(insult) == (False, False)
    talk = insult.conversation
    talk.refresh_from_db()
    assert (talk.state, talk.needs_person) == ("open", True)
    assert insult.moderations.get().failed
    assert facts("ModerationFailed")[0]["delivery"] == delivery.pk
    delivery.refresh_from_db()
    assert delivery.failure == failure


def test_nobody_is_told_of_what_its_author_took_back_in_the_meantime(place: Channel, where: Room) -> None:
    take(place, said("m1", "Insulte", author="Ana"))
    one = Message.objects.get()
    where.failures.append("Rejected")
    inbox.hide(one, user=teammate(place.workspace), reason="about Ana")
    take(place, said("m1", kind="deleted", minute=1))
    work_until_idle()
    assert (now(one), one.text, one.moderations.get().failed) == ((False, False), "", False)
    assert not Delivery.objects.exclude(text="").filter(does="hide").exists()
    assert facts("ModerationFailed") == []


def test_what_could_not_be_approved_waits_again(place: Channel, where: Room) -> None:
    take(place, said("m1", "Bonjour", held=True, author="Ana"))
    where.failures.append("Rejected")
    waiting = Message.objects.get()
    inbox.show(waiting, user=teammate(place.workspace))
    work_until_idle()
    assert now(waiting) == (False, True)


def test_what_the_machine_had_in_line_is_undone_when_a_person_takes_over(insult: Message, where: Room) -> None:
    inbox.hide(insult, user=None, evidence={})
    inbox.take_over(insult.conversation, user=teammate(insult.workspace))
    work_until_idle()
    assert (now(insult), where.moderated) == ((False, False), {})


def test_a_freeze_undoes_what_the_machine_had_in_line_and_a_persons_waits(insult: Message, where: Room) -> None:
    other = message(insult.conversation, "Autre")
    inbox.hide(insult, user=None, evidence={})
    inbox.hide(other, user=teammate(insult.workspace))
    frozen = gate.freeze(insult.workspace, actor="user:1")
    work_until_idle()
    assert (now(insult)[0], now(other)[0], where.moderated) == (False, True, {})
    gate.thaw(frozen, actor="user:1")
    work_until_idle()
    assert where.moderated == {other.external_id: True}


def test_several_decisions_that_come_to_nothing_leave_it_as_it_was_at_first(place: Channel) -> None:
    take(place, said("m1", "Bonjour", held=True, author="Ana"))
    waiting, user = Message.objects.get(), teammate(place.workspace)
    lines = [inbox.show(waiting, user=user), inbox.hide(waiting, user=user), inbox.show(waiting, user=user)]
    assert now(waiting) == (False, False)
    for line in lines:
        Delivery.objects.filter(pk=line.pk).update(state="failed", failure="Rejected")
        inbox.note_settled([line.pk])
    assert now(waiting) == (False, True)
    assert [one.failed for one in waiting.moderations.order_by("pk")] == [False, False, True]


def test_the_last_decision_stands_whatever_became_of_those_before(place: Channel) -> None:
    take(place, said("m1", "Bonjour", held=True, author="Ana"))
    waiting, user = Message.objects.get(), teammate(place.workspace)
    approval = inbox.show(waiting, user=user)
    inbox.hide(waiting, user=user)
    Delivery.objects.filter(pk=approval.pk).update(state="failed", failure="Rejected")
    inbox.note_settled([approval.pk])
    assert now(waiting) == (True, True)


def test_what_cannot_be_is_refused_with_a_sentence_and_enters_no_ledger(place: Channel, insult: Message) -> None:
    user, elsewhere = teammate(place.workspace), channel(place.workspace)
    ours = message(insult.conversation, "Bonjour", by="operator", member=None)
    gone = message(insult.conversation, "", deleted_at=clock.now())
    unknown = message(insult.conversation, "Passé", external_id="")
    mute = message(conversation(elsewhere), "Insulte")
    sentences = set()
    for one in (ours, gone, unknown, mute):
        with pytest.raises(CannotModerate) as refused:
            inbox.hide(one, user=user)
        sentences.add(str(refused.value))
    for change in (inbox.show, inbox.hide, inbox.hide):
        try:
            change(insult, user=user)
        except CannotModerate as refusal:
            sentences.add(str(refusal))
    assert len(sentences) == 5
    assert [one.does for one in Delivery.objects.all()] == ["hide"]


def test_the_reason_goes_with_the_words_of_who_is_forgotten(place: Channel, insult: Message) -> None:
    hers = conversation(place)
    elsewhere = message(insult.conversation, "Moi aussi", member=hers.member)
    mine = message(hers, "Bonjour")
    user = teammate(place.workspace)
    for one in (insult, elsewhere, mine):
        inbox.hide(one, user=user, reason="about Zéphyrine")
    members.erase(hers.member, actor="user:1")
    work_until_idle()
    kept = Delivery.objects.exclude(text="").values_list("in_reply_to", flat=True)
    assert list(kept) == [insult.external_id]
    assert not Delivery.objects.filter(in_reply_to=mine.external_id).exists()
    assert now(insult) == (True, False)


def test_a_replay_of_what_was_held_does_not_hold_it_again(place: Channel) -> None:
    take(place, said("m1", "Bonjour", held=True, author="Ana"))
    waiting = Message.objects.get()
    inbox.show(waiting, user=teammate(place.workspace))
    take(place, said("m1", "Bonjour", held=True, author="Ana", minute=-1))
    assert now(waiting) == (False, False)


def test_a_list_shows_no_words_that_are_hidden(place: Channel) -> None:
    talk, user = conversation(place), teammate(place.workspace)
    message(talk, "Bonjour")
    insult = message(talk, "Insulte")

    def last_text() -> str:
        talk.refresh_from_db()
        return talk.last_text

    inbox.hide(insult, user=user)
    assert last_text() == "Bonjour"
    inbox.show(insult, user=user)
    assert last_text() == "Insulte"


def test_of_a_conversation_that_is_all_hidden_a_list_shows_no_words(insult: Message) -> None:
    inbox.hide(insult, user=teammate(insult.workspace))
    insult.conversation.refresh_from_db()
    assert (insult.conversation.last_text, insult.conversation.last_by) == ("", "member")
