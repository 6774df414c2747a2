"""Knowledge, channels, autonomy and audits in a real browser: accessible in every guise, done by keys."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Verdict
from binome.channels import gate
from binome.channels import services as channels
from binome.channels.gate import Authorisation
from binome.channels.models import Delivery, Freeze
from binome.knowledge import importing, services
from binome.knowledge.memory import taking
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from tests import community
from tests.e2e.test_frame import GUISES, _faults, _open
from tests.integration.knowledge import test_memory
from tests.integration.web.houses import House, house

pytestmark = pytest.mark.browser


@pytest.fixture
def alpha(site) -> House:
    """A house at work: entries, a question without answer, answers to audit, a message of unknown fate."""
    made = house("alpha")
    autonomy.prepare_lanes(made.workspace)
    lane = made.workspace.lanes.get(language="fr")
    autonomy.open_on_trial(lane, membership=made.workspace.memberships.get(user=made.owner))
    ended = timezone.localdate() - timedelta(days=2)
    writing = Writing("Êtes-vous ouverts le dimanche ?", "Non, jamais.", "fr", topic="horaires", expires_on=ended)
    entry = services.write_source(made.workspace, writing, actor="test")
    place = community.channel(made.workspace)
    for text in ("Ouvert dimanche ?", "Et lundi ?"):
        said = community.message(community.conversation(place), text)
        done = Suggestion.objects.create(
            workspace=made.workspace, conversation=said.conversation, message=said, lane=lane, source=entry,
            text="Non, jamais.", final_text="Non, jamais.", confidence=0.9, state="acted",
        )  # fmt: skip
        autonomy.draw_audit(lane, suggestion=done.pk)
        services.note_gap(community.message(said.conversation, f"{text} Et les tandems ?"), text, "fr")
    line = gate.enqueue(said.conversation.thread, "Bonjour", Authorisation("test", "test"), by_machine=True)
    Delivery.objects.filter(pk=line.pk).update(state="unknown")
    widget = channels.connect_channel(made.workspace, connector="widget", name="Site", values={}, actor="test")
    file = importing.prepare(made.workspace, "faq.csv", b"question,answer\nQuand ?,Demain.\n,Rien\n", actor="test")
    problem, past = _memory(made)
    made.things = {
        "entry": entry, "place": place, "widget": widget, "lane": lane, "file": file, "problem": problem, "past": past,
        "conversation": said.conversation,
    }  # fmt: skip
    return made


def _memory(made: House):
    """Answers at odds, learnt from; and a file that waits to be confirmed."""
    history = test_memory
    history.import_history(made.workspace, history.PAST)
    history.work()
    waiting = taking.prepare(
        made.workspace, "past.jsonl", history.content([*history.PAST, {"thread": "x"}]), actor="test"
    )
    while taking.read_through():
        pass
    return history.problem(made.workspace, "prix de l’adhésion"), waiting


def _addresses(made: House) -> list[str]:
    things = {name: thing.pk for name, thing in made.things.items()}
    return [
        f"/w/alpha/{place.format(**things)}"
        for place in (
            "knowledge/", "knowledge/new/", "knowledge/{entry}/", "knowledge/import/", "knowledge/import/{file}/",
            "knowledge/try/?question=ouvert+dimanche", "channels/", "channels/connect/", "channels/connect/email/",
            "channels/{widget}/", "channels/{place}/", "channels/{place}/disconnect/", "channels/freeze/",
            "knowledge/memory/", "knowledge/memory/?show=aside", "knowledge/memory/{problem}/", "knowledge/memory/import/",
            "knowledge/memory/import/{past}/", "knowledge/memory/like/{conversation}/", "knowledge/new/?problem={problem}",
            "autonomy/", "autonomy/{lane}/trial/", "audits/",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "theme", "width"), GUISES)
def test_every_workplace_is_accessible_and_fits_the_window(browser: Browser, site, alpha, language, theme, width):
    alpha.owner.language = language
    alpha.owner.save()
    page = _open(browser, site, language, theme, width, alpha.owner)
    faults = {}
    for address in _addresses(alpha):
        page.goto(address)
        faults[address] = _faults(page)
    assert {address: found for address, found in faults.items() if found} == {}


def test_answers_are_audited_by_keys_alone(browser: Browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/audits/")
    expect(page.locator(".asked")).to_have_text("Ouvert dimanche ?")
    page.keyboard.press("s")
    expect(page.locator(".asked")).to_have_text("Et lundi ?")
    page.keyboard.press("n")
    expect(page.locator(".empty")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator(".asked")).to_have_text("Ouvert dimanche ?")
    page.keyboard.press("y")
    expect(page.locator(".empty")).to_be_visible()
    assert list(Verdict.objects.order_by("pk").values_list("wrong", flat=True)) == [True, False]


def test_a_question_is_tried_without_leaving_the_page(browser: Browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/knowledge/")
    page.fill("#question-tried", "vs ouvrez dimanche ?")
    page.press("#question-tried", "Enter")
    expect(page.locator("#tried")).to_contain_text("Êtes-vous ouverts le dimanche ?")
    assert (page.url.endswith("/knowledge/"), page.said) == (True, [])


def test_the_list_follows_what_is_looked_for(browser: Browser, site, alpha):
    services.write_source(alpha.workspace, Writing("Vendez-vous du café ?", "Oui.", "fr", topic="café"), actor="test")
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/knowledge/")
    expect(page.locator("#found tbody tr")).to_have_count(2)
    page.select_option("#id_topic", "café")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    assert "topic=caf" in page.url


def test_everything_is_frozen_from_a_dialog(browser: Browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/channels/")
    page.get_by_text("Tout geler").click()
    page.locator("#dialog [name=reason]").fill("une rumeur")
    page.locator("#dialog button[type=submit]").click()
    expect(page.locator(".notice").first).to_contain_text("une rumeur")
    assert Freeze.objects.get().reason == "une rumeur"


def test_a_channel_is_checked_before_it_is_connected_and_keeps_what_was_typed(browser: Browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto("/w/alpha/channels/connect/playground/")
    page.fill("[name=set-room]", "salle")
    page.locator("button[value=check]").click()
    expect(page.locator("#checked .notice")).to_contain_text("Ces réglages fonctionnent")
    assert page.input_value("[name=set-room]") == "salle"


def test_an_archived_entry_comes_back_with_the_undo_key(browser: Browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto(f"/w/alpha/knowledge/{alpha.things['entry'].pk}/")
    page.get_by_role("button", name="Archiver").click()
    expect(page.locator(".toast")).to_be_visible()
    assert Source.objects.get().archived_at is not None
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("De nouveau en service")
    assert Source.objects.get().archived_at is None


def test_the_slider_says_where_it_stands(browser: Browser, site, alpha):
    page = _open(browser, site, user=alpha.owner)
    page.goto(f"/w/alpha/autonomy/{alpha.things['lane'].pk}/trial/")
    page.focus("#id_strictness")
    page.keyboard.press("End")
    expect(page.locator("output")).to_have_text("99 %")
