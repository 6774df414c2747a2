"""Language and appearance: the person's choice, then the cookie's, then the browser's, then French."""

import pytest
from django.test import Client
from django.utils import translation

from tests.integration.web.houses import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def alpha(db):
    return house("alpha")


@pytest.mark.parametrize(
    ("cookie", "browser", "language"), [("", "", "fr"), ("", "en-GB", "en"), ("fr", "en-GB", "fr"), ("", "de", "fr")]
)
def test_a_visitor_reads_the_language_of_cookie_then_browser_then_french(cookie, browser, language):
    client = Client(HTTP_ACCEPT_LANGUAGE=browser)
    if cookie:
        client.cookies["binome_language"] = cookie
    assert f'<html lang="{language}"' in client.get("/account/login/").content.decode()


def test_a_persons_own_language_comes_before_the_browsers(alpha):
    alpha.owner.language = "en"
    alpha.owner.save()
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")
    client.force_login(alpha.owner)
    assert "Who works here?" in client.get("/w/alpha/team/").content.decode()


def test_a_persons_language_does_not_outlive_their_request(alpha):
    alpha.owner.language = "en"
    alpha.owner.save()
    client = Client()
    client.force_login(alpha.owner)
    client.get("/w/alpha/team/")
    assert 'lang="fr"' in Client().get("/account/login/").content.decode()


def test_preferences_are_kept_and_shown(alpha):
    client = Client()
    client.force_login(alpha.owner)
    client.post("/account/", {"name": "Inès", "language": "en", "theme": "dark"})
    alpha.owner.refresh_from_db()
    assert (alpha.owner.name, alpha.owner.language, alpha.owner.theme, alpha.owner.shortcuts) == (
        "Inès",
        "en",
        "dark",
        False,
    )
    assert '<html lang="en" data-theme="dark" data-shortcuts="off">' in client.get("/account/").content.decode()


def test_settings_of_the_workspace_change_its_zone_and_nothing_else(alpha):
    client = Client()
    client.force_login(alpha.people["manager"])
    client.post("/w/alpha/settings/", {"name": "Alpha", "language": "en", "time_zone": "America/Montreal"})
    alpha.workspace.refresh_from_db()
    assert (alpha.workspace.name, alpha.workspace.slug, alpha.workspace.language, alpha.workspace.time_zone) == (
        "Alpha", "alpha", "en", "America/Montreal",
    )  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_error_pages_say_what_happened_what_was_lost_and_what_to_do(language, alpha):
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(alpha.people["viewer"])
    with translation.override(language):
        words = {
            "/w/nowhere/team/": translation.gettext("There is nothing here"),
            "/w/alpha/settings/": translation.gettext("Your role does not allow this"),
        }
    for address, title in words.items():
        assert title in client.get(address).content.decode()
