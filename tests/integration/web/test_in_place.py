"""Pages changed in place: who was signed out signs in and comes back; what was refused is drawn, with its reason."""

import json

import pytest
from django.test import Client

from binome.inbox.models import Message
from binome.workspaces.models import Role
from tests import community

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true", "HX-Current-URL": "https://binome.example/w/canal/inbox/7/?view=team&q=v%C3%A9lo#end"}


@pytest.fixture
def talk():
    return community.conversation(community.channel(community.workspace(language="fr")))


@pytest.fixture
def operator(talk) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(community.teammate(talk.workspace, Role.OPERATOR))
    return client


def reply_to(talk) -> str:
    return f"/w/{talk.workspace.slug}/inbox/{talk.pk}/reply/"


def test_whoever_was_signed_out_is_sent_to_sign_in_and_back_to_the_page_they_were_on(talk):
    answer = Client().post(reply_to(talk), {"text": "Oui."}, headers=IN_PLACE)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/account/login/?next=%2Fw%2Fcanal%2Finbox%2F7%2F%3Fview%3Dteam%26q%3Dv%25C3%25A9lo"


@pytest.mark.parametrize("current", ["", "https://elsewhere.example//evil.example/", "nonsense"])
def test_they_are_sent_back_to_this_site_alone(talk, current):
    answer = Client().post(reply_to(talk), {"text": "Oui."}, headers={**IN_PLACE, "HX-Current-URL": current})
    page = Client().get(answer["HX-Redirect"])
    assert page.status_code == 200
    assert "evil.example" not in page.content.decode()


def test_without_htmx_one_is_sent_to_sign_in_as_ever(talk):
    answer = Client().post(reply_to(talk), {"text": "Oui."})
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={reply_to(talk)}")


def test_what_is_refused_is_drawn_with_its_reason_and_nothing_is_sent(talk, operator):
    answer = operator.post(reply_to(talk), {"text": "a" * 50_000}, headers=IN_PLACE)
    assert answer.status_code == 422
    assert f'data-conversation="{talk.pk}"' in answer.content.decode()
    (said,) = json.loads(answer["HX-Trigger"])["toast"]["value"]
    assert said["tone"] == "alarm"
    assert "too long" in said["text"]
    assert not Message.objects.filter(by="operator").exists()


def test_what_is_done_is_drawn(talk, operator):
    assert operator.post(reply_to(talk), {"text": "Oui."}, headers=IN_PLACE).status_code == 200
    assert Message.objects.get(by="operator").text == "Oui."


@pytest.mark.parametrize("asked", [IN_PLACE, {"Referer": IN_PLACE["HX-Current-URL"].partition("#")[0]}])
def test_one_stays_beside_the_list_as_it_was_filtered(talk, operator, asked):
    answer = operator.post(reply_to(talk), {"text": "Oui."}, headers=asked)
    filters = "view=team&q=v%C3%A9lo"
    if answer.status_code == 302:
        assert answer["Location"] == f"/w/{talk.workspace.slug}/inbox/{talk.pk}/?{filters}"
    else:
        assert f'href="/w/{talk.workspace.slug}/inbox/?{filters.replace("&", "&amp;")}"' in answer.content.decode()


@pytest.mark.parametrize(
    "referer", ["", "https://elsewhere.example/?view=team", "https://binome.example/w/canal/knowledge/?q=a"]
)
def test_another_page_gives_the_list_no_filter(talk, operator, referer):
    answer = operator.post(reply_to(talk), {"text": "Oui."}, headers={"Referer": referer})
    assert answer["Location"] == f"/w/{talk.workspace.slug}/inbox/{talk.pk}/"


def test_a_form_whose_token_was_renewed_elsewhere_does_nothing_and_has_its_page_loaded_again(talk, operator):
    careful = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    careful.cookies = operator.cookies
    answer = careful.post(reply_to(talk), {"text": "Oui."}, headers=IN_PLACE)
    assert (answer.status_code, answer["HX-Refresh"]) == (403, "true")
    assert not Message.objects.filter(by="operator").exists()
    page = careful.get(f"/w/{talk.workspace.slug}/inbox/{talk.pk}/").content.decode()
    assert "signed in or out in another tab" in page


def test_whoever_was_signed_out_on_a_whole_page_comes_back_to_it_and_not_to_what_they_asked_of_it(talk):
    page = f"/w/{talk.workspace.slug}/inbox/{talk.pk}/"
    answer = Client().post(reply_to(talk), {"text": "Oui."}, headers={"Referer": f"https://binome.example{page}"})
    assert (answer.status_code, answer["Location"]) == (302, f"/account/login/?next={page.replace('/', '%2F')}")
