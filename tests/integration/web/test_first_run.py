"""A new installation belongs to who reads its console, once."""

import pytest

from binome.accounts import first_run
from binome.accounts.models import User
from binome.workspaces.models import Membership, Workspace
from tests.integration.web.houses import PASSWORD, person

WORDS = {
    "name": "Inès", "email": "ines@example.org", "password": PASSWORD,
    "workspace": "Atelier du Canal", "language": "fr", "time_zone": "Europe/Paris",
}  # fmt: skip


@pytest.fixture
def home(db, settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def test_the_link_of_the_console_makes_the_owner_and_their_workspace(home, client):
    answer = client.post("/welcome/", {**WORDS, "token": first_run.token()})
    membership = Membership.objects.select_related("user", "workspace").get()
    assert (membership.user.email, membership.role, membership.workspace.slug) == (
        "ines@example.org",
        "owner",
        "atelier-du-canal",
    )
    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(membership.user_id))


@pytest.mark.parametrize("token", ["", "guess", "é"])
def test_without_the_link_nobody_takes_the_installation(home, client, token):
    first_run.token()
    answer = client.post("/welcome/", {**WORDS, "token": token})
    assert (answer.status_code, User.objects.count(), Workspace.objects.count()) == (403, 0, 0)


def test_the_link_serves_once(home, client, django_capture_on_commit_callbacks):
    token = first_run.token()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/welcome/", {**WORDS, "token": token})
    client.logout()
    answer = client.post("/welcome/", {**WORDS, "email": "other@example.org", "token": token})
    assert (answer.url, User.objects.count()) == ("/account/login/", 1)
    assert not (home / "first-run-token").exists()


def test_an_installation_with_people_has_no_token(home):
    person("ines@example.org")
    assert first_run.token() is None
    assert not (home / "first-run-token").exists()


def test_the_token_stays_the_same_until_it_serves_and_only_its_owner_reads_it(home):
    assert first_run.token() == first_run.token()
    assert (home / "first-run-token").stat().st_mode & 0o777 == 0o600


def test_a_weak_password_is_refused_and_nothing_is_made(home, client):
    answer = client.post("/welcome/", {**WORDS, "password": "1234567890", "token": first_run.token()})
    assert (answer.status_code, User.objects.count()) == (200, 0)
    assert answer.context["form"].errors["password"]
