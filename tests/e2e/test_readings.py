"""What the AI read, in a real browser: marks that explain themselves, corrected in one key, filters, words, checks."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from binome.channels import services as channels
from binome.inbox.models import Conversation
from binome.journal import services as journal
from binome.understanding import services
from binome.understanding.facts import MessageReadCloser
from binome.understanding.models import Annotation, ReadingVerdict, Term
from tests.community import said
from tests.understood import annotate

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(small, work) -> Conversation:
    """A conversation whose last message is read as ironic and angry."""
    square = channels.connect_channel(
        small.workspace, connector="playground", name="Place", values={"room": "square"}, actor="test"
    )
    channels.receive(square, [said("one", "mon vélo devait être prêt vendredi", author="Karim", thread="t")])
    channels.receive(square, [said("two", "Bravo l’équipe, continuez comme ça", minute=9, author="Karim", thread="t")])
    work()
    found = Conversation.objects.get(channel=square)
    first, last = found.messages.filter(by="member").order_by("at")
    annotate(first)
    annotate(last, irony=("ironic", 0.83, {"words": ["bravo", "continuez"]}), emotion=("anger", 0.71))
    return found


@pytest.fixture
def page(talk, small, sign_in) -> Page:
    page = sign_in(small.manager)
    page.goto(address(talk))
    return page


def address(talk: Conversation) -> str:
    return f"/w/{talk.workspace.slug}/inbox/{talk.pk}/"


def irony(page: Page):
    return page.locator("details.reading", has_text="ironie")


def verdicts() -> list[tuple[str, str, str]]:
    return list(ReadingVerdict.objects.order_by("pk").values_list("stage", "said", "right"))


def test_what_is_rather_right_is_one_click_away_in_a_panel_that_the_pointer_opened(page):
    anger = page.locator("details.reading", has_text="colère")
    anger.locator("> summary").hover()
    anger.get_by_text("C’est plutôt").click()
    anger.get_by_role("button", name="tristesse").click()
    expect(page.locator("details.reading > summary", has_text="tristesse")).to_be_visible()
    assert verdicts() == [("emotion", "anger", "sadness")]


def test_a_mark_shows_what_weighed_when_it_is_pointed_at_and_goes_when_left(page):
    panel = irony(page).locator(".reading-panel")
    expect(panel).to_be_hidden()
    irony(page).locator("> summary").hover()
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("« bravo », « continuez »".replace(" ", "\u00a0").replace(",\u00a0", ", "))
    expect(panel).to_contain_text("assez sûr, 83")
    page.mouse.move(5, 5)
    expect(panel).to_be_hidden()


def test_the_key_w_says_that_the_last_messages_first_reading_is_wrong_and_u_takes_it_back(page, talk, work):
    page.locator("#flow-wrap").focus()
    page.keyboard.press("w")
    expect(irony(page).locator("> summary.struck")).to_be_visible()
    assert verdicts() == [("irony", "ironic", "literal")]
    assert Annotation.objects.get(stage="irony").label == "literal"
    page.keyboard.press("u")
    expect(page.locator(".toast", has_text="Annulé")).to_be_visible()
    expect(irony(page).locator("> summary.struck")).to_have_count(0)
    expect(irony(page)).to_be_visible()
    assert verdicts() == []
    assert Annotation.objects.values("label", "confidence", "evidence").get(stage="irony") == {
        "label": "ironic", "confidence": 0.83, "evidence": {"words": ["bravo", "continuez"]},
    }  # fmt: skip
    work()
    kept = Annotation.objects.order_by("stage").values("stage", "label", "confidence", "evidence", "version")
    back = list(kept)
    services.annotate([talk.messages.filter(by="member").latest("at").pk])
    assert list(kept) == back  # what the stages make of it, now that nobody says otherwise


def test_a_page_that_is_open_shows_what_the_stages_say_once_a_verdict_was_taken_back(page, talk, work):
    page.locator("#flow-wrap").focus()
    page.keyboard.press("w")
    expect(irony(page).locator("> summary.struck")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("details.reading", has_text="colère")).to_be_visible()
    work()
    services_say = {one.stage for one in Annotation.objects.exclude(kind="")}
    assert "emotion" not in services_say  # what the test had them say is said no more
    expect(page.locator("details.reading", has_text="colère")).to_have_count(0)


def test_w_on_a_focused_mark_is_about_that_mark_and_offers_what_it_is_instead(page):
    anger = page.locator("details.reading", has_text="colère")
    anger.locator("> summary").focus()
    page.keyboard.press("w")
    expect(anger.get_by_role("button", name="tristesse")).to_be_visible()
    assert verdicts() == [("emotion", "anger", "")]
    anger.get_by_role("button", name="tristesse").click()
    expect(page.locator("details.reading > summary", has_text="tristesse")).to_be_visible()
    assert verdicts() == [("emotion", "anger", "sadness")]


def test_w_again_judges_neither_an_earlier_message_nor_another_mark(page, talk):
    first, last = talk.messages.filter(by="member").order_by("at")
    annotate(first, irony=("ironic", 0.83))
    page.reload()
    page.locator("#flow-wrap").focus()
    page.keyboard.press("w")
    expect(page.locator(f"#message-{last.pk} summary.struck")).to_be_focused()
    page.keyboard.press("w")
    page.locator("#flow-wrap").focus()
    page.keyboard.press("w")
    page.wait_for_load_state("networkidle")
    assert list(ReadingVerdict.objects.values_list("message", "stage")) == [(last.pk, "irony")]


def test_a_mark_corrected_with_w_keeps_the_focus_though_it_is_not_the_first(page):
    second = page.locator("details.reading", has_text="colère")
    second.locator("> summary").focus()
    page.keyboard.press("w")
    second.get_by_role("button", name="aucune émotion").click()
    expect(second.locator("> summary.struck")).to_be_focused()
    page.keyboard.press("w")
    page.wait_for_load_state("networkidle")
    assert verdicts() == [("emotion", "anger", "none")]


@pytest.mark.parametrize("marks", [{"links": ("suspicious", 0.9, {"hosts": ["x.xyz"]})}, {}])
def test_w_does_nothing_where_the_last_message_has_nothing_to_correct(page, talk, marks):
    first, last = talk.messages.filter(by="member").order_by("at")
    annotate(first, irony=("ironic", 0.83))
    annotate(last, **marks)
    page.reload()
    page.locator("#flow-wrap").focus()
    page.keyboard.press("w")
    page.wait_for_load_state("networkidle")
    assert verdicts() == []


def test_w_falls_to_the_first_mark_that_can_be_corrected(page, talk):
    last = talk.messages.filter(by="member").latest("at")
    annotate(last, image=("nude", 0.9, {"pictures": []}), irony=("ironic", 0.83))
    page.reload()
    page.locator("#flow-wrap").focus()
    page.keyboard.press("w")
    expect(irony(page).locator("> summary.struck")).to_be_visible()
    assert verdicts() == [("irony", "ironic", "literal")]


def test_a_key_that_is_held_acts_once(page, talk, small):
    first = talk.messages.filter(by="member").earliest("at")
    annotate(first, irony=("ironic", 0.83))
    page.reload()
    page.locator("#flow-wrap").focus()
    held(page, "w", irony(page).locator("> summary.struck"))
    assert verdicts() == [("irony", "ironic", "literal")]
    page.goto(f"/w/{small.workspace.slug}/readings/check/irony/")
    expect(page.locator(".drawn")).to_be_visible()
    held(page, "2", page.locator(".toast"))
    assert ReadingVerdict.objects.filter(drawn=True).count() == 1


def held(page: Page, key: str, until) -> None:
    """Hold a key: it repeats until this is seen, and then a while more."""
    page.keyboard.down(key)
    for _ in range(100):
        page.keyboard.down(key)
        page.wait_for_timeout(20)
        if until.count():
            break
    expect(until.first).to_be_visible()
    for _ in range(20):
        page.keyboard.down(key)
        page.wait_for_timeout(20)
    page.keyboard.up(key)
    page.wait_for_load_state("networkidle")


def test_what_a_picture_shows_appears_in_the_conversation_that_is_open(page, talk):
    last = talk.messages.filter(by="member").latest("at")
    expect(irony(page)).to_be_visible()
    annotate(last, image=("nude", 0.9, {"pictures": []}))
    journal.record(MessageReadCloser(last.pk, talk.pk, "pictures"), workspace_id=talk.workspace_id, actor="ai")
    journal.seal()
    expect(page.locator("details.reading", has_text="nudité")).to_be_visible()


def test_marks_are_read_and_corrected_without_javascript(talk, small, sign_in):
    page = sign_in(small.manager, java_script_enabled=False)
    page.goto(address(talk))
    irony(page).locator("> summary").click()
    expect(irony(page).locator(".reading-panel")).to_be_visible()
    irony(page).get_by_role("button", name="C’est faux").click()
    expect(irony(page).locator("> summary.struck")).to_be_visible()
    assert verdicts() == [("irony", "ironic", "literal")]


def test_the_inbox_is_filtered_by_reading(page, talk):
    page.goto(f"/w/{talk.workspace.slug}/inbox/")
    page.locator(".filters > summary").click()
    page.get_by_label("Lu comme").select_option("irony")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("[data-item]")).to_have_count(1)
    page.goto(f"/w/{talk.workspace.slug}/inbox/?view=all&reading=hate")
    expect(page.locator("[data-item]")).to_have_count(0)


def test_a_word_of_the_place_is_written_and_removed(page, small):
    page.goto(f"/w/{small.workspace.slug}/readings/words/")
    page.get_by_label("Mot ou expression").fill("Code rouge")
    page.get_by_label("signale une urgence").check()
    page.get_by_role("button", name="Ajouter").click()
    expect(page.locator("table")).to_contain_text("Code rouge")
    assert list(Term.objects.values_list("text", "meaning")) == [("Code rouge", "urgent")]
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator(".empty")).to_be_visible()
    assert not Term.objects.exists()


def test_a_drawn_message_is_judged_with_a_figure_key(page, small):
    page.goto(f"/w/{small.workspace.slug}/readings/check/irony/")
    expect(page.locator(".drawn")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator(".toast")).to_be_visible()
    verdict = ReadingVerdict.objects.get()
    assert (verdict.stage, verdict.right, verdict.drawn) == ("irony", "ironic", True)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing_in_any_guise(page, talk, small, language):
    small.manager.language = language
    small.manager.save()
    Term.objects.create(workspace=small.workspace, text="code rouge", folded="code rouge", meaning="urgent")
    here, found = f"/w/{small.workspace.slug}", {}
    for scheme in ("light", "dark"):
        for width in (1440, 390):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            for place in ("readings/", "readings/words/", "readings/check/emotion/", f"inbox/{talk.pk}/"):
                page.goto(f"{here}/{place}")
                for mark in page.locator("details.reading > summary").all()[:1]:
                    mark.click()
                violations = Axe().run(page).response["violations"]
                found[scheme, width, place] = [
                    (one["id"], [node["html"][:150] for node in one["nodes"]]) for one in violations
                ]
                assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {guise: faults for guise, faults in found.items() if faults} == {}
