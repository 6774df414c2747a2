"""The frame and its pages in a real browser: accessible in every guise, usable by keyboard alone."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from binome.accounts import first_run
from binome.workspaces import services as workspaces
from binome.workspaces.models import Membership, Role
from tests.integration.web.houses import PASSWORD, house

pytestmark = pytest.mark.browser

GUISES = [("fr", "light", 1280), ("en", "dark", 1280), ("fr", "dark", 390), ("en", "light", 320)]
INSIDE = [
    *("/w/alpha/team/", "/w/alpha/settings/", "/workspaces/", "/workspaces/new/", "/nothing/"),
    *("/account/", "/account/security/", "/account/password/change/", "/account/email/"),
]
OUTSIDE = ["/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/signup/"]


@pytest.fixture
def alpha(site):
    made = house("alpha")
    place = Membership.objects.select_related("user").get(user=made.owner)
    workspaces.invite(made.workspace, email="lou@example.org", role=Role.OPERATOR, by=place)
    return made


def _open(browser: Browser, site, language="fr", theme="light", width=1280, user=None) -> Page:
    context = browser.new_context(
        base_url=site.url, locale=language, color_scheme=theme, viewport={"width": width, "height": 800}
    )
    if user:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": site.url}])
    page = context.new_page()
    page.said = []  # type: ignore[attr-defined]
    page.on(
        "console", lambda one: page.said.append(one.text) if "404" not in one.text and one.type == "error" else None
    )
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page


def _session(user) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY], session["workspace"] = user.get_session_auth_hash(), "alpha"
    session.save()
    return session.session_key


def _faults(page: Page) -> list[str]:
    """What axe finds, what the console said, and whether the page is wider than the window."""
    found = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in Axe().run(page).response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + page.said + ([f"{too_wide} px too wide"] if too_wide > 0 else [])


@pytest.mark.parametrize(("language", "theme", "width"), GUISES)
def test_pages_of_a_team_are_accessible_and_fit_the_window(browser, site, alpha, language, theme, width):
    page = _open(browser, site, language, theme, width, alpha.owner)
    faults = {}
    for address in INSIDE:
        page.goto(address)
        faults[address] = _faults(page)
    assert {address: found for address, found in faults.items() if found} == {}


@pytest.mark.parametrize(("language", "theme", "width"), GUISES)
def test_the_doors_are_accessible_and_fit_the_window(browser, site, alpha, language, theme, width):
    page = _open(browser, site, language, theme, width)
    faults = {}
    for address in OUTSIDE:
        page.goto(address)
        faults[address] = _faults(page)
    assert {address: found for address, found in faults.items() if found} == {}


@pytest.mark.parametrize(("language", "theme", "width"), GUISES)
def test_the_first_run_is_accessible_and_leads_to_the_team(browser, site, language, theme, width):
    page = _open(browser, site, language, theme, width)
    page.goto(f"/welcome/?token={first_run.token()}")
    assert _faults(page) == []
    for name, value in {
        "workspace": "Atelier",
        "name": "Inès",
        "email": "ines@example.org",
        "password": PASSWORD,
    }.items():
        page.fill(f"[name={name}]", value)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/w/atelier/**")
    assert Membership.objects.get().role == Role.OWNER


def test_keys_go_to_screens_and_the_help_names_them(browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/team/")
    page.keyboard.press("?")
    with translation.override("fr"):
        expect(page.locator("#keys-help")).to_contain_text(translation.gettext("Settings"))
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/w/alpha/settings/")


def test_keys_do_nothing_while_one_writes_or_has_turned_them_off(browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/team/")
    page.locator("[name=email]").press_sequentially("gs?")
    assert (page.input_value("[name=email]"), page.url.endswith("/team/")) == ("gs?", True)
    alpha.owner.shortcuts = False
    alpha.owner.save()
    page.goto("/w/alpha/team/")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).not_to_be_visible()


def test_the_palette_finds_a_page_by_a_word_without_its_accent(browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/team/")
    page.keyboard.press("Control+k")
    page.keyboard.type("reglages")
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/alpha/settings/")


def test_removing_somebody_asks_in_a_dialog_and_is_undone_by_cancel(browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/team/")
    page.get_by_label("Retirer Viewer").click()
    expect(page.locator("#dialog")).to_be_visible()
    assert _faults(page) == []
    page.locator("#dialog [data-closes]").click()
    expect(page.locator("#dialog")).not_to_be_visible()
    assert Membership.objects.filter(workspace=alpha.workspace).count() == 4


def test_removing_somebody_is_said_in_a_toast(browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/team/")
    page.get_by_label("Retirer Viewer").click()
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator("#toasts")).to_contain_text("n’est plus dans l’équipe")
    assert Membership.objects.filter(workspace=alpha.workspace).count() == 3


def test_a_page_works_without_javascript(browser, site, alpha):
    context = browser.new_context(base_url=site.url, locale="fr", java_script_enabled=False)
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("[name=login]", "owner@alpha.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/w/alpha/**")
    page.goto("/w/alpha/team/")
    page.get_by_label("Retirer Viewer").click()
    page.get_by_role("button", name="Retirer").click()
    page.wait_for_url("**/w/alpha/team/")
    assert Membership.objects.filter(workspace=alpha.workspace).count() == 3


def test_the_appearance_chosen_is_seen_at_once(browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/account/")
    page.check("[name=theme][value=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 23, 26)"


def test_a_passkey_is_added_and_then_opens_the_account_by_itself(browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    _with_authenticator(page)
    page.goto("/account/security/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/webauthn/add/**")
    page.check("[name=passwordless]")
    page.locator("[data-passkey] button[type=submit]").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/w/alpha/**")


def _with_authenticator(page: Page) -> None:
    """A passkey that the browser pretends to hold (Chromium's virtual authenticator)."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    assert json.dumps(tools.send("WebAuthn.addVirtualAuthenticator", {"options": options}))


@pytest.mark.parametrize(("width", "opener"), [(1280, ".me"), (700, ".bar button"), (320, ".bar button")])
def test_the_menu_of_the_account_opens_inside_the_window(browser, site, alpha, width, opener):
    page = _open(browser, site, width=width, user=alpha.owner)
    page.goto("/w/alpha/team/")
    page.click(opener)
    box = page.locator(".me-panel:popover-open").bounding_box()
    assert (box["x"] >= 0, box["x"] + box["width"] <= width, box["y"] >= 0, box["y"] + box["height"] <= 800) == (
        True,
    ) * 4
