"""Every address, asked by people who have no business there: they learn nothing and change nothing.

An address with a name that `houses.furnished` does not know fails the first test: give it a sample there.
"""

from hashlib import sha256

import pytest
from django.apps import apps
from django.test import Client

from tests.integration.web.addresses import addresses
from tests.integration.web.houses import furnished, house

ALL = addresses()
INSIDE = [one for one in ALL if one.route.startswith("w/<slug:slug>/")]
REFUSED = {401, 403, 404, 405}

PUBLIC = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_email", "account_confirm_login_code", "account_email_verification_sent",
    "mfa_authenticate", "mfa_login_webauthn", "set_language", "icon",
    "welcome:start",  # needs the token of the first run
    "api:openapi-json",  # describes the interface, tells of nobody
    "workspaces:first", "workspaces:invitation",  # needs the token of the invitation
}  # fmt: skip
"""Open to who is not signed in."""

PUBLIC_SPACES = ("widget:", "webhooks:", "health")
"""For members of the community, platforms and machines: each guards itself, and has its own tests."""

OWN = {"team:remove"}
"""Open to every role for oneself; refused, with a sentence, for others."""


@pytest.fixture
def theirs(db):
    return furnished("alpha")


@pytest.fixture
def stranger(db):
    client = Client()
    client.force_login(house("beta").owner)
    return client


@pytest.mark.django_db
def test_every_name_in_an_address_has_a_sample(theirs):
    unknown = {one.name: one.wants - theirs.things.keys() for one in ALL if one.wants - theirs.things.keys()}
    assert unknown == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in(theirs, method):
    before = _everything()
    leaks = {}
    for one in ALL:
        if one.name in PUBLIC or one.name.startswith(PUBLIC_SPACES):
            continue
        answer = getattr(Client(), method)(one.url(theirs.things))
        sent_away = answer.status_code == 302 and answer.url.startswith("/account/login/")
        if not sent_away and answer.status_code not in REFUSED:
            leaks[one.name] = answer.status_code
    assert leaks == {}
    assert _everything() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_of_another_team_is_told_that_there_is_nothing(theirs, stranger, method):
    before = _everything()
    answers = {one.name: getattr(stranger, method)(one.url(theirs.things)).status_code for one in INSIDE}
    assert {name: status for name, status in answers.items() if status not in {404, 405}} == {}
    assert _everything() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_outside_workspaces_show_a_stranger_nothing_of_a_team(theirs, stranger, method):
    before = _everything()
    leaks = []
    for one in ALL:
        if one in INSIDE or one.name in PUBLIC or one.name.startswith(PUBLIC_SPACES):
            continue
        answer = getattr(stranger, method)(one.url(theirs.things))
        if not answer.streaming and b"alpha" in answer.content.replace(b"alphanum", b""):
            leaks.append(one.name)
    assert leaks == []
    assert _everything() == before


def test_an_address_with_anothers_things_in_ones_own_workspace_finds_nothing(theirs):
    mine = house("beta")
    client = Client()
    client.force_login(mine.owner)
    before = _everything()
    mixed = {**theirs.things, "slug": mine.workspace.slug}
    answers = {
        (one.name, method): getattr(client, method)(one.url(mixed)).status_code
        for one in INSIDE
        for method in ("get", "post")
        if one.wants - {"slug", "connector", "stage"}
    }
    assert {key: status for key, status in answers.items() if status not in {404, 405}} == {}
    assert _everything() == before


def test_a_viewer_changes_nothing(theirs):
    client = Client()
    client.force_login(theirs.people["viewer"])
    before = _everything()
    answers = {one.name: client.post(one.url(theirs.things)).status_code for one in INSIDE if one.name not in OWN}
    assert {name: status for name, status in answers.items() if status not in REFUSED} == {}
    client.post("/w/alpha/team/members/{membership}/remove/".format(**theirs.things))
    assert _everything() == before


def _everything() -> dict[str, str]:
    """A digest of each table of the house, so that whatever changes is seen and named."""
    tables = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("binome.")]
    return {
        model._meta.label: sha256(repr(list(model.objects.order_by("pk").values_list())).encode()).hexdigest()
        for model in tables
        if model._meta.label != "accounts.User"
    }
