"""What the chat's addresses let a visitor, or anybody, do."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from binome.channels import services as channels
from binome.channels.models import Arrival, Channel
from binome.console.loops import work_until_idle
from binome.inbox.models import Message
from binome.journal.selectors import head
from binome.kit import clock
from binome.kit.pace import Pace
from binome.web.widget import views
from tests.community import workspace

pytestmark = pytest.mark.django_db(transaction=True)
OURS = {"Origin": "http://localhost", "Host": "localhost"}


@pytest.fixture
def chat() -> Channel:
    return channels.connect_channel(workspace(), connector="widget", name="Site", values={}, actor="test")


@pytest.fixture
def client() -> Client:
    return Client(headers=OURS)


def written(**fields: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "text": "Bonjour", **fields}


def visitor(client: Client, chat: Channel) -> str:
    return str(client.post(f"/widget/{chat.public_id}/visitors/").json()["visitor"])


def post(client: Client, address: str, body: Any, **headers: str) -> int:
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers).status_code


def write(client: Client, chat: Channel, who: str, body: Any) -> int:
    return post(client, f"/widget/{chat.public_id}/messages/", body, **{"X-Visitor": who})


def test_the_chat_has_no_other_door_where_nobody_says_who_writes(client, chat):
    body = written(visitor="somebody", thread="somewhere", sent_at="2026-03-07T09:15:00Z")
    assert post(client, f"/in/{chat.public_id}/", body) == 404
    assert not Arrival.objects.exists()


def test_nothing_but_the_message_is_kept_of_what_anybody_may_send(client, chat):
    assert write(client, chat, visitor(client, chat), written(junk="x" * 500_000)) == 202
    assert b"xxx" not in bytes(Arrival.objects.get().body)


@pytest.mark.parametrize("years", [-10, 10])
def test_a_message_was_said_when_it_came_whatever_the_page_says(client, chat, years):
    said = clock.now() + timedelta(days=365 * years)
    assert write(client, chat, visitor(client, chat), written(sent_at=said.isoformat())) == 202
    work_until_idle()
    message = Message.objects.get(by="member")
    assert abs(message.at - clock.now()) < timedelta(minutes=5)
    assert not message.quiet


def test_two_visitors_who_choose_the_same_identifier_are_both_heard(client, chat):
    same = written()
    first, second = visitor(client, chat), visitor(client, chat)
    for who in (first, second, second):
        assert write(client, chat, who, same) == 202
    work_until_idle()
    assert Message.objects.filter(by="member").count() == 2
    for who in (first, second):
        answer = client.get(f"/widget/{chat.public_id}/messages/", headers={"X-Visitor": who})
        assert [one["key"] for one in answer.json()["messages"] if one["by"] == "member"] == [same["id"]]


def test_who_is_nobody_is_told_apart_from_who_may_not_write_from_there(client, chat):
    assert write(client, chat, "forged", written()) == 401
    who = visitor(client, chat)
    assert post(client, f"/widget/{chat.public_id}/messages/", written(), **{"X-Visitor": who, "Origin": "null"}) == 403
    assert not Arrival.objects.exists()


def test_one_network_does_not_flood_whatever_the_number_of_its_visitors(client, chat, monkeypatch):
    monkeypatch.setattr(views, "NETWORKS", Pace(5, 60))
    codes = [write(client, chat, visitor(client, chat), written()) for _ in range(7)]
    assert codes == [202] * 5 + [429] * 2
    assert Arrival.objects.count() == 5


def follow(client: Client, chat: Channel, who: str, since: str) -> int:
    return client.get(f"/widget/{chat.public_id}/events/?visitor={who}&since={since}").status_code


def test_nobody_has_the_whole_journal_looked_through_for_them(client, chat, monkeypatch):
    who = visitor(client, chat)
    assert write(client, chat, who, written()) == 202
    work_until_idle()
    last = head()
    monkeypatch.setattr(views, "FURTHEST", 1)
    assert last > 2
    since = {"0": 204, str(last - 2): 204, str(last - 1): 200, str(last): 200, str(last + 9): 200, "": 200, "x": 200}
    assert {one: follow(client, chat, who, one) for one in since} == since


def test_one_network_does_not_open_streams_without_end(client, chat, monkeypatch):
    monkeypatch.setattr(views, "STREAMS", Pace(3, 60))
    who = visitor(client, chat)
    assert [follow(client, chat, who, "0") for _ in range(4)] == [200, 200, 200, 429]
