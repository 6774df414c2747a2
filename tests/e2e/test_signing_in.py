"""The first page that anyone sees, in a real browser against the real server."""

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from binome.accounts.models import User


@pytest.fixture
def someone(site):
    return User.objects.create_user("camille@velo.example", "a long enough password", name="Camille")


def test_the_page_is_served_with_a_policy_that_runs_no_inline_script(site):
    page = httpx.get(f"{site.url}/account/login/", headers={"accept-language": "fr"})
    assert page.status_code == 200
    assert "unsafe-inline" not in page.headers["content-security-policy"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page(site, page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site.url}/account/login/")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.browser
def test_somebody_signs_in_and_leaves_the_page(site, page, someone):
    page.goto(f"{site.url}/account/login/")
    assert page.locator("html").get_attribute("lang") == "fr"
    page.fill("input[name=login]", someone.email)
    page.fill("input[name=password]", "a long enough password")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url)
    assert [cookie["name"] for cookie in page.context.cookies() if "session" in cookie["name"]] == ["binome_session"]
