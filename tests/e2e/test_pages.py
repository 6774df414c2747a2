"""Pages that are not the inbox, in a browser: a form leaves once, and what is on a page still works when one comes back to it."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from playwright.sync_api import expect

from binome.knowledge.models import Source
from binome.workspaces.models import Role
from tests import community
from tests.fixtures.people import session_cookie

pytestmark = pytest.mark.browser
PRESS_TWICE = """() => new Promise(resolve => {
  const button = document.querySelector("form.form [data-sends]")
  setTimeout(() => button.click())
  setTimeout(() => { button.click(); resolve() }, 500)
})"""


def test_an_entry_is_written_once_however_often_one_presses_while_the_server_is_slow(small, sign_in):
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/knowledge/new/")
    page.fill("[name=question]", "Et le lundi ?")
    page.fill("[name=answer]", "Fermé.")
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Source._meta.db_table} IN SHARE MODE")
        page.evaluate(PRESS_TWICE)
    expect(page).to_have_url(re.compile(r"/knowledge/\d+/$"))
    assert len(posted) == 1
    assert Source.objects.filter(question="Et le lundi ?").count() == 1


def test_what_was_searched_is_left_with_the_back_button_and_the_page_still_works(small, sign_in):
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/knowledge/")
    page.fill("#words", "adhésion")
    page.wait_for_url("**/knowledge/?q=adh*")
    page.go_back()
    expect(page.locator("#words")).to_have_value("")
    page.keyboard.press("Control+k")
    page.locator("#palette input").fill("réglages")
    expect(page.locator("#palette [role=option]")).to_have_count(1)


def test_whoever_was_signed_out_finds_the_entry_as_they_wrote_it_and_saves_it_once(small, sign_in, site):
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/knowledge/new/")
    page.fill("[name=question]", "Et le lundi ?")
    page.fill("[name=answer]", "Fermé.\nSauf en juin.")
    page.select_option("[name=language]", "en")
    page.check("[name=channels]")
    Session.objects.all().delete()
    page.locator("form.form [data-sends]").click()
    expect(page).to_have_url(re.compile(r"/account/login/\?next=.*knowledge%2Fnew%2F$"))

    page.context.add_cookies([session_cookie(small.manager, site)])
    page.goto(f"/w/{small.workspace.slug}/knowledge/")
    page.goto(f"/w/{small.workspace.slug}/knowledge/new/")
    expect(page.locator("[name=answer]")).to_have_value("Fermé.\nSauf en juin.")
    page.locator("form.form [data-sends]").click()
    expect(page).to_have_url(re.compile(r"/knowledge/\d+/$"))
    entry = Source.objects.get(question="Et le lundi ?")
    assert (entry.language, list(entry.channels.all())) == ("en", [small.widget])
    page.goto(f"/w/{small.workspace.slug}/knowledge/new/")
    expect(page.locator("[name=answer]")).to_have_value("")


def test_what_one_wrote_is_not_shown_to_whoever_signs_in_after(small, sign_in, site):
    page = sign_in(small.manager)
    page.goto(f"/w/{small.workspace.slug}/knowledge/new/")
    page.fill("[name=question]", "Et le lundi ?")
    page.fill("[name=answer]", "Fermé.")
    Session.objects.all().delete()
    page.locator("form.form [data-sends]").click()
    expect(page).to_have_url(re.compile(r"/account/login/"))
    other = community.teammate(small.workspace, Role.MANAGER)
    page.context.add_cookies([session_cookie(other, site)])
    page.goto(f"/w/{small.workspace.slug}/knowledge/new/")
    expect(page.locator("[name=answer]")).to_have_value("")
    assert page.evaluate("sessionStorage.getItem('form')") is None
