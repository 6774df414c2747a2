"""In the thread and in the list: what is hidden, what waits for approval, what could not be done; and the acts."""

from typing import Any

import pytest
from django.test import Client

from binome.channels.models import Channel, Delivery
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.kit import clock
from binome.workspaces.models import Role
from tests import community

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Any:
    return community.workspace(language="fr")


@pytest.fixture
def place(home: Any) -> Channel:
    return community.channel(home, can_moderate="on")


@pytest.fixture
def insult(place: Channel) -> Message:
    talk = community.conversation(place, needs_person=True, last_text="Insulte", last_by="member")
    return community.message(talk, "Espèce de <b>malotru")


def of_role(home: Any, role: Role) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(community.teammate(home, role))
    return client


@pytest.fixture
def client(home: Any) -> Client:
    return of_role(home, Role.OPERATOR)


def page(client: Client, talk: Conversation) -> str:
    return client.get(f"/w/{talk.workspace.slug}/inbox/{talk.pk}/").content.decode()


def row(client: Client, talk: Conversation, view: str = "team") -> str:
    return client.get(f"/w/{talk.workspace.slug}/inbox/rows/?view={view}").content.decode()


def do(client: Client, one: Message, name: str, **fields: str) -> Any:
    address = f"/w/{one.workspace.slug}/inbox/{one.conversation_id}/messages/{one.pk}/{name}/"
    return client.post(address, fields, headers={"hx-request": "true"})


def fail(one: Message, code: str) -> None:
    line = Delivery.objects.filter(in_reply_to=one.external_id).latest("pk")
    Delivery.objects.filter(pk=line.pk).update(state="failed", failure=code)
    inbox.note_settled([line.pk])


def test_an_operator_hides_a_message_and_may_undo(client: Client, insult: Message) -> None:
    assert "Hide…" in page(client, insult.conversation)
    answer = do(client, insult, "hide", reason="insults")
    assert f"/messages/{insult.pk}/show/" in answer["HX-Trigger"]
    line = Delivery.objects.get()
    assert (line.does, line.text, line.by_machine) == ("hide", "insults", False)
    shown = page(client, insult.conversation)
    assert "Hidden from the community" in shown
    assert "hidden by Person" in shown
    assert "Espèce de &lt;b&gt;malotru" in shown  # readable by the team, once asked for
    assert "Show again" in shown
    assert "Hide…" not in shown
    do(client, insult, "show")
    shown = page(client, insult.conversation)
    assert "shown again by Person" in shown
    assert "Hidden from the community" not in shown


def test_what_waits_for_approval_is_seen_in_the_list_and_approved(client: Client, insult: Message) -> None:
    Message.objects.filter(pk=insult.pk).update(held=True)
    assert "to approve" in row(client, insult.conversation)
    assert f"row-{insult.conversation_id}" in row(client, insult.conversation, "approve")
    assert "waits for approval" in page(client, insult.conversation)
    answer = do(client, insult, "show")
    assert f"/messages/{insult.pk}/hide/" in answer["HX-Trigger"]
    assert "to approve" not in row(client, insult.conversation)
    assert f"row-{insult.conversation_id}" not in row(client, insult.conversation, "approve")
    assert "approved by Person" in page(client, insult.conversation)


def test_undoing_does_not_show_what_nobody_approved(client: Client, insult: Message) -> None:
    Message.objects.filter(pk=insult.pk).update(held=True)
    assert "/show/" not in do(client, insult, "hide")["HX-Trigger"]
    assert f"row-{insult.conversation_id}" not in row(client, insult.conversation, "approve")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Rejected", "Not hidden. The platform refused it."),
        ("Frozen", "Not hidden. Everything was stopped at that moment."),
        ("OutcomeUnknown", "Perhaps not hidden. The platform never said whether it did it."),
        ("LaneClosed", "Not hidden. It was no longer allowed at the moment of leaving."),
    ],
)
def test_what_could_not_be_hidden_is_told_with_its_reason(
    client: Client, insult: Message, code: str, said: str
) -> None:
    do(client, insult, "hide")
    fail(insult, code)
    shown = page(client, insult.conversation)
    assert said in shown
    assert "Hidden from the community" not in shown
    assert "not hidden" in row(client, insult.conversation)
    do(client, insult, "hide")
    assert said not in page(client, insult.conversation)
    assert "not hidden" not in row(client, insult.conversation)


def test_a_message_hidden_in_the_meantime_is_refused_in_one_sentence(client: Client, insult: Message) -> None:
    do(client, insult, "hide")
    assert "already" in do(client, insult, "hide")["HX-Trigger"]
    assert Delivery.objects.count() == 1


def test_a_channel_that_cannot_offers_nothing(home: Any, client: Client) -> None:
    one = community.message(community.conversation(community.channel(home)), "Bonjour")
    shown = page(client, one.conversation)
    assert "Hide…" not in shown
    assert "To approve" not in shown
    assert "neither" in do(client, one, "hide")["HX-Trigger"]
    assert not Delivery.objects.exists()


def test_a_channel_whose_connector_is_gone_offers_nothing(client: Client, place: Channel, insult: Message) -> None:
    Channel.objects.filter(pk=place.pk).update(connector="gone")
    assert "Hide…" not in page(client, insult.conversation)
    assert "neither" in do(client, insult, "hide")["HX-Trigger"]


def test_ours_and_what_was_taken_back_cannot_be_hidden(client: Client, insult: Message) -> None:
    talk = insult.conversation
    Message.objects.filter(pk=insult.pk).update(deleted_at=clock.now(), text="")
    ours = community.message(talk, "Bonjour", by="operator", member=None)
    assert "Hide…" not in page(client, talk)
    for one in (insult, ours):
        do(client, one, "hide")
    assert not Delivery.objects.exists()


def test_a_viewer_sees_how_it_stands_and_does_nothing(home: Any, insult: Message) -> None:
    viewer = of_role(home, Role.VIEWER)
    inbox.hide(insult, user=None, evidence={})
    shown = page(viewer, insult.conversation)
    assert "hidden by Binôme" in shown
    assert "Show again" not in shown
    assert do(viewer, insult, "show").status_code == 403


def test_a_message_of_another_conversation_is_not_found(client: Client, place: Channel, insult: Message) -> None:
    other = community.conversation(place)
    address = f"/w/{place.workspace.slug}/inbox/{other.pk}/messages/{insult.pk}/hide/"
    assert client.post(address).status_code == 404
    assert not Delivery.objects.exists()
