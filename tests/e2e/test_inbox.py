"""The inbox in a real browser: accessible in every guise, worked by keyboard alone, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from binome.assistant.models import Suggestion
from binome.autonomy.models import Lane, Verdict
from binome.channels import services as channels
from binome.channels.services import Ages
from binome.inbox.models import Conversation
from tests.community import said

pytestmark = pytest.mark.browser
QUESTIONS = ["slt vs ouvrez koi dimanche ?", "c’est combien l’adhésion ?", "vous êtes où svp ?"]


@pytest.fixture
def waiting(small, work) -> list[Conversation]:
    """Three conversations with an answer ready in each, the latest first."""
    Lane.objects.update(level="suggest")
    ages = Ages(alone_within_hours=24 * 365, quiet_after_days=3650)
    square = channels.connect_channel(
        small.workspace, connector="playground", name="Place", values={"room": "square"}, actor="test", ages=ages
    )
    for minute, text in enumerate(QUESTIONS):
        channels.receive(square, [said(f"id{minute}", text, minute=minute, author=f"Membre {minute}")])
        work()
    rows = list(Conversation.objects.filter(channel=square).order_by("-last_message_at"))
    assert len(rows) == 3
    assert Suggestion.objects.filter(state="pending").count() == 3
    return rows


@pytest.fixture
def inbox(waiting, small, sign_in) -> Page:
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/inbox/")
    expect(page.locator("[data-item]")).to_have_count(3)
    return page


def act(page: Page, name: str) -> Locator:
    """The button at the head of the conversation that does this."""
    return page.locator(f".thread-head form[action$='/{name}/'] button")


def state_of(conversation: Conversation) -> str:
    return conversation.suggestions.get().state


def test_everything_is_done_with_keys_alone(inbox, waiting):
    first, second, third = waiting
    inbox.keyboard.press("j")
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#suggestion")).to_be_visible()
    expect(inbox.locator(".thread")).to_be_focused()
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#flow .msg.operator")).to_have_count(1)
    expect(inbox.locator("#suggestion")).to_have_count(0)
    assert state_of(first) == "accepted"

    inbox.keyboard.press("j")
    expect(inbox.locator(".thread")).to_have_attribute("data-conversation", str(second.pk))
    inbox.keyboard.press("r")
    expect(inbox.locator("#edited")).to_be_focused()
    inbox.keyboard.type(" À bientôt !")
    inbox.keyboard.press("Control+Enter")
    expect(inbox.locator("#flow .msg.operator")).to_contain_text("À bientôt !")
    assert state_of(second) == "edited"

    inbox.keyboard.press("j")
    expect(inbox.locator(".thread")).to_have_attribute("data-conversation", str(third.pk))
    inbox.keyboard.press("x")
    expect(inbox.locator("#suggestion")).to_have_count(0)
    assert state_of(third) == "refused"
    assert sorted(Verdict.objects.values_list("judgement", flat=True)) == ["accepted", "edited", "refused"]

    inbox.keyboard.press("t")
    expect(act(inbox, "give-back")).to_be_visible()
    third.thread.refresh_from_db()
    assert third.thread.held_by_person
    inbox.keyboard.press("u")
    expect(act(inbox, "take-over")).to_be_visible()
    third.thread.refresh_from_db()
    assert not third.thread.held_by_person

    inbox.keyboard.press("e")
    expect(act(inbox, "reopen")).to_be_visible()
    third.refresh_from_db()
    assert third.state == "closed"
    inbox.keyboard.press("u")
    expect(act(inbox, "close")).to_be_visible()
    third.refresh_from_db()
    assert third.state == "open"


def test_links_and_forms_work_without_javascript(waiting, small, sign_in):
    page = sign_in(small.manager, java_script_enabled=False)
    page.goto(f"/w/{small.workspace.slug}/inbox/")
    first, second, _third = waiting
    page.locator(f"#row-{first.pk}").click()
    page.locator("#suggestion").get_by_role("button", name="Envoyer").first.click()
    assert state_of(first) == "accepted"
    expect(page.locator("#flow .msg.operator")).to_have_count(1)

    page.locator(f"#row-{second.pk}").click()
    page.locator("#write").fill("Je regarde.")
    page.locator("#composer").get_by_role("button", name="Envoyer").click()
    expect(page.locator("#flow .msg.operator")).to_contain_text("Je regarde.")
    page.locator("#write").fill("Elle est passée hier.")
    page.locator("#composer").get_by_role("button", name="Note interne").click()
    expect(page.locator("#flow .msg.note")).to_contain_text("Elle est passée hier.")
    act(page, "give-back").click()
    expect(page.locator(".toast")).to_contain_text("Rendue")
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    second.thread.refresh_from_db()
    assert second.thread.held_by_person
    act(page, "close").click()
    second.refresh_from_db()
    assert second.state == "closed"
    page.goto(f"/w/{small.workspace.slug}/inbox/?view=all&q=dimanche")
    expect(page.locator("[data-item]")).to_have_count(1)


def test_a_field_drawn_larger_by_hand_leaves_no_style_to_the_next_conversation(inbox):
    """What the content security policy would refuse, and say in the console."""
    said: list[str] = []
    inbox.on("console", lambda one: said.append(one.text))
    inbox.locator(".row").nth(0).click()
    expect(inbox.locator("#suggestion")).to_be_visible()
    inbox.locator("#edited").evaluate("field => { field.style.height = '300px' }")
    inbox.locator(".row").nth(1).click()
    expect(inbox.locator(".row").nth(1)).to_have_attribute("aria-current", "true")
    expect(inbox.locator("#edited[style]")).to_have_count(0)
    assert said == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing_in_any_guise(atelier, sign_in, language):
    page = sign_in(atelier.manager)
    atelier.manager.language = language
    atelier.manager.save()
    handed = Conversation.objects.filter(needs_person=True, suggestions__state="pending").latest("pk")
    found = {}
    for scheme in ("light", "dark"):
        for width in (1440, 390):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            for address in ("", f"{handed.pk}/"):
                page.goto(f"/w/{atelier.workspace.slug}/inbox/{address}")
                violations = Axe().run(page).response["violations"]
                found[scheme, width, bool(address)] = [
                    (one["id"], [node["html"][:150] for node in one["nodes"]]) for one in violations
                ]
                assert page.locator("html").get_attribute("lang") == language
                assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {guise: faults for guise, faults in found.items() if faults} == {}


def test_what_is_beside_the_thread_scrolls_by_itself_and_never_the_whole_page(inbox, waiting):
    inbox.set_viewport_size({"width": 1440, "height": 480})
    inbox.locator(".row").first.click()
    expect(inbox.locator(".side .person")).to_be_visible()
    side, page = inbox.evaluate(
        "[document.querySelector('.side').scrollHeight, document.documentElement.scrollHeight - innerHeight]"
    )
    assert side > 480
    assert page == 0
