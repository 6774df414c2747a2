"""What an operator writes is never lost: not by an answer that comes late, nor by what else they do, nor by a failure."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from binome.assistant import services as assistant
from binome.autonomy.models import Lane
from binome.channels import services as channels
from binome.channels.services import Ages
from binome.inbox.models import Conversation, Message
from tests.community import said
from tests.fixtures.people import session_cookie

pytestmark = pytest.mark.browser


def asks(small, work, *texts: str) -> list[Conversation]:
    """A conversation of its own for each, the latest first."""
    square = channels.connect_channel(
        small.workspace,
        connector="playground",
        name="Place",
        values={"room": "square"},
        actor="test",
        ages=Ages(alone_within_hours=24 * 365, quiet_after_days=3650),
    )
    for minute, text in enumerate(texts):
        channels.receive(square, [said(f"id{minute}", text, minute=minute, author=f"Membre {minute}")])
        work()
    rows = list(Conversation.objects.filter(channel=square).order_by("-last_message_at"))
    assert len(rows) == len(texts)
    return rows


@pytest.fixture
def talks(small, work) -> list[Conversation]:
    """Two conversations that wait for a person."""
    lent = "Est-ce que vous prêtez un {} pour mon mariage ?"
    return asks(small, work, lent.format("trombone"), lent.format("hautbois"))


@pytest.fixture
def inbox(talks, small, sign_in) -> Page:
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/inbox/{talks[0].pk}/")
    expect(page.locator("#write")).to_be_visible()
    return page


@contextmanager
def held(page: Page, address: str) -> Iterator[list[Route]]:
    """The server's answers to what goes to *address* arrive only at the end of this."""
    waiting: list[Route] = []
    page.route(address, lambda route: waiting.append(route))
    yield waiting
    for route in waiting:
        route.continue_()
    page.unroute(address)


def sent(conversation: Conversation) -> list[str]:
    return list(
        Message.objects.filter(conversation=conversation, by="operator").order_by("pk").values_list("text", flat=True)
    )


def test_what_is_sent_while_the_first_is_on_its_way_follows_it(inbox, talks):
    with held(inbox, "**/reply/"):
        inbox.fill("#write", "Un trombone, oui.")
        inbox.press("#write", "Control+Enter")
        expect(inbox.locator("#write")).to_have_value("")
        expect(inbox.locator(".thread")).to_be_focused()
        expect(inbox.locator(".sending")).to_be_visible()
        inbox.fill("#write", "Et le pupitre.")
        inbox.press("#write", "Control+Enter")
        inbox.press("#write", "Control+Enter")
        expect(inbox.locator("#write")).to_have_value("Et le pupitre.")
    expect(inbox.locator("#flow .msg.operator .bubble")).to_have_text(["Un trombone, oui.", "Et le pupitre."])
    expect(inbox.locator("#write")).to_have_value("")
    assert sent(talks[0]) == ["Un trombone, oui.", "Et le pupitre."]


def test_what_is_being_written_when_the_answer_arrives_stays_with_its_caret(inbox, talks):
    with held(inbox, "**/reply/"):
        inbox.fill("#write", "Oui.")
        inbox.press("#write", "Control+Enter")
        inbox.locator("#write").press_sequentially("Au fait")
        inbox.keyboard.press("ArrowLeft")
    expect(inbox.locator("#flow .msg.operator")).to_have_count(1)
    expect(inbox.locator("#write")).to_be_focused()
    inbox.keyboard.type("i")
    expect(inbox.locator("#write")).to_have_value("Au faiit")
    assert sent(talks[0]) == ["Oui."]


def test_what_is_written_outlives_other_acts_other_conversations_and_the_page(inbox, talks):
    inbox.fill("#write", "Je demande à")
    inbox.locator(".thread-head form[action$='/take-over/'] button").click()
    expect(inbox.locator(".thread-head form[action$='/give-back/'] button")).to_be_visible()
    expect(inbox.locator("#write")).to_have_value("Je demande à")

    inbox.locator(f"#row-{talks[1].pk}").click()
    expect(inbox.locator(".thread")).to_have_attribute("data-conversation", str(talks[1].pk))
    expect(inbox.locator("#write")).to_have_value("")
    inbox.fill("#write", "Un hautbois")
    inbox.locator(f"#row-{talks[0].pk}").click()
    expect(inbox.locator("#write")).to_have_value("Je demande à")
    inbox.reload()
    expect(inbox.locator("#write")).to_have_value("Je demande à")

    inbox.fill("#write", "Je demande à Inès.")
    inbox.locator("[data-sends-too]").click()
    expect(inbox.locator("#flow .msg.note")).to_contain_text("Je demande à Inès.")
    inbox.reload()
    expect(inbox.locator("#write")).to_have_value("")
    inbox.locator(f"#row-{talks[1].pk}").click()
    expect(inbox.locator("#write")).to_have_value("Un hautbois")
    assert sent(talks[0]) == sent(talks[1]) == []


@pytest.mark.parametrize("how", ["cut off", "broken"])
def test_what_could_not_leave_is_given_back_before_what_was_written_since(inbox, talks, how):
    with held(inbox, "**/reply/") as waiting:
        inbox.fill("#write", "Oui.")
        inbox.press("#write", "Control+Enter")
        inbox.fill("#write", "Merci.")
        (route,) = waiting
        waiting.clear()
        route.abort() if how == "cut off" else route.fulfill(status=502, body="")
    expect(inbox.locator(".toast.alarm")).to_contain_text("Rien de ce que vous avez écrit n’est perdu")
    expect(inbox.locator("#write")).to_have_value("Oui.\n\nMerci.")
    inbox.press("#write", "Control+Enter")
    expect(inbox.locator("#flow .msg.operator")).to_have_count(1)
    assert sent(talks[0]) == ["Oui.\n\nMerci."]


def test_what_the_channel_refuses_is_given_back(inbox, talks):
    long = "Un trombone, oui. " * 2000
    inbox.fill("#write", long)
    inbox.press("#write", "Control+Enter")
    expect(inbox.locator(".toast.alarm")).to_contain_text("trop long")
    expect(inbox.locator("#write")).to_have_value(long)
    assert sent(talks[0]) == []


def test_whoever_was_signed_out_signs_in_and_finds_what_they_wrote(inbox, talks, small, site):
    here = inbox.url
    inbox.fill("#write", "Un trombone, oui.")
    Session.objects.all().delete()
    inbox.press("#write", "Control+Enter")
    expect(inbox).to_have_url(re.compile(rf"/account/login/\?next=.*{talks[0].pk}"))
    inbox.context.add_cookies([session_cookie(small.manager, site)])
    inbox.goto(here)
    expect(inbox.locator("#write")).to_have_value("Un trombone, oui.")
    assert sent(talks[0]) == []


def test_an_answer_that_comes_late_does_not_bring_back_the_conversation_that_was_left(inbox, talks):
    with inbox.expect_response("**/reply/"), held(inbox, "**/reply/"):
        inbox.fill("#write", "Oui.")
        inbox.press("#write", "Control+Enter")
        inbox.locator(f"#row-{talks[1].pk}").click()
        expect(inbox.locator(".thread")).to_have_attribute("data-conversation", str(talks[1].pk))
        inbox.fill("#write", "Un hautbois")
    inbox.evaluate("() => new Promise(resolve => setTimeout(() => requestAnimationFrame(resolve), 100))")
    expect(inbox.locator(".thread")).to_have_attribute("data-conversation", str(talks[1].pk))
    expect(inbox.locator("#write")).to_have_value("Un hautbois")
    expect(inbox.locator("#write")).to_be_focused()
    assert sent(talks[0]) == ["Oui."]


def test_a_version_of_a_suggestion_stays_and_goes_on_as_a_reply_once_a_colleague_has_settled_it(small, work, sign_in):
    Lane.objects.update(level="suggest")
    conversation = asks(small, work, "slt vs ouvrez koi dimanche ?")[0]
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/inbox/{conversation.pk}/")
    page.locator("[data-edit]").click()
    page.fill("#edited", "Le dimanche, passez quand vous voulez.")
    page.locator(".thread-head form[action$='/take-over/'] button").click()
    expect(page.locator(".thread-head form[action$='/give-back/'] button")).to_be_visible()
    expect(page.locator("#edited")).to_have_value("Le dimanche, passez quand vous voulez.")
    expect(page.locator("#edited")).to_be_visible()

    assistant.refuse(conversation.suggestions.get(), user=small.manager)
    page.press("#edited", "Control+Enter")
    expect(page.locator(".toast.alarm")).to_be_visible()
    expect(page.locator("#suggestion")).to_have_count(0)
    expect(page.locator("#write")).to_have_value("Le dimanche, passez quand vous voulez.")
    assert sent(conversation) == []


def test_a_version_whose_suggestion_was_settled_while_one_was_elsewhere_waits_as_a_reply(small, work, sign_in):
    Lane.objects.update(level="suggest")
    first, second = asks(small, work, "slt vs ouvrez koi dimanche ?", "c’est combien l’adhésion ?")
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/inbox/{first.pk}/")
    page.locator("[data-edit]").click()
    page.fill("#edited", "Trente euros par an.")
    page.locator(f"#row-{second.pk}").click()
    expect(page.locator(".thread")).to_have_attribute("data-conversation", str(second.pk))
    assistant.refuse(first.suggestions.get(), user=small.manager)
    page.locator(f"#row-{first.pk}").click()
    expect(page.locator("#write")).to_have_value("Trente euros par an.")
    page.reload()
    expect(page.locator("#write")).to_have_value("Trente euros par an.")


def test_whoever_signed_in_again_in_another_tab_finds_what_they_wrote_and_sends_it(inbox, talks):
    """Signing in gives other tokens to forms: those of the page that was open are refused."""
    inbox.context.clear_cookies(name="binome_csrf")
    inbox.context.new_page().goto(inbox.url)
    inbox.fill("#write", "Un trombone, oui.")
    inbox.press("#write", "Control+Enter")
    expect(inbox.locator(".toast.alarm")).to_contain_text("un autre onglet")
    expect(inbox.locator("#write")).to_have_value("Un trombone, oui.")
    inbox.press("#write", "Control+Enter")
    expect(inbox.locator("#flow .msg.operator")).to_have_count(1)
    assert sent(talks[0]) == ["Un trombone, oui."]
