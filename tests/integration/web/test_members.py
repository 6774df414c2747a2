"""A copy of what is held of a member, and forgetting them, as managers ask for it."""

import json

import pytest
from django.test import Client

from binome.inbox.models import Message
from binome.members.models import Identity, Member
from tests.integration.web.houses import House, furnished

pytestmark = pytest.mark.django_db


@pytest.fixture
def alpha() -> House:
    made = furnished("alpha")
    member, channel = made.things["member"], made.things["channel"]
    Identity.objects.create(
        workspace=made.workspace, member_id=member, channel_id=channel, external_id="lou-1", email="lou@example.org"
    )
    return made


def as_a(role: str, alpha: House) -> Client:
    client = Client()
    client.force_login(alpha.people[role])
    return client


def address(alpha: House, what: str) -> str:
    return f"/w/alpha/members/{alpha.things['member']}/{what}/"


def test_the_copy_holds_the_accounts_and_every_word(alpha: House) -> None:
    answer = as_a("manager", alpha).get(address(alpha, "held"))
    copy = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (copy["name"], copy["accounts"][0]["email"]) == ("Lou", "lou@example.org")
    assert copy["conversations"][0]["messages"][0]["text"] == "Bonjour"


def test_what_others_wrote_in_the_same_thread_is_no_part_of_the_copy(alpha: House) -> None:
    own = Message.objects.get(text="Bonjour")
    other = Member.objects.create(workspace=alpha.workspace, name="Sam")
    Message.objects.create(
        workspace=alpha.workspace, conversation=own.conversation, channel=own.channel, by="member", member=other,
        text="Salut Lou",
    )  # fmt: skip
    copy = json.loads(as_a("manager", alpha).get(f"/w/alpha/members/{other.pk}/held/").content)
    assert [one["text"] for talk in copy["conversations"] for one in talk["messages"]] == ["Salut Lou"]


def test_it_asks_with_numbers_before_it_forgets(alpha: House) -> None:
    manager = as_a("manager", alpha)
    asked = manager.get(address(alpha, "forget")).content.decode()
    assert "Oublier Lou" in asked
    assert "messages\u00a0: 1" in asked
    assert Member.objects.get(pk=alpha.things["member"]).name == "Lou"
    manager.post(address(alpha, "forget"))
    gone = Member.objects.get(pk=alpha.things["member"])
    assert (gone.name, gone.identities.count()) == ("", 0)


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_operators_and_viewers_may_do_neither(alpha: House, role: str) -> None:
    client = as_a(role, alpha)
    assert client.get(address(alpha, "held")).status_code == 403
    assert client.post(address(alpha, "forget")).status_code == 403
    assert Member.objects.get(pk=alpha.things["member"]).name == "Lou"


def test_only_managers_are_offered_it(alpha: House) -> None:
    page = f"/w/alpha/inbox/{alpha.things['conversation']}/"
    assert address(alpha, "forget") in as_a("manager", alpha).get(page).content.decode()
    assert address(alpha, "forget") not in as_a("operator", alpha).get(page).content.decode()
