"""Coming in and staying out."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from binome.accounts.models import User
from tests.integration.web.houses import PASSWORD, house

pytestmark = pytest.mark.django_db


@pytest.fixture
def alpha(db):
    return house("alpha")


def test_the_right_password_leads_to_the_workspace(alpha, client):
    answer = client.post("/account/login/", {"login": "owner@alpha.example", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/w/alpha/")


def test_a_wrong_password_says_so_without_saying_whether_the_address_is_known(alpha, client):
    known = client.post("/account/login/", {"login": "owner@alpha.example", "password": "faux"}).content.decode()
    unknown = client.post("/account/login/", {"login": "nobody@alpha.example", "password": "faux"}).content.decode()
    sentence = "Cette adresse et ce mot de passe ne vont pas ensemble."
    assert (sentence in known, sentence in unknown) == (True, True)


def test_a_guesser_is_made_to_wait(alpha, client):
    for _try in range(12):
        answer = client.post("/account/login/", {"login": "owner@alpha.example", "password": "faux"})
    assert answer.status_code == 429 or "Trop d’essais" in answer.content.decode()
    client.post("/account/login/", {"login": "owner@alpha.example", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(alpha, client):
    before = User.objects.count()
    words = {"email": "me@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/account/signup/", words)
    assert (User.objects.count(), "sur invitation" in answer.content.decode()) == (before, True)


def test_an_app_once_turned_on_is_asked_for_at_the_next_sign_in(alpha, client):
    client.force_login(alpha.owner)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/security/totp/activate/")
    secret = page.context["form"].secret
    client.post("/account/security/totp/activate/", {"code": _code(secret)})
    other = Client()
    answer = other.post("/account/login/", {"login": "owner@alpha.example", "password": PASSWORD})
    assert (answer.url, "_auth_user_id" in other.session) == ("/account/security/authenticate/", False)


def test_a_forgotten_password_is_replaced_by_the_link_sent(alpha, client):
    client.post("/account/password/reset/", {"email": "owner@alpha.example"})
    link = re.search(r"http\S+/account/password/reset/key/\S+", mail.outbox[0].body)
    form = client.get("/" + link.group().split("/", 3)[3], follow=True)
    new = "une autre phrase assez longue"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert User.objects.get(pk=alpha.owner.pk).check_password(new)


def test_no_mail_leaves_for_an_address_that_nobody_has(alpha, client):
    answer = client.post("/account/password/reset/", {"email": "nobody@alpha.example"}, follow=True)
    assert (answer.status_code, mail.outbox) == (200, [])


def test_links_in_mails_carry_the_public_address_whatever_host_was_asked(alpha, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/account/password/reset/", {"email": "owner@alpha.example"}, HTTP_HOST="evil.example")
    assert "evil.example/account" not in mail.outbox[0].body
    assert f"{settings.PUBLIC_URL}/account/password/reset/key/" in mail.outbox[0].body


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    assert TOTP
    return format_hotp_value(hotp_value(secret, counter))
