"""The settings: how Binôme speaks, and whether a language model helps."""

import pytest
from django.test import Client

from binome.assistant.models import ChannelVoice, DraftRequest, Voice
from binome.llm.errors import KeyRefused
from binome.llm.providers import in_place_of_all
from binome.workspaces.models import LanguageModel
from tests.doubles.models import Parrot
from tests.integration.web.houses import House, furnished

pytestmark = pytest.mark.django_db
MODEL = "/w/alpha/settings/language-model/"
VOICE = "/w/alpha/settings/voice/"
CHOICE = {"provider": "mistral", "name": "small", "key": "s3cret", "monthly_tokens": "100000", "drafts": "asked"}


@pytest.fixture
def alpha() -> House:
    return furnished("alpha")


def as_(house: House, role: str) -> Client:
    client = Client()
    client.force_login(house.people[role])
    return client


def test_a_manager_chooses_the_touches_and_sees_what_they_make(alpha: House) -> None:
    client, place = as_(alpha, "manager"), alpha.things["channel"]
    chosen = {
        "greets": "on",
        "address": "vous",
        "signature_fr": "L’équipe",
        "products": "Vélo\n\nVélo",
        f"address_{place}": "tu",
    }
    assert client.post(VOICE, chosen).status_code == 302
    voice = Voice.objects.get()
    assert (voice.greets, voice.names, voice.address, voice.products) == (True, False, "vous", ["Vélo"])
    assert ChannelVoice.objects.get().address == "tu"
    page = client.get(VOICE).content.decode()
    assert "L’équipe" in page
    assert "Bonjour," in page


def test_operators_do_not(alpha: House) -> None:
    assert as_(alpha, "operator").post(VOICE, {"address": "tu"}).status_code == 403
    assert not Voice.objects.exists()


def test_the_language_model_is_the_owners_alone(alpha: House) -> None:
    for role in ("manager", "operator", "viewer"):
        for address in (MODEL, MODEL + "try/", MODEL + "leave/"):
            assert as_(alpha, role).post(address, CHOICE).status_code == 403
    assert not LanguageModel.objects.exists()


def test_the_key_goes_in_and_never_comes_out(alpha: House) -> None:
    client = as_(alpha, "owner")
    assert client.post(MODEL, CHOICE).status_code == 302
    assert "s3cret" not in client.get(MODEL).content.decode()
    client.post(MODEL, {**CHOICE, "key": "", "name": "large"})
    model = LanguageModel.objects.get()
    assert (model.name, bool(model.sealed_key)) == ("large", True)


def test_what_is_not_whole_is_said_on_the_form(alpha: House) -> None:
    client = as_(alpha, "owner")
    answer = client.post(MODEL, {**CHOICE, "provider": "compatible"})
    assert "Dites quel modèle" in answer.content.decode()
    assert not LanguageModel.objects.exists()


def test_trying_it_shows_what_it_said_or_what_is_wrong(alpha: House) -> None:
    client = as_(alpha, "owner")
    client.post(MODEL, CHOICE)
    with in_place_of_all(Parrot("Je suis prêt <b>.")):
        assert "Je suis prêt &lt;b&gt;." in client.post(MODEL + "try/").content.decode()
    with in_place_of_all(Parrot(fails=KeyRefused(KeyRefused.__doc__))):
        assert "refuse la clé" in client.post(MODEL + "try/").content.decode()


def test_leaving_it_forgets_it(alpha: House) -> None:
    client = as_(alpha, "owner")
    client.post(MODEL, CHOICE)
    client.post(MODEL + "leave/")
    assert not LanguageModel.objects.exists()


def test_the_inbox_offers_drafts_only_where_there_is_a_model(alpha: House) -> None:
    client, talk = as_(alpha, "operator"), alpha.things["conversation"]
    page = f"/w/alpha/inbox/{talk}/"
    assert "Rédiger" not in client.get(page).content.decode()
    client.post(page + "draft/")
    assert not DraftRequest.objects.exists()
    as_(alpha, "owner").post(MODEL, CHOICE)
    assert 'data-key="D"' in client.get(page).content.decode()
    client.post(page + "draft/")
    assert DraftRequest.objects.get().asked_by == alpha.people["operator"]
    assert "Binôme rédige un brouillon…" in client.get(page).content.decode()


def test_a_viewer_asks_for_none(alpha: House) -> None:
    as_(alpha, "owner").post(MODEL, CHOICE)
    assert as_(alpha, "viewer").post(f"/w/alpha/inbox/{alpha.things['conversation']}/draft/").status_code == 403
    assert not DraftRequest.objects.exists()
