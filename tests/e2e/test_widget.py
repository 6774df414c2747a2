"""A visitor and an operator, each in a browser of their own, live on both sides."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from binome.channels.models import Channel, Delivery
from binome.inbox.models import Conversation, Message
from binome.journal.models import Entry
from binome.kit import clock
from binome.members import services as members
from tests.fixtures.people import open_chat
from tests.fixtures.site import Site
from tests.workers import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]
FAQ = "slt vs ouvrez koi dimanche ?"
ANSWER = "Le dimanche, le café est ouvert de 10 h à 17 h"
UNKNOWN = "Est-ce que vous prêtez un trombone à coulisse pour mon mariage ?"
PERSON_COMES = "Une personne de l’équipe"


@pytest.fixture(autouse=True)
def patience():
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


def conversation() -> Conversation:
    """The one that began by the chat during this test."""
    return Conversation.objects.latest("pk")


def opens_inbox(page: Page, atelier, view: str = "mine") -> Page:
    page.goto(f"/w/{atelier.workspace.slug}/inbox/?view={view}")
    return page


def test_a_question_is_answered_handed_over_taken_and_given_back_live_on_both_sides(atelier, visit, sign_in):
    inbox = opens_inbox(sign_in(atelier.manager), atelier)
    visitor = visit(atelier.widget)
    expect(visitor.status).to_contain_text("Une IA répond d’abord")
    expect(visitor.status).to_contain_text("Une personne peut prendre")
    expect(visitor.chat.get_by_role("button", name="Parler à une personne")).to_be_visible()

    visitor.write(FAQ)
    expect(visitor.said_by("ai")).to_have_count(1)
    expect(visitor.said_by("ai").first).to_contain_text(ANSWER)
    expect(visitor.chat.locator(".cited")).to_contain_text("dimanche")
    wait_until(lambda: conversation().ai_disclosed_at)
    assert Entry.objects.filter(kind="AiDisclosed").latest("pk").about == {
        "conversation": conversation().pk,
        "how": "page",
    }

    visitor.write(UNKNOWN)
    expect(visitor.said_by("ai").nth(1)).to_contain_text(PERSON_COMES)
    row = inbox.locator(".row", has_text="trombone")
    expect(row).to_be_visible()
    row.click()
    expect(inbox.locator("#flow")).to_contain_text(ANSWER)
    expect(inbox.locator(".side")).to_contain_text(atelier.widget.name)

    inbox.keyboard.press("t")
    expect(inbox.locator(".toast")).to_be_visible()
    expect(visitor.status).to_contain_text("Une personne de l’équipe est là")
    inbox.fill("#write", "Bonjour, un trombone ? Racontez-moi.")
    inbox.press("#write", "Control+Enter")
    expect(visitor.said_by("operator")).to_have_text(["Bonjour, un trombone ? Racontez-moi."])
    expect(visitor.chat.locator(".row.operator .who")).to_have_text("Inès")

    visitor.write(FAQ)
    expect(inbox.locator("#flow .msg.member")).to_have_count(3)
    expect(inbox.locator("#suggestion")).to_contain_text(ANSWER)
    expect(visitor.said_by("ai")).to_have_count(2)
    inbox.locator("[data-accept]").click()
    expect(visitor.said_by("operator")).to_have_count(2)

    inbox.locator(".thread-head form[action$='/give-back/'] button").click()
    expect(inbox.locator(".thread-head form[action$='/take-over/']")).to_be_visible()
    expect(visitor.status).to_contain_text("Une IA répond d’abord")
    visitor.write(FAQ)
    expect(visitor.said_by("ai")).to_have_count(3)
    expect(visitor.said_by("ai").nth(2)).to_contain_text(ANSWER)


def test_what_both_write_while_the_network_is_cut_arrives_once_on_both_sides(small, visit, sign_in):
    visitor = visit(small.widget)
    visitor.write(UNKNOWN)
    expect(visitor.said_by("ai")).to_have_count(1)
    inbox = sign_in(small.manager)
    inbox.goto(f"/w/{small.workspace.slug}/inbox/{conversation().pk}/")
    inbox.fill("#write", "Je suis là.")
    inbox.press("#write", "Control+Enter")
    expect(visitor.said_by("operator")).to_have_count(1)

    visitor.page.context.set_offline(True)
    visitor.write("Un")
    visitor.write("Deux")
    expect(visitor.chat.locator(".state", has_text="en attente du réseau").first).to_be_visible()
    inbox.fill("#write", "Vous êtes toujours là ?")
    inbox.press("#write", "Control+Enter")
    expect(inbox.locator("#flow .msg.operator")).to_have_count(2)
    inbox.context.set_offline(True)
    visitor.page.context.set_offline(False)
    expect(visitor.said_by("operator")).to_have_text(["Je suis là.", "Vous êtes toujours là ?"])
    visitor.write("Trois")
    inbox.context.set_offline(False)

    expect(inbox.locator("#flow .msg.member .bubble")).to_have_text([UNKNOWN, "Un", "Deux", "Trois"], timeout=30_000)
    expect(visitor.said_by("member")).to_have_text([UNKNOWN, "Un", "Deux", "Trois"])
    expect(visitor.chat.locator(".row.member .state")).to_have_text(["", "", "", ""])
    said = Message.objects.filter(conversation=conversation()).order_by("pk")
    assert sorted(said.filter(by="member").values_list("text", flat=True)) == sorted([UNKNOWN, "Un", "Deux", "Trois"])
    assert (
        said.filter(by="operator").count() == Delivery.objects.filter(by_machine=False, message__in=said).count() == 2
    )
    assert Conversation.objects.filter(channel=small.widget, member=conversation().member).count() == 1


def test_two_messages_written_before_the_first_has_left_make_one_conversation(small, visit):
    visitor = visit(small.widget)
    before = Conversation.objects.count()
    for text in ("Bonjour", FAQ, "c’est combien l’adhésion ?"):
        visitor.write(text)
    expect(visitor.chat.locator(".row.member .state")).to_have_text(["", "", ""])
    expect(visitor.said_by("ai").last).to_be_visible()
    assert Conversation.objects.count() == before + 1


def test_what_is_entered_before_the_chat_is_ready_is_sent_as_soon_as_it_is(small, browser, site):
    context = browser.new_context(base_url=site.url, locale="fr-FR")
    page = context.new_page()
    held: list[Route] = []
    page.route("**/widget/chat*.js", lambda route: held.append(route))
    page.goto(f"/widget/{small.widget.public_id}/?language=fr", wait_until="commit")
    page.get_by_role("textbox").press_sequentially(FAQ)
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("button", name="Envoyer")).to_be_disabled()
    expect(page.get_by_role("button", name="Parler à une personne")).to_be_disabled()
    wait_until(lambda: page.wait_for_timeout(20) or held)
    held[0].continue_()
    expect(page.locator("#messages .bubble.member")).to_have_text([FAQ])
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.get_by_role("button", name="Parler à une personne")).to_be_enabled()
    assert conversation().messages.filter(by="member").count() == 1
    context.close()


def test_reloading_the_page_keeps_the_conversation(small, visit):
    visitor = visit(small.widget)
    visitor.write(FAQ)
    expect(visitor.said_by("ai")).to_have_count(1)
    visitor.page.reload()
    again = open_chat(visitor.page)
    expect(again.said_by("member")).to_have_text([FAQ])
    expect(again.said_by("ai")).to_have_count(1)
    again.write(UNKNOWN)
    expect(again.said_by("ai")).to_have_count(2)
    assert conversation().messages.filter(by="member").count() == 2


def test_who_asks_for_a_person_is_passed_on_and_told_so(small, visit):
    visitor = visit(small.widget)
    visitor.chat.get_by_role("button", name="Parler à une personne").click()
    expect(visitor.said_by("ai")).to_have_count(1)
    expect(visitor.said_by("ai")).to_contain_text("une personne de l’équipe")
    assert conversation().needs_person
    assert [handover.reason for handover in conversation().handovers.all()] == ["asked_for_person"]


def test_who_reads_english_is_spoken_to_in_english(small, visit):
    visitor = visit(small.widget, locale="en-GB")
    expect(visitor.chat.get_by_role("button", name="Talk to a person")).to_be_visible()
    expect(visitor.status).to_contain_text("An AI answers first")
    visitor.write("hey what's open on sundays?")
    expect(visitor.said_by("ai")).to_have_count(1)
    expect(visitor.said_by("ai")).to_contain_text("Sunday")


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_wrong_changes_nothing_of_the_order(small, visit, hours):
    visitor = visit(small.widget, at=clock.now() + timedelta(hours=hours))
    visitor.write(FAQ)
    expect(visitor.said_by("ai")).to_have_count(1)
    visitor.write(UNKNOWN)
    expect(visitor.said_by("ai")).to_have_count(2)
    rows = visitor.chat.locator("#messages .row")
    assert [row.get_attribute("class") for row in rows.all()] == ["row member", "row ai", "row member", "row ai"]
    said = conversation().messages.order_by("at", "pk")
    assert list(said.values_list("by", flat=True)) == ["member", "ai", "member", "ai"]


def test_axe_finds_nothing_on_the_chat_in_any_guise(small, browser, site):
    context = browser.new_context(base_url=site.url, locale="fr-FR")
    page = context.new_page()
    page.goto(f"/widget/{small.widget.public_id}/?language=fr")
    page.get_by_role("textbox").fill(FAQ)
    page.get_by_role("textbox").press("Enter")
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    found = {}
    for scheme in ("light", "dark"):
        for width in (320, 390, 1280):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 700})
            violations = Axe().run(page).response["violations"]
            found[scheme, width] = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert {guise: faults for guise, faults in found.items() if faults} == {}


def opens_chat(context: BrowserContext, widget: Channel) -> Page:
    page = context.new_page()
    page.goto(f"/widget/{widget.public_id}/?language=fr")
    return page


def writes(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=site.url, locale="fr-FR")
    yield made
    made.close()


def test_two_tabs_that_write_first_at_the_same_time_are_one_visitor(small, context):
    tabs = [opens_chat(context, small.widget) for _ in range(2)]
    held: list[Route] = []
    context.route("**/visitors/*", lambda route: held.append(route))
    for number, tab in enumerate(tabs):
        writes(tab, f"Bonjour, ici {number}")
    wait_until(lambda: tabs[0].wait_for_timeout(500) or held)
    for route in held:
        route.continue_()
    for tab in tabs:
        expect(tab.locator("#messages .bubble.member")).to_have_count(2)
        expect(tab.locator(".row.member .state")).to_have_text(["", ""])
        expect(tab.locator("#messages .bubble.ai")).to_have_count(1)
    assert Conversation.objects.count() == 1


def test_a_tab_that_was_open_before_shows_what_is_said_in_another(small, context):
    tabs = [opens_chat(context, small.widget) for _ in range(2)]
    writes(tabs[0], UNKNOWN)
    for tab in tabs:
        expect(tab.locator("#messages .bubble")).to_have_count(2)
        expect(tab.locator("#messages .bubble.member")).to_have_text(UNKNOWN)


def test_a_browser_that_refuses_to_keep_anything_sends_what_is_written(small, context):
    context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    )
    page = opens_chat(context, small.widget)
    writes(page, FAQ)
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    expect(page.locator(".row.member .state")).to_have_text([""])


@pytest.mark.parametrize("days", [-4000, 4000])
def test_a_clock_that_is_years_wrong_and_set_right_meanwhile_hides_no_question(small, context, days):
    page = context.new_page()
    page.clock.install(time=clock.now() + timedelta(days=days))
    page.goto(f"/widget/{small.widget.public_id}/?language=fr")
    context.set_offline(True)
    writes(page, UNKNOWN)
    expect(page.locator(".state", has_text="en attente du réseau")).to_be_visible()
    page.clock.set_system_time(clock.now())
    context.set_offline(False)
    page.clock.run_for(5_000)
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    asked = conversation()
    assert (asked.state, asked.needs_person) == ("open", True)


def test_what_was_written_before_anything_could_be_sent_leaves_after_a_reload(small, context):
    page = opens_chat(context, small.widget)
    context.route("**/visitors/*", lambda route: route.abort())
    writes(page, FAQ)
    expect(page.locator(".state", has_text="en attente du réseau")).to_be_visible()
    context.unroute("**/visitors/*")
    page.reload()
    expect(page.locator("#messages .bubble.member")).to_have_text([FAQ])
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)


def test_a_page_that_may_not_write_is_told_so_once_and_stays_who_it_is(small, context):
    page = opens_chat(context, small.widget)
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url.rsplit("/", 2)[1]) if request.method == "POST" else None
    )
    no = {"status": 403, "json": {"problem": "Pas depuis cette page."}}
    page.route("**/messages/*", lambda route: route.fulfill(**no))
    writes(page, FAQ)
    expect(page.locator("#problem")).to_have_text("Pas depuis cette page.")
    expect(page.locator(".row.member .state")).to_have_text(["Pas depuis cette page."])
    page.wait_for_timeout(4_500)  # it would have tried again after four seconds
    assert asked == ["visitors", "messages"]


def test_who_is_known_no_more_becomes_somebody_new_and_loses_nothing(small, context):
    page = opens_chat(context, small.widget)
    writes(page, FAQ)
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    page.evaluate(
        "for (const key of Object.keys(localStorage)) if (key.endsWith(':visitor')) localStorage[key] = '\"old\"'"
    )
    writes(page, UNKNOWN)
    expect(page.locator("#messages .bubble.ai")).to_have_count(2)
    expect(page.locator(".row.member .state")).to_have_text(["", ""])
    assert Conversation.objects.count() == 2


def test_a_stream_that_ends_for_good_is_begun_anew(small, context):
    refused: list[Route] = []
    context.route("**/events/*", lambda route: route.continue_() if refused else refused.append(route))
    page = opens_chat(context, small.widget)
    writes(page, FAQ)
    wait_until(lambda: page.wait_for_timeout(20) or refused)
    refused[0].fulfill(status=204)
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    writes(page, UNKNOWN)
    expect(page.locator("#messages .bubble.ai")).to_have_count(2)


def test_a_stream_that_hangs_keeps_no_answer_back(small, context):
    hanging: list[Route] = []
    context.route("**/events/*", lambda route: route.continue_() if hanging else hanging.append(route))
    page = opens_chat(context, small.widget)
    writes(page, FAQ)
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    expect(page.locator("#typing")).to_have_text("")
    assert len(hanging) == 1


def test_who_is_forgotten_while_the_chat_is_open_is_somebody_new_and_is_answered(small, context):
    page = opens_chat(context, small.widget)
    writes(page, UNKNOWN)
    expect(page.locator("#messages .bubble.ai")).to_have_count(1)
    members.erase(conversation().member, actor="test")
    wait_until(lambda: conversation().thread.external_id.startswith("erased"))
    writes(page, FAQ)
    expect(page.locator("#messages .bubble.ai")).to_have_count(2)
    assert Conversation.objects.count() == 2
