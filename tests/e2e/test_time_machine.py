"""The time machine, in a real browser: a lane and a mind are chosen, the past is run again, item by item."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from binome.kit import clock
from binome.knowledge import services as knowledge
from binome.knowledge.services import Writing
from tests import community

pytestmark = pytest.mark.browser
SAID = (
    ("Vous ouvrez à quelle heure le samedi", "Le samedi, nous ouvrons à dix heures.", "horaires"),
    ("Combien coûte une chambre à air posée", "Une chambre à air posée coûte douze euros.", ""),
    ("Où se trouve l’atelier", "L’atelier est quai des Moines, près de l’écluse.", ""),
)


@pytest.fixture
def page(small, sign_in) -> Page:
    for question, answer, topic in SAID:
        knowledge.write_source(small.workspace, Writing(f"{question} ?", answer, "fr", topic=topic), actor="test")
    talk = community.conversation(community.channel(small.workspace), language="fr")
    for turn in range(120):
        question, answer, _topic = SAID[turn % 3]
        at = clock.now() - timedelta(hours=200 - 2 * turn)
        community.message(talk, f"Bonjour ! {question}{' svp' * (turn % 4)} ?", at=at)
        community.message(talk, answer, by="operator", member=None, at=at + timedelta(hours=1))
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/autonomy/rehearsals/")
    return page


def accessible(page: Page) -> list[str]:
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


def test_a_lane_and_a_mind_are_chosen_and_what_would_have_happened_is_shown_item_by_item(page, work):
    page.get_by_label("Quel couloir").select_option(label="réponses en français")
    page.get_by_label("Ce que l’IA connaît").select_option(index=0)
    page.get_by_label("fausses au plus").fill("20")
    assert accessible(page) == []
    page.get_by_role("button", name="Rejouer le passé").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Le passé est rejoué")
    work()
    page.reload()
    expect(page.get_by_text("Réponse · fr · fiches et réponses de l’équipe")).to_be_visible()
    page.get_by_role("link", name="Laissés aux personnes").click()
    expect(page.locator("ol.rehearsed > li")).not_to_have_count(0)
    expect(page.get_by_text("Page 1 sur")).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("link", name="Suivant").click()
    expect(page.get_by_text("Page 2 sur")).to_be_visible()


def test_the_lane_of_a_topic_is_chosen_and_shown_beside_the_one_that_it_follows(page, work):
    page.get_by_label("Quel couloir").select_option(label="réponses en français · horaires")
    page.get_by_label("fausses au plus").fill("20")
    page.get_by_role("button", name="Rejouer le passé").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Le passé est rejoué")
    work()
    page.reload()
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(2)
    number = rows.nth(1).locator("td").first.inner_text()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"sur {number} ")
    expect(rows.nth(1)).to_contain_text("Réponse · fr · horaires")
    expect(rows.nth(1)).to_contain_text("comme le couloir de toutes les réponses dans cette langue")
    page.get_by_role("link", name="Laissés aux personnes").click()
    for one in page.locator("ol.rehearsed > li").all():
        expect(one).to_contain_text("à quelle heure le samedi")
    assert accessible(page) == []
