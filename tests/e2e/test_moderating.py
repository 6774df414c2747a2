"""Hiding, showing again and approving, in a real browser: the words are veiled, and everything can be undone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from binome.channels import services as channels
from binome.channels.models import Delivery
from binome.inbox.models import Conversation
from tests.community import said

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(small, work) -> Conversation:
    """Three messages of a platform that can hide: an insult, a question, and what waits for approval."""
    square = channels.connect_channel(
        small.workspace,
        connector="playground",
        name="Place",
        values={"room": "moderated", "can_moderate": "on"},
        actor="test",
    )
    channels.receive(square, [said("one", "espèce de malotru, va-t’en", author="Karim", thread="t")])
    channels.receive(square, [said("two", "vous ouvrez quand demain", minute=9, author="Karim", thread="t")])
    channels.receive(square, [said("three", "et dimanche", minute=10, author="Karim", thread="t", held=True)])
    work()
    return Conversation.objects.get(channel=square)


@pytest.fixture
def page(talk, small, sign_in) -> Page:
    page = sign_in(small.manager)
    page.goto(f"/w/{talk.workspace.slug}/inbox/{talk.pk}/?view=team")
    return page


def of(page: Page, words: str):
    return page.locator("article.msg", has=page.get_by_text(words, exact=True))


def test_a_message_is_hidden_with_a_reason_veiled_and_shown_again_by_undoing(page, work):
    insult = of(page, "espèce de malotru, va-t’en")
    insult.get_by_text("Masquer…").click()
    insult.get_by_label("Pourquoi").fill("insultes")
    insult.get_by_role("button", name="Masquer", exact=True).click()
    expect(page.get_by_text("Masqué à la communauté")).to_be_visible()
    expect(insult.get_by_text("espèce de malotru")).to_be_hidden()
    assert Delivery.objects.get(does="hide").text == "insultes"
    insult.get_by_text("Montrer le texte").click()
    expect(insult.get_by_text("espèce de malotru")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(insult.get_by_text("montré de nouveau par")).to_be_visible()
    expect(page.get_by_text("Masqué à la communauté")).to_have_count(0)


def test_what_waits_for_approval_is_found_in_the_list_and_approved(page):
    page.get_by_role("link", name="À valider").click()
    expect(page.locator(".row .mark", has_text="à valider")).to_be_visible()
    page.locator(".row").click()
    waiting = of(page, "et dimanche")
    expect(waiting.get_by_text("attend d’être validé")).to_be_visible()
    waiting.get_by_role("button", name="Valider").click()
    expect(waiting.get_by_text("validé par")).to_be_visible()
    expect(waiting.get_by_text("attend d’être validé")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_can_be_read_by_everybody(page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    insult = of(page, "espèce de malotru, va-t’en")
    insult.get_by_text("Masquer…").click()
    insult.get_by_role("button", name="Masquer", exact=True).click()
    expect(page.get_by_text("Masqué à la communauté")).to_be_visible()
    of(page, "vous ouvrez quand demain").get_by_text("Masquer…").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
