"""The inbox's list: few queries however many conversations, and each row says what it should."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Note, Tag
from binome.kit import clock
from binome.workspaces.models import Role
from tests import community
from tests.understood import annotate

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Any:
    return community.workspace(language="fr")


@pytest.fixture
def client(home: Any) -> Client:
    user = community.teammate(home, Role.OWNER)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def filled(home: Any, count: int) -> None:
    place, colleague = community.channel(home), community.teammate(home)
    tag = Tag.objects.create(workspace=home, name="urgent")
    for number in range(count):
        asked = {"needs_person": True, "last_text": f"Question {number}", "last_by": "member"}
        conversation = community.conversation(place, last_message_at=clock.now() - timedelta(minutes=number), **asked)
        conversation.tags.add(tag)
        if number % 3 == 0:
            Conversation.objects.filter(pk=conversation.pk).update(assignee=colleague)
        Conversation.objects.filter(pk=conversation.pk).update(waiting_since=clock.now() - timedelta(days=1))
        annotate(community.message(conversation), irony=("ironic", 0.9), emotion=("anger", 0.9))


def test_the_list_takes_twelve_queries_at_most_however_long_it_is(home: Any, client: Client) -> None:
    filled(home, 60)
    address = f"/w/{home.slug}/inbox/?view=team"
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.content.count(b'class="row"') == 40
    assert len(asked) <= 12, [one["sql"][:100] for one in asked]


def test_one_conversation_beside_the_list_takes_no_more_queries_for_a_longer_thread(home: Any, client: Client) -> None:
    filled(home, 5)
    found = Conversation.objects.earliest("pk")
    address = f"/w/{home.slug}/inbox/{found.pk}/"
    client.get(address)
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
        for _message in range(10):
            community.message(found)
    assert counts[0] == counts[1] <= 24


def test_the_numbers_in_the_rail_are_those_of_their_pages(home: Any, client: Client) -> None:
    filled(home, 7)  # of which three are somebody else's
    places = {place.entry.key: place.waiting for place in client.get(f"/w/{home.slug}/inbox/").context["places"]}
    assert places["inbox"].number == 4
    assert all(waiting is None for key, waiting in places.items() if key != "inbox")


def test_a_row_says_who_what_when_and_whose_it_is(home: Any, client: Client) -> None:
    filled(home, 1)
    found = Conversation.objects.get()
    Conversation.objects.update(last_text="<b>Ouvert ?", last_by="operator")
    row = client.get(f"/w/{home.slug}/inbox/rows/?view=team").content.decode()
    assert f'href="/w/{home.slug}/inbox/{found.pk}/?view=team"' in row
    assert f"<strong>{found.member}</strong>" in row
    assert "&lt;b&gt;Ouvert ?" in row
    assert "Team:" in row
    assert f"assigned to {found.assignee}" in row
    assert "urgent" in row


def test_a_conversation_of_nobody_without_words_is_said_to_be_so(home: Any, client: Client) -> None:
    filled(home, 1)
    Conversation.objects.update(member=None, last_text="")
    row = client.get(f"/w/{home.slug}/inbox/rows/?view=team").content.decode()
    assert "<strong>Unknown</strong>" in row
    assert "(no text)" in row


def row(home: Any, client: Client) -> str:
    page = client.get(f"/w/{home.slug}/inbox/rows/?view=team").content.decode()
    return page.partition('<div class="marks">')[2].partition("</div>")[0]


def waiting(home: Any, **fields: Any) -> Conversation:
    since = clock.now() - timedelta(hours=1)
    return community.conversation(community.channel(home), needs_person=True, waiting_since=since, **fields)


def test_a_row_warns_of_what_was_read_in_what_waits_the_gravest_first_and_twice_at_most(
    home: Any, client: Client
) -> None:
    said = community.message(waiting(home))
    annotate(said, irony=("ironic", 0.9), distress=("distress", 0.9), urgency=("urgent", 0.9), links=("shortener", 0.9))
    marks = row(home, client)
    assert '<span class="mark alarm">distress</span><span class="mark alarm">urgent</span>' in marks
    assert "irony" not in marks
    assert "shortened" not in marks


def test_a_row_says_nothing_of_what_was_read_on_a_guess_or_in_a_message_answered_since(
    home: Any, client: Client
) -> None:
    talk = waiting(home)
    annotate(community.message(talk), irony=("ironic", 0.6))
    annotate(community.message(talk, at=clock.now() - timedelta(days=2)), distress=("distress", 0.95))
    assert [word in row(home, client) for word in ("irony", "distress")] == [False, False]


def test_a_row_does_not_say_twice_what_the_hand_over_says(home: Any, client: Client) -> None:
    talk = waiting(home)
    said = community.message(talk)
    annotate(said, irony=("ironic", 0.9))
    inbox.hand_over(talk, reason="irony_suspected", message=said)
    assert row(home, client).count("probable irony") == 1


def test_notes_stand_where_they_were_written_however_far_back_and_once(home: Any, client: Client) -> None:
    talk = community.conversation(community.channel(home))
    began = clock.now() - timedelta(days=3)
    for number in range(130):
        community.message(talk, f"Message {number}.", at=began + timedelta(minutes=number))
    author = home.memberships.get().user
    for number in (0, 40, 100, 129):
        at = began + timedelta(minutes=number, seconds=30)
        Note.objects.create(workspace=home, conversation=talk, author=author, text=f"Note {number}.", at=at)
    address, told = f"/w/{home.slug}/inbox/{talk.pk}/", []
    page = client.get(address)
    while True:
        told.append([one.thing.text for one in page.context["thread"].items])
        if page.context["thread"].earlier is None:
            break
        page = client.get(f"{address}flow/", {"before": page.context["thread"].earlier})
    texts = [text for page in reversed(told) for text in page]
    assert len(told) == 3
    assert (
        texts.count("Note 0.") == texts.count("Note 40.") == texts.count("Note 100.") == texts.count("Note 129.") == 1
    )
    assert texts[1] == "Note 0."
    assert texts.index("Note 40.") == texts.index("Message 40.") + 1
    assert texts[-1] == "Note 129."
    assert len(texts) == 134
