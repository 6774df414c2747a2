"""On a phone nothing is cut off: names without a space wrap, and what a menu offers can be reached."""

import pytest
from playwright.sync_api import Page, expect

from binome.channels.models import Channel
from binome.inbox import services as inboxes
from binome.inbox.models import Conversation
from binome.knowledge import services as knowledge
from binome.knowledge.services import Writing
from tests import community

pytestmark = pytest.mark.browser
NAME = "Fahrradwerkstattgenossenschaftsmitgliederversammlungsprotokollführerin"


@pytest.fixture
def talk(small) -> Conversation:
    """A conversation, an entry, a colleague and a place whose names have no space."""
    place = small.workspace
    Channel.objects.filter(pk=small.widget.pk).update(name=NAME)
    small.widget.refresh_from_db()
    talk = community.conversation(small.widget, needs_person=True, subject=NAME)
    type(talk.member).objects.update(name=NAME)
    community.message(talk, NAME * 2)
    inboxes.tag(talk, NAME[:60], user=small.manager)
    inboxes.write_note(talk, NAME * 2, user=small.manager)
    knowledge.write_sources(place, [(Writing(NAME * 2, NAME * 2, "fr", topic=NAME), None)], actor="test")
    colleague = community.teammate(place)
    type(colleague).objects.filter(pk=colleague.pk).update(name=NAME)
    return talk


@pytest.fixture
def phone(small, sign_in) -> Page:
    return sign_in(small.manager, viewport={"width": 390, "height": 844})


def test_no_page_is_wider_than_the_screen_whatever_the_names(phone, small, talk):
    place = small.workspace
    entry = place.sources.get(question__startswith=NAME)
    colleague = place.memberships.exclude(user=small.manager).get()
    addresses = [
        "inbox/", f"inbox/{talk.pk}/", "knowledge/", "knowledge/new/", f"knowledge/{entry.pk}/", "channels/",
        f"channels/{small.widget.pk}/", "team/", f"team/members/{colleague.pk}/remove/", f"members/{talk.member_id}/forget/",
    ]  # fmt: skip
    widths = {}
    for address in addresses:
        answer = phone.goto(f"/w/{place.slug}/{address}")
        assert answer and answer.ok, address
        widths[address] = phone.evaluate("document.documentElement.scrollWidth")
    assert {address: width for address, width in widths.items() if width > 390} == {}


@pytest.mark.parametrize("key", ["A", "H"])
def test_the_menus_at_the_head_of_a_conversation_can_be_seen_and_used(phone, small, talk, key):
    phone.goto(f"/w/{small.workspace.slug}/inbox/{talk.pk}/")
    phone.locator(f".thread-head summary[data-key={key}]").click()
    offered = phone.locator(".thread-head details[open] .menu-panel button")
    expect(offered.first).to_be_in_viewport(ratio=1)
    assert offered.evaluate_all(
        """buttons => buttons.every(one => {
          const { left, top, width, height } = one.getBoundingClientRect()
          return one.contains(document.elementFromPoint(left + width / 2, top + height / 2))
        })"""
    )
    offered.last.click()
    expect(phone.locator(".toast")).to_be_visible()
