"""What every answer carries, so that a page can be neither framed, nor made to run somebody else's code."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.integration.web.houses import PASSWORD, house

INLINE = re.compile(
    rb"<script(?![^>]*\b(?:src|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)
PAGES = [
    "/account/",
    "/account/security/",
    "/account/email/",
    "/workspaces/",
    "/workspaces/new/",
    "/w/alpha/team/",
    "/w/alpha/settings/",
]


@pytest.fixture
def client_inside(db):
    client = Client()
    client.force_login(house("alpha").owner)
    client.get("/w/alpha/team/")
    return client


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(db, client):
    policy = client.get("/account/login/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    } <= set(policy.split("; "))


def test_no_page_may_be_framed(db, client):
    assert client.get("/account/login/")["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", PAGES)
def test_a_page_holds_no_inline_code_or_style(client_inside, address):
    answer = client_inside.get(address)
    assert answer.status_code == 200
    assert INLINE.findall(answer.content) == []


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(db, client):
    house("alpha")
    client.post("/account/login/", {"login": "owner@alpha.example", "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_form_without_its_token_is_refused_and_says_that_nothing_changed(db):
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x@example.org", "password": "y"})
    assert answer.status_code == 403
    assert "Rien n’a été changé" in answer.content.decode()


def test_djangos_own_check_for_deployment_is_clean_when_the_address_is_https(settings):
    for name in (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_HSTS_PRELOAD",
    ):
        setattr(settings, name, True)
    settings.SECURE_HSTS_SECONDS = 31_536_000
    call_command("check", deploy=True, fail_level="WARNING")
