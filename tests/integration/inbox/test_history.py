"""Past conversations: entered as they were, once, however many at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from binome.channels.models import Channel, Thread
from binome.inbox import history
from binome.inbox.models import Conversation, HandOver, Message, Note, Tag
from binome.inbox.past import PastConversation, PastMessage
from binome.members.models import Identity, Member
from binome.sdk.types import Author
from tests import community

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
NADIA, PAUL = Author("nadia", name="Nadia"), Author("paul", name="Paul")


@pytest.fixture
def place() -> Channel:
    return community.channel(community.workspace())


def told(thread: str, *messages: PastMessage, **fields: object) -> PastConversation:
    return PastConversation(thread, NADIA, messages, **fields)  # type: ignore[arg-type]


def said(text: str, minute: int = 0, **fields: object) -> PastMessage:
    return PastMessage(AT + timedelta(minutes=minute), fields.pop("by", "member"), text, **fields)  # type: ignore[arg-type]


def test_many_are_entered_in_as_many_queries_as_a_few(place: Channel, django_assert_max_num_queries: object) -> None:
    many = [told(f"t{n}", said("Bonjour"), said("Ouvert ?", 1, author=PAUL), tags=["vélo"]) for n in range(60)]
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        made = history.record_all([(place, one) for one in many])
    assert [one.thread.external_id for one in made if one] == [f"t{n}" for n in range(60)]
    assert Message.objects.count() == 120
    assert (Member.objects.count(), Identity.objects.count(), Tag.objects.count()) == (2, 2, 1)


def test_what_is_there_already_is_left_as_it_is_and_the_rest_enters(place: Channel) -> None:
    first = history.record(place, told("one", said("Bonjour")))
    made = history.record_all([(place, told("one", said("Autre chose"))), (place, told("two", said("Salut")))])
    assert made[0] is None
    assert made[1] is not None
    assert list(first.messages.values_list("text", flat=True)) == ["Bonjour"]  # type: ignore[union-attr]
    assert Thread.objects.count() == Conversation.objects.count() == 2


def test_of_two_with_the_same_thread_the_first_is_entered(place: Channel) -> None:
    made = history.record_all([(place, told("one", said("Premier"))), (place, told("one", said("Second")))])
    assert (made[0] is None, made[1] is None) == (False, True)
    assert [message.text for message in Message.objects.all()] == ["Premier"]


def test_the_same_thread_on_two_channels_makes_two_conversations(place: Channel) -> None:
    other = community.channel(place.workspace)
    made = history.record_all([(place, told("one", said("Ici"))), (other, told("one", said("Là")))])
    assert [one.messages.get().text for one in made if one] == ["Ici", "Là"]
    assert Member.objects.count() == 2


def test_one_without_a_message_is_not_entered_and_leaves_nothing(place: Channel) -> None:
    assert history.record(place, told("empty")) is None
    assert not Thread.objects.exists()


def test_notes_hand_overs_and_edits_are_those_of_their_own_conversation(place: Channel) -> None:
    colleague = community.teammate(place.workspace)
    one = told(
        "one",
        said("Bonjour", edits=[(AT + timedelta(hours=1), "Bonsoir")]),
        said("À voir", 2, by="note", operator=colleague),
        handed := said("Je passe la main", 3, by="ai", handover="deuil", reason="grief"),
    )
    made = history.record_all([(place, told("zero", said("Rien"))), (place, one)])
    conversation = made[1]
    assert conversation is not None
    assert [(m.text, m.edited_at) for m in conversation.messages.order_by("at")] == [
        ("Bonsoir", AT + timedelta(hours=1)),
        (handed.text, None),
    ]
    assert [revision.text for revision in conversation.messages.earliest("at").revisions.all()] == ["Bonjour"]
    assert [(note.conversation, note.text, note.author) for note in Note.objects.all()] == [
        (conversation, "À voir", colleague)
    ]
    fallen = HandOver.objects.get()
    assert (fallen.conversation, fallen.reason, fallen.message) == (
        conversation,
        "grief",
        conversation.messages.latest("at"),
    )


def test_whoever_came_back_is_known_by_their_last_name_and_day(place: Channel) -> None:
    history.record(place, told("one", said("Bonjour")))
    later = PastConversation("two", Author("nadia", name="Nadia B.", language="fr"), [said("Re", 500)])
    history.record(place, later)
    member = Member.objects.get()
    assert (member.name, member.language, member.last_seen_at) == ("Nadia B.", "fr", AT + timedelta(minutes=500))
    assert member.first_seen_at == AT
