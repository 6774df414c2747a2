"""The reply memory on the screen: what contradicts comes first, an answer becomes an entry, somebody is forgotten."""

import io
import json

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from binome.knowledge.memory import learning, looking, taking
from binome.knowledge.memory.models import DeadLink, Intake, Line, Problem
from binome.knowledge.models import Source
from binome.sdk.http import answered_by
from tests import community
from tests.integration.knowledge.test_memory import PAST, content, import_history, problem, thread, work
from tests.integration.web.houses import house

pytestmark = pytest.mark.django_db
HERE = "/w/alpha/knowledge/memory/"
AT_ODDS = "25\u00a0€ / 30\u00a0€"


@pytest.fixture
def alpha(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = house("alpha")
    import_history(made.workspace, PAST)
    work()
    return made


def client(made, role="owner"):
    browser = Client()
    person = made.people[role]
    person.language = "en"
    person.save()
    browser.force_login(person)
    return browser


def text(answer):
    return answer.content.decode()


def test_the_list_begins_with_what_contradicts(alpha):
    page = text(client(alpha, "viewer").get(HERE))
    places = [page.index(one) for one in (AT_ODDS, "garer son vélo")]
    assert places == sorted(places)
    assert "Forget" not in page


def test_each_view_of_the_list_shows_its_own(alpha):
    browser = client(alpha)
    assert "garer son vélo" not in text(browser.get(HERE, {"show": "contradictions"}))
    assert "garer son vélo" in text(browser.get(HERE, {"show": "out-of-date"}))
    assert "garer son vélo" in text(browser.get(HERE, {"q": "garer"}))
    assert "garer son vélo" not in text(browser.get(HERE, {"q": "adhésion"}))


def test_odd_words_find_what_they_can(alpha):
    browser = client(alpha)
    assert "garer son vélo" in text(browser.get(HERE, {"q": "garer\0"}))
    for words in ("%", "\\", "'", '"', "🚲", "é" * 3000):
        assert browser.get(HERE, {"q": words}).status_code == 200


def test_a_problem_shows_its_answers_who_gave_them_and_what_came_of_them(alpha):
    price = problem(alpha.workspace, "prix de l’adhésion")
    page = text(client(alpha, "viewer").get(f"{HERE}{price.pk}/"))
    for said in (
        "L’adhésion est à 30 € par an.",
        "L’adhésion coûte 25 € par an.",
        "Léa",
        "Ali",
        "mail",
        "thanked 1 time",
    ):
        assert said in page
    assert "Make an entry" not in page


def test_an_answer_of_the_past_becomes_an_entry_in_two_clicks(alpha):
    price, browser = problem(alpha.workspace, "prix de l’adhésion"), client(alpha, "manager")
    form = browser.get("/w/alpha/knowledge/new/", {"problem": price.pk}).context["form"]
    given = form.initial
    assert (given["question"], given["answer"], given["language"]) == (
        price.title,
        "L’adhésion est à 30 € par an.",
        "fr",
    )
    assert len(given["alternatives"].splitlines()) == 2
    data = {name: given[name] for name in ("question", "answer", "language", "alternatives")}
    browser.post("/w/alpha/knowledge/new/", {**data, "problem": price.pk, "owner": alpha.owner.pk})
    source = Source.objects.get()
    assert (source.answer, source.owner) == ("L’adhésion est à 30 € par an.", alpha.owner)
    price.refresh_from_db()
    assert (price.state, price.source) == ("approved", source)
    assert AT_ODDS not in text(browser.get(HERE))
    assert "prix" in text(browser.get(HERE, {"show": "approved"})) or price.title in text(
        browser.get(HERE, {"show": "approved"})
    )


def test_set_aside_can_be_undone(alpha):
    price, browser = problem(alpha.workspace, "prix de l’adhésion"), client(alpha, "manager")
    browser.post(f"{HERE}{price.pk}/set-aside/")
    assert Problem.objects.get(pk=price.pk).state == "aside"
    browser.post(f"{HERE}{price.pk}/bring-back/")
    assert Problem.objects.get(pk=price.pk).state == "open"


def test_problems_are_merged_and_split_and_impossible_choices_refused(alpha):
    price, browser = problem(alpha.workspace, "prix de l’adhésion"), client(alpha, "manager")
    cafe = problem(alpha.workspace, "café")
    browser.post(f"{HERE}{price.pk}/merge/", {"other": [cafe.pk]})
    price.refresh_from_db()
    assert price.cases_number == 4
    browser.post(f"{HERE}{price.pk}/split/", {"wording": [price.wordings.get(text__icontains="café").pk]})
    assert problem(alpha.workspace, "café") != price
    browser.post(f"{HERE}{price.pk}/split/", {})
    assert Problem.objects.filter(workspace=alpha.workspace).count() == 3


def test_a_problem_of_another_team_cannot_be_merged_in(alpha):
    beta = house("beta")
    theirs = Problem.objects.create(workspace=beta.workspace, title="secret", mean=[0.01] * 1024)
    price = problem(alpha.workspace, "prix de l’adhésion")
    assert client(alpha, "manager").post(f"{HERE}{price.pk}/merge/", {"other": [theirs.pk]}).status_code == 404
    assert Problem.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("act", ["set-aside", "merge", "split", "links"])
def test_who_does_not_manage_changes_nothing(alpha, act):
    price = problem(alpha.workspace, "prix de l’adhésion")
    assert client(alpha, "operator").post(f"{HERE}{price.pk}/{act}/").status_code == 403
    assert client(alpha, "operator").post(f"{HERE}forget/", {"name": "Mina"}).status_code == 403
    assert Line.objects.count() == len(PAST)


def test_somebody_is_forgotten_by_the_name_of_the_export(alpha):
    client(alpha, "manager").post(f"{HERE}forget/", {"name": "mina"})
    assert not Line.objects.filter(text__icontains="garer").exists()
    assert not Problem.objects.filter(title__icontains="garer").exists()


def test_pages_are_looked_up_only_when_somebody_asks_and_the_dead_ones_are_told(alpha):
    rows = thread(
        7, "Où trouver la carte des pistes ?", "Voir https://canal.example/cartes et https://canal.example/ici."
    )
    import_history(alpha.workspace, rows)
    work()
    found, browser = problem(alpha.workspace, "carte"), client(alpha, "manager")
    asked = []

    def answer(request):
        asked.append(str(request.url))
        return httpx.Response(404 if "cartes" in str(request.url) else 200)

    with answered_by(httpx.MockTransport(answer)):
        browser.get(f"{HERE}{found.pk}/")
        assert asked == []
        browser.post(f"{HERE}{found.pk}/links/")
    assert asked == ["https://canal.example/cartes", "https://canal.example/ici"]
    assert [one.address for one in DeadLink.objects.all()] == ["https://canal.example/cartes"]
    while looking.look():
        pass
    assert "https://canal.example/cartes is gone" in text(browser.get(f"{HERE}{found.pk}/"))


def test_an_address_inside_the_network_is_not_asked(alpha):
    rows = thread(8, "Où est l’intranet ?", "Sur https://127.0.0.1/secret et https://localhost/secret.")
    import_history(alpha.workspace, rows)
    work()
    found = problem(alpha.workspace, "intranet")
    client(alpha, "manager").post(f"{HERE}{found.pk}/links/")
    assert not DeadLink.objects.exists()


def test_a_file_given_on_the_page_is_read_shown_confirmed_and_learnt(alpha):
    browser = client(alpha, "manager")
    rows = [*thread(9, "Peut-on venir avec un chien ?", "Oui, en laisse."), {"thread": "x"}]
    sent = SimpleUploadedFile("past.jsonl", content(rows).getvalue())
    page = browser.post(f"{HERE}import/", {"file": sent, "team": ""})
    assert page.status_code == 302
    while taking.read_through():
        pass
    shown = text(browser.get(page.url))
    assert "Row 3" in shown
    intake = Intake.objects.latest("pk")
    browser.post(f"{HERE}import/{intake.pk}/confirm/")
    assert Intake.objects.get(pk=intake.pk).state == "preview"
    browser.post(f"{HERE}import/{intake.pk}/confirm/", {"bad": "leave-out"})
    while taking.advance() or learning.learn() or looking.look():
        pass
    assert "2 messages are in." in text(browser.get(page.url))
    assert problem(alpha.workspace, "chien").cases_number == 1


def test_a_file_that_is_none_is_refused_with_a_sentence(alpha):
    sent = SimpleUploadedFile("past.json", json.dumps({"a": 1}).encode())
    page = client(alpha, "manager").post(f"{HERE}import/", {"file": sent})
    assert page.status_code == 422
    assert "holds no exchange" in text(page)


def test_a_file_abandoned_before_it_was_taken_leaves_nothing(alpha):
    intake = taking.prepare(alpha.workspace, "p.jsonl", io.BytesIO(content(PAST).getvalue()), actor="test")
    client(alpha, "manager").post(f"{HERE}import/{intake.pk}/abandon/")
    assert Intake.objects.get(pk=intake.pk).state == "abandoned"
    assert taking.read_through() == 0


def test_an_empty_memory_says_what_to_do(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = house("alpha")
    assert "Bring in your past exchanges" in text(client(made).get(HERE))


def test_a_conversation_is_shown_what_was_answered_before(alpha):
    conversation = community.conversation(community.channel(alpha.workspace))
    community.message(conversation, "Bonjour, le prix pour adhérer ?")
    part = client(alpha, "viewer").get(f"{HERE}like/{conversation.pk}/", HTTP_HX_REQUEST="true")
    assert "30 € par an" in text(part)
    assert "<html" not in text(part)
    assert "30 € par an" in text(client(alpha, "viewer").get(f"{HERE}like/{conversation.pk}/"))
    theirs = community.conversation(community.channel(community.workspace()))
    assert client(alpha).get(f"{HERE}like/{theirs.pk}/").status_code == 404
