"""Drafts in the inbox, by keyboard: asked for, appearing by themselves, their doubts told, sent in a person's words."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from binome.assistant import drafting
from binome.channels.models import Delivery
from binome.inbox.models import Conversation
from binome.journal import services as journal
from binome.llm.providers import in_place_of_all
from binome.workspaces import language_models
from binome.workspaces.language_models import Choice
from binome.workspaces.models import Membership
from tests.community import conversation, message
from tests.doubles.models import Parrot, reply
from tests.fixtures.people import Community

pytestmark = pytest.mark.browser
DRAFT = (
    "Bonjour Camille,\nLe dimanche, seul le café est ouvert, de 10 h à 17 h. Nous vous offrons un tour de vélo à 5 €."
)


@pytest.fixture
def asked(small: Community) -> Conversation:
    by = Membership.objects.select_related("workspace").get(user=small.manager)
    language_models.choose(small.workspace, Choice("mistral", "small", key="k"), by=by)
    talk = conversation(small.widget, language="fr", needs_person=True)
    talk.member.name = "Camille"  # type: ignore[union-attr]
    talk.member.save()  # type: ignore[union-attr]
    message(talk, "Bonjour, que peut-on faire chez vous le dimanche ?")
    return talk


def test_a_draft_asked_for_with_one_key_appears_with_its_doubts_and_leaves_in_a_persons_words(
    asked: Conversation, small: Community, sign_in: Callable[..., Page], work: Callable[[], None]
) -> None:
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/inbox/{asked.pk}/")
    page.locator("#write").fill("Ce que j’écris déjà")
    page.keyboard.press("Escape")
    with page.expect_response("**/draft/"):
        page.keyboard.press("d")
    journal.seal()
    expect(page.locator("#drafting")).to_contain_text("Binôme rédige un brouillon…")
    with in_place_of_all(Parrot(reply(DRAFT))):
        assert drafting.write_next() == 1
        work()
    draft = page.locator("#suggestion.draft")
    expect(draft).to_contain_text("Brouillon d’une IA")
    expect(draft.locator("mark.doubt")).to_have_count(1)
    expect(draft.locator("mark.doubt")).to_contain_text("5 €")
    expect(draft.locator(".doubts")).to_contain_text("Il engage l’équipe")
    assert Axe().run(page).response["violations"] == []
    expect(page.locator("#write")).to_have_value("Ce que j’écris déjà")
    page.keyboard.press("r")
    page.locator("#edited").fill("Bonjour Camille, seul le café est ouvert le dimanche, de 10 h à 17 h.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.operator")).to_contain_text("seul le café est ouvert")
    expect(page.locator(".earlier-text summary")).to_contain_text("Ce qui a été changé dans le brouillon")
    assert Delivery.objects.get().text.endswith("de 10 h à 17 h.")


@pytest.mark.parametrize("screen", ["voice", "language-model"])
def test_the_settings_can_be_read_by_everybody(
    asked: Conversation, small: Community, sign_in: Callable[..., Page], screen: str
) -> None:
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/settings/{screen}/")
    expect(page.locator("h1")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
