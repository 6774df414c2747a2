"""What would you do here? Asked and answered by keyboard, in a real browser, before the proposal is seen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from binome.assistant import habits
from binome.assistant import services as assistant
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Verdict
from binome.inbox import services as inbox
from binome.understanding.models import Annotation
from tests import community
from tests.understood import PLAIN

pytestmark = pytest.mark.browser


@pytest.fixture
def talks(small) -> list[int]:
    """Two conversations about parcels, whose tag is proposed and kept back: a team tags them, and what is about opening hours."""
    place = community.channel(small.workspace)
    for number in range(10):
        for name, text in (
            ("livraison", f"Colis {number} pas arrivé, livraison en retard"),
            ("horaires", f"Vous ouvrez à quelle heure le {number} ?"),
            ("", f"Bravo pour l’atelier {number}"),
        ):
            talk = community.conversation(place)
            community.message(talk, text)
            if name:
                inbox.tag(talk, name, user=small.manager)
            inbox.close(talk, user=small.manager)
    habit = habits.learn(small.workspace, "tag")
    assert habit is not None
    assert len(habit.names) == 2
    autonomy.change_rules(small.workspace, actor="test", blind_share=1.0)
    asked = []
    for text in ("Mon colis a du retard, où est la livraison ?", "Toujours pas de livraison, colis perdu ?"):
        one = community.message(community.conversation(place), text)
        for stage, label in PLAIN.items():
            Annotation.objects.create(
                workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.9
            )
        asked.append(one)
    assistant.respond([one.pk for one in asked])
    assert Suggestion.objects.filter(lane__act="tag", blind=True).count() == 2
    return [one.conversation_id for one in asked]


@pytest.fixture
def page(talks, small, sign_in) -> Page:
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/audits/order/")
    return page


def test_one_is_judged_with_two_keys_then_told_and_the_next_is_asked(page, talks):
    first, second = "Mon colis a du retard, où est la livraison ?", "Toujours pas de livraison, colis perdu ?"
    expect(page.get_by_text(first)).to_be_visible()
    expect(page.get_by_text("Poser l’étiquette")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_label("livraison")).to_be_checked()
    page.keyboard.press("y")
    expect(page.get_by_text(second)).to_be_visible()
    expect(page.get_by_text("dites la même chose")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.get_by_label("horaires")).not_to_be_checked()
    page.keyboard.press("y")
    expect(page.get_by_text("Choisissez ce que vous feriez")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("Tout est rangé")).to_be_visible()
    expect(page.get_by_text("Binôme aurait proposé")).to_be_visible()
    verdicts = Verdict.objects.order_by("pk").values_list("judgement", "blind")
    assert list(verdicts) == [("accepted", True), ("refused", True)]


def test_the_thread_says_nothing_of_it(page, talks, small):
    page.goto(f"/w/{small.workspace.slug}/inbox/{talks[0]}/?view=all")
    expect(page.get_by_label("Messages")).to_be_visible()
    expect(page.get_by_text("Poser l’étiquette")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_can_be_read_by_everybody(page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_label("livraison").check()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
