"""Channels: connecting from a manifest, health, secrets, freezing, messages whose fate is not known."""

import pytest
from django.test import Client

from binome.channels import gate, services
from binome.channels.gate import Authorisation
from binome.channels.models import Arrival, Channel, Delivery, Freeze, Thread
from binome.journal.models import Entry
from binome.sdk.errors import AccessRevoked
from tests import community
from tests.integration.web.houses import house

pytestmark = pytest.mark.django_db
HERE = "/w/alpha/channels/"
MAIL = {
    "channel_name": "Courrier", "set-address": "bonjour@example.org", "set-password": "très secret", "set-imap_host": "imap.invalid",
    "set-imap_port": "993", "set-imap_security": "tls", "set-smtp_host": "smtp.invalid", "set-smtp_port": "587",
    "set-smtp_security": "starttls", "set-folder": "INBOX", "set-since_days": "0",
}  # fmt: skip


@pytest.fixture
def alpha(db):
    return house("alpha")


@pytest.fixture
def channel(alpha):
    return services.connect_channel(
        alpha.workspace, connector="playground", name="Bac à sable", values={"room": "r1"}, actor="test"
    )


def _client(made, role="owner"):
    client = Client()
    client.force_login(made.people[role])
    return client


def _due(channel, number=1, by_machine=True, **fields):
    thread = Thread.objects.create(workspace_id=channel.workspace_id, channel=channel, external_id=f"t{number}")
    line = gate.enqueue(thread, f"Message {number}", Authorisation("test", "test"), by_machine=by_machine)
    Delivery.objects.filter(pk=line.pk).update(**fields)
    return line


def _state(line):
    line.refresh_from_db()
    return line.state


def test_a_manager_connects_a_place_by_its_manifest(alpha):
    client = _client(alpha, "manager")
    assert "Bac à sable" in client.get(HERE + "connect/").content.decode()
    answer = client.post(
        HERE + "connect/playground/", {"channel_name": "Démo", "set-room": "salle", "set-fail_next": ""}
    )
    made = Channel.objects.get()
    assert (answer.url, made.name, made.settings["room"], made.state) == (
        f"{HERE}{made.pk}/",
        "Démo",
        "salle",
        "connected",
    )


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_who_does_not_manage_sees_and_changes_nothing(alpha, channel, role):
    client = _client(alpha, role)
    assert client.get(HERE).status_code == client.get(f"{HERE}{channel.pk}/").status_code == 200
    acts = ("", "check/", "pause/", "resume/", "disconnect/", "secret/", "freeze/", "thaw/")
    assert {client.post(f"{HERE}{channel.pk}/{act}").status_code for act in acts} == {403}
    assert {client.post(HERE + act).status_code for act in ("freeze/", "thaw/", "connect/playground/")} == {403}
    channel.refresh_from_db()
    assert (channel.state, Freeze.objects.count(), Channel.objects.count()) == ("connected", 0, 1)


def test_an_unknown_connector_is_not_found(alpha):
    assert _client(alpha).get(HERE + "connect/telepathy/").status_code == 404


def test_settings_are_tried_without_being_saved(alpha, channel):
    client = _client(alpha)
    asked = {"do": "check", "channel_name": "Autre nom", "set-room": "ailleurs", "set-fail_next": ""}
    works = client.post(f"{HERE}{channel.pk}/", asked, headers={"HX-Request": "true"})
    assert "Ces réglages fonctionnent" in works.content.decode()
    channel.refresh_from_db()
    assert (channel.name, channel.settings["room"]) == ("Bac à sable", "r1")


def test_a_check_that_fails_says_what_to_do_and_saves_nothing(alpha):
    answer = _client(alpha).post(HERE + "connect/email/", {**MAIL, "do": "check"}, headers={"HX-Request": "true"})
    assert "Rien n’a été enregistré" in answer.content.decode()
    assert Channel.objects.count() == 0


def test_a_secret_goes_in_and_never_comes_out(alpha):
    client = _client(alpha)
    page = client.post(HERE + "connect/email/", {**MAIL, "set-imap_port": "not a number"}).content.decode()
    assert ("très secret" in page, "bonjour@example.org" in page, Channel.objects.count()) == (False, True, 0)
    made = services.connect_channel(
        alpha.workspace, connector="email", name="Courrier", actor="test",
        values={key.removeprefix("set-"): value for key, value in MAIL.items()},
    )  # fmt: skip
    assert "très secret" not in client.get(f"{HERE}{made.pk}/").content.decode()
    assert services.secret(made, "password") == "très secret"


def test_a_secret_left_empty_stays_and_a_paused_channel_stays_paused(alpha, channel):
    before = services.secret(channel, "token")
    services.set_state(channel, "paused", actor="test")
    _client(alpha).post(f"{HERE}{channel.pk}/", {"channel_name": "Nouveau", "set-room": "r2", "set-fail_next": ""})
    channel.refresh_from_db()
    assert (channel.name, channel.settings["room"], channel.state) == ("Nouveau", "r2", "paused")
    assert services.secret(channel, "token") == before


def test_a_generated_secret_is_shown_on_demand_once_and_written_down(alpha, channel):
    client, token = _client(alpha, "manager"), services.secret(channel, "token")
    assert token not in client.get(f"{HERE}{channel.pk}/").content.decode()
    shown = client.post(f"{HERE}{channel.pk}/secret/", {"name": "token"})
    assert token in shown.content.decode().replace("&#x27;", "'")
    assert "no-store" in shown.headers["Cache-Control"]
    told = Entry.objects.get(kind="SecretShown")
    assert (told.about, told.actor) == ({"channel": channel.pk, "name": "token"}, f"user:{alpha.people['manager'].pk}")
    assert token not in client.get(f"{HERE}{channel.pk}/").content.decode()


def test_what_is_not_a_generated_secret_is_not_shown(alpha, channel):
    assert _client(alpha).post(f"{HERE}{channel.pk}/secret/", {"name": "room"}).status_code == 404
    assert not Entry.objects.filter(kind="SecretShown").exists()


def test_the_line_of_code_of_the_chat_is_given_with_a_page_to_try_it(alpha):
    made = services.connect_channel(alpha.workspace, connector="widget", name="Site", values={}, actor="test")
    outside = _client(alpha).get(f"{HERE}{made.pk}/").context["outside"]
    assert outside.script.endswith(f'/widget/{made.public_id}/embed.js" async></script>')
    assert _client(alpha).get(outside.sample).status_code == 200


def test_the_guide_shows_no_markup_but_its_own(alpha, channel):
    guide = str(_client(alpha).get(f"{HERE}{channel.pk}/").context["guide"])
    assert ("<h1" in guide, "<script" in guide, "<p>" in guide) == (False, False, True)


def test_a_channel_is_paused_resumed_and_disconnected_after_a_question(alpha, channel):
    client = _client(alpha, "manager")
    client.post(f"{HERE}{channel.pk}/pause/")
    assert Channel.objects.get().state == "paused"
    client.post(f"{HERE}{channel.pk}/resume/")
    assert Channel.objects.get().state == "connected"
    client.get(f"{HERE}{channel.pk}/disconnect/")
    assert Channel.objects.get().state == "connected"
    client.post(f"{HERE}{channel.pk}/disconnect/")
    assert Channel.objects.get().state == "disconnected"


def test_a_failure_is_told_in_a_sentence_with_what_to_do(alpha, channel):
    services.note_failure(channel, AccessRevoked("535 denied"))
    health = _client(alpha).get(HERE).context["channels"][0][2]
    assert (health.tone, health.what) == ("alarm", "La plateforme ne laisse plus entrer Binôme.")
    assert health.todo.startswith("Vérifiez l’identifiant")


def test_what_waits_and_what_could_not_be_read_is_counted_once_each(alpha, channel):
    for number in (1, 2):
        _due(channel, number)
        Arrival.objects.create(
            workspace=alpha.workspace, channel=channel, key=str(number), content_type="x", body=b"", problem="bad"
        )
    _due(channel, 3, state="unknown")
    found = _client(alpha).get(HERE).context["channels"][0][0]
    assert (found.waiting, found.unsettled, found.unreadable) == (2, 1, 2)


def test_freezing_gives_a_receipt_of_what_was_stopped(alpha, channel):
    machine, person = _due(channel, 1), _due(channel, 2, by_machine=False)
    client = _client(alpha, "manager")
    client.post(HERE + "freeze/", {"reason": "une rumeur"})
    client.post(HERE + "freeze/")
    assert (_state(machine), _state(person), Freeze.objects.count()) == ("cancelled", "due", 1)
    receipt, by = client.get(HERE).context["freezes"][0]
    assert (receipt.cancelled, receipt.waiting, receipt.freeze.reason, by) == (
        1,
        1,
        "une rumeur",
        str(alpha.people["manager"]),
    )
    client.post(HERE + "thaw/")
    assert client.get(HERE).context["freezes"] == []


def test_freezing_one_channel_leaves_the_others(alpha, channel):
    other = community.channel(alpha.workspace)
    here, there = _due(channel, 1), _due(other, 2)
    client = _client(alpha)
    client.post(f"{HERE}{channel.pk}/freeze/")
    assert (_state(here), _state(there)) == ("cancelled", "due")
    client.post(HERE + "thaw/")
    assert Freeze.objects.get().lifted_at is None
    client.post(f"{HERE}{channel.pk}/thaw/")
    assert Freeze.objects.get().lifted_at is not None


def test_an_operator_says_what_became_of_a_message(alpha, channel):
    lines = [_due(channel, number, state="unknown") for number in (1, 2, 3)]
    client = _client(alpha, "operator")
    client.post(f"{HERE}messages/{lines[0].pk}/arrived/")
    client.post(f"{HERE}messages/{lines[1].pk}/lost/")
    assert "lira deux fois" in client.get(f"{HERE}messages/{lines[2].pk}/send-again/").content.decode()
    assert [_state(line) for line in lines] == ["sent", "failed", "unknown"]
    client.post(f"{HERE}messages/{lines[2].pk}/send-again/")
    assert _state(lines[2]) == "due"


def test_a_message_that_failed_cannot_be_said_to_have_arrived(alpha, channel):
    line = _due(channel, state="failed")
    _client(alpha).post(f"{HERE}messages/{line.pk}/arrived/")
    assert _state(line) == "failed"


def test_a_message_of_another_team_is_not_found(alpha):
    line = _due(community.channel(house("beta").workspace), state="unknown")
    assert _client(alpha).post(f"{HERE}messages/{line.pk}/send-again/").status_code == 404
    assert _state(line) == "unknown"
