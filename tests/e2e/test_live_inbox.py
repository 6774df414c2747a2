"""The inbox when keys are held down, answers are slow, the line is cut and news never stop: nothing unasked is done, nothing
is missed."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from binome.autonomy.models import Lane
from binome.inbox import services as inboxes
from binome.inbox.models import Conversation
from tests import community
from tests.e2e.test_writing import asks, held, sent

pytestmark = pytest.mark.browser
QUESTIONS = ["slt vs ouvrez koi dimanche ?", "c’est combien l’adhésion ?"]


@pytest.fixture
def talks(small, work) -> list[Conversation]:
    """Two conversations with an answer ready in each, the latest first."""
    Lane.objects.update(level="suggest")
    return asks(small, work, *QUESTIONS)


@pytest.fixture
def address(small) -> str:
    return f"/w/{small.workspace.slug}/inbox/"


@pytest.fixture
def inbox(talks, small, sign_in, address) -> Page:
    page = sign_in(small.manager)
    page.goto(f"{address}{talks[0].pk}/")
    expect(page.locator("#suggestion")).to_be_visible()
    return page


def shows(page: Page, conversation: Conversation) -> None:
    expect(page.locator(".thread")).to_have_attribute("data-conversation", str(conversation.pk))


def is_chosen(page: Page, conversation: Conversation) -> None:
    expect(page.locator("#rows [aria-current]")).to_have_id(f"row-{conversation.pk}")


def state(conversation: Conversation) -> str:
    return Conversation.objects.values_list("state", flat=True).get(pk=conversation.pk)


def test_enter_held_down_on_a_row_opens_it_and_sends_nothing(inbox, talks):
    inbox.locator(f"#row-{talks[1].pk}").focus()
    inbox.keyboard.down("Enter")
    shows(inbox, talks[1])
    expect(inbox.locator(".thread")).to_be_focused()
    asked: list[str] = []
    inbox.on("request", lambda one: asked.append(one.url) if one.method == "POST" else None)
    inbox.keyboard.down("Enter")
    inbox.keyboard.up("Enter")
    inbox.evaluate("() => new Promise(resolve => setTimeout(resolve))")
    assert asked == []
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#flow .msg.operator")).to_have_count(1)
    assert len(sent(talks[1])) == 1


def test_a_conversation_is_opened_in_a_tab_of_its_own(inbox, talks):
    with inbox.context.expect_page() as tab:
        inbox.locator(f"#row-{talks[1].pk}").click(modifiers=["ControlOrMeta"])
    shows(tab.value, talks[1])
    shows(inbox, talks[0])
    is_chosen(inbox, talks[0])


def test_the_link_to_the_content_leads_there_and_nothing_is_loaded_again(inbox):
    inbox.evaluate("window.here = true")
    inbox.locator(".skip").focus()
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#main")).to_be_focused()
    inbox.evaluate("() => new Promise(resolve => setTimeout(resolve))")
    assert inbox.evaluate("window.here")


def test_back_and_forward_open_what_was_open(inbox, talks):
    inbox.locator(f"#row-{talks[1].pk}").click()
    shows(inbox, talks[1])
    inbox.go_back()
    shows(inbox, talks[0])
    is_chosen(inbox, talks[0])
    inbox.go_forward()
    shows(inbox, talks[1])


def test_what_happened_while_the_server_was_away_is_shown_once_it_is_back(talks, small, sign_in, address, work):
    page, answers = sign_in(small.manager), []
    page.route(
        "**/inbox/events/**",
        lambda route: route.continue_() if answers else (answers.append(502), route.fulfill(status=502, body="")),
    )
    with page.expect_response(lambda one: one.status == 502):
        page.goto(f"{address}{talks[0].pk}/")
    inboxes.write_note(talks[0], "Je m’en occupe.", user=small.manager)
    work()
    expect(page.locator("#flow .msg.note")).to_contain_text("Je m’en occupe.", timeout=15_000)


AWAY = """Object.defineProperty(document, "hidden", { configurable: true, get: () => true })"""
BACK = """delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))"""


def test_as_many_tabs_as_one_likes_and_the_one_looked_at_misses_nothing(talks, small, sign_in, address, work):
    """A browser keeps six lines open to one site at most: a seventh tab would wait for ever."""
    page = sign_in(small.manager)
    page.context.add_init_script(AWAY)
    tabs = [page, *(page.context.new_page() for _ in range(7))]
    for tab in tabs:
        tab.goto(f"{address}{talks[0].pk}/")
    inboxes.write_note(talks[0], "Je m’en occupe.", user=small.manager)
    work()
    tabs[0].evaluate(BACK)
    expect(tabs[0].locator("#flow .msg.note")).to_contain_text("Je m’en occupe.")


NEVER_QUIET = """
window.EventSource = class extends EventTarget {
  constructor() {
    super()
    const news = { data: '{"conversation": %d}', lastEventId: "1" }
    setInterval(() => this.dispatchEvent(new MessageEvent("NoteWritten", news)), 20)
  }
  close() {}
}"""


def test_a_thread_and_the_list_are_renewed_though_news_never_stop(talks, small, sign_in, address):
    page = sign_in(small.manager)
    page.add_init_script(NEVER_QUIET % talks[0].pk)
    page.goto(f"{address}{talks[0].pk}/")
    inboxes.write_note(talks[0], "Je m’en occupe.", user=small.manager)
    inboxes.close(talks[1], user=small.manager)
    expect(page.locator("#flow .msg.note")).to_contain_text("Je m’en occupe.")
    expect(page.locator(f"#row-{talks[1].pk}")).to_have_count(0)


def test_keys_do_nothing_to_the_conversation_that_is_being_left(inbox, talks):
    posted: list[str] = []
    inbox.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
    inbox.locator(f"#row-{talks[0].pk}").focus()
    with inbox.expect_response(f"**/inbox/{talks[1].pk}/**"), held(inbox, f"**/inbox/{talks[1].pk}/**"):
        inbox.keyboard.press("j")
        inbox.keyboard.press("e")
        is_chosen(inbox, talks[1])
        for key in ("e", "x", "Enter", "Enter"):
            inbox.keyboard.press(key)
    shows(inbox, talks[1])
    expect(inbox.locator(".thread")).to_be_focused()
    inbox.keyboard.press("e")
    expect(inbox.locator(".thread-head form[action$='/reopen/']")).to_be_visible()
    assert [state(one) for one in talks] == ["open", "closed"]
    assert talks[0].suggestions.get().state == "pending"
    assert [one.rpartition("/inbox/")[2] for one in posted] == [f"{talks[1].pk}/close/"]


def test_a_conversation_that_could_not_be_opened_is_not_shown_as_chosen(inbox, talks):
    inbox.route(f"**/inbox/{talks[1].pk}/**", lambda route: route.abort())
    inbox.locator(f"#row-{talks[1].pk}").click()
    expect(inbox.locator(".toast.alarm")).to_be_visible()
    is_chosen(inbox, talks[0])
    inbox.unroute(f"**/inbox/{talks[1].pk}/**")
    inbox.locator(f"#row-{talks[1].pk}").press("Enter")
    shows(inbox, talks[1])
    assert sent(talks[0]) == sent(talks[1]) == []


def test_news_leave_the_focus_on_the_button_that_has_it(inbox, talks, small, work):
    inbox.locator("#suggestion [data-edit]").focus()
    inboxes.write_note(talks[0], "Je m’en occupe.", user=small.manager)
    work()
    expect(inbox.locator("#flow .msg.note")).to_be_visible()
    expect(inbox.locator("#suggestion [data-edit]")).to_be_focused()


def test_one_comes_back_to_the_list_as_it_was_filtered_even_after_undoing(talks, small, sign_in, address):
    page = sign_in(small.manager, viewport={"width": 390, "height": 844})
    page.goto(f"{address}?view=team")
    page.locator(f"#row-{talks[0].pk}").click()
    page.locator(".thread-head form[action$='/take-over/'] button").click()
    page.locator(".toast form button").click()
    expect(page.locator(".thread-head form[action$='/take-over/'] button")).to_be_visible()
    page.locator(".thread-head .back").click()
    expect(page.locator(".tabs [aria-current=page]")).to_have_text("Équipe")


def test_one_goes_down_the_list_and_finds_each_conversation_once_though_news_came(talks, small, sign_in, address, work):
    long_ago = talks[1].last_message_at
    older = [
        community.conversation(
            talks[0].channel, needs_person=True, last_message_at=long_ago - timedelta(minutes=minute)
        )
        for minute in range(1, 61)
    ]
    page = sign_in(small.manager, viewport={"width": 1440, "height": 600})
    page.goto(address)
    expect(page.locator(".row")).to_have_count(40)
    page.locator(".next-rows").scroll_into_view_if_needed()
    expect(page.locator(".row")).to_have_count(62)
    page.locator(f"#row-{older[-1].pk}").click()
    shows(page, older[-1])
    page.locator("#list").evaluate("list => { list.scrollTop = 0 }")
    inboxes.write_note(talks[0], "Je m’en occupe.", user=small.manager)
    work()
    expect(page.locator(".row")).to_have_count(40)
    page.locator(".next-rows").scroll_into_view_if_needed()
    expect(page.locator(".row")).to_have_count(62)
    is_chosen(page, older[-1])
    expect(page.locator(".row.done")).to_have_count(0)
