"""Knowledge: the list, an entry, questions without an answer, files in and out."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from binome.autonomy import services as autonomy
from binome.knowledge import importing, services
from binome.knowledge.models import Import, Source
from binome.knowledge.services import Writing
from tests import community
from tests.integration.web.houses import house

pytestmark = pytest.mark.django_db
HERE = "/w/alpha/knowledge/"


@pytest.fixture
def alpha(db):
    return house("alpha")


def _client(made, role="owner"):
    client = Client()
    client.force_login(made.people[role])
    return client


def _entry(made, question="Êtes-vous ouverts le dimanche ?", answer="Non, jamais.", language="fr", **fields):
    return services.write_source(made.workspace, Writing(question, answer, language, **fields), actor="test")


def _gap(made, text, language="fr"):
    place = made.workspace.channels.first() or community.channel(made.workspace)
    return services.note_gap(community.message(community.conversation(place), text), text, language)


def _form(**changes):
    return {"question": "Où êtes-vous ?", "answer": "Quai 3.", "language": "fr", **changes}


def _give(client, name, content):
    return client.post(HERE + "import/", {"file": SimpleUploadedFile(name, content.encode())})


def _work():
    while importing.advance():
        pass


def test_a_manager_writes_an_entry_that_is_quoted_at_once(alpha):
    client = _client(alpha, "manager")
    client.post(HERE + "new/", _form(alternatives="c'est où ?\n\nadresse svp", topic="accès", owner=alpha.owner.pk))
    source = Source.objects.get()
    assert (source.question, source.answer, source.topic, source.owner) == (
        "Où êtes-vous ?",
        "Quai 3.",
        "accès",
        alpha.owner,
    )
    assert source.alternatives == ["c'est où ?", "adresse svp"]
    assert [r.number for r in source.revisions.all()] == [1]
    assert "Quai 3." in client.get(HERE + "try/", {"question": "où êtes-vous"}).content.decode()


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_who_does_not_manage_reads_and_changes_nothing(alpha, role):
    source = _entry(alpha)
    client = _client(alpha, role)
    assert client.get(f"{HERE}{source.pk}/").status_code == 200
    seen = source.updated_at.isoformat()
    assert client.post(f"{HERE}{source.pk}/", _form(seen=seen)).status_code == 403
    assert client.post(HERE + "new/", _form()).status_code == 403
    assert client.post(f"{HERE}{source.pk}/archive/").status_code == 403
    assert list(Source.objects.values_list("answer", "archived_at")) == [("Non, jamais.", None)]


def test_an_entry_without_an_answer_is_refused_and_nothing_is_written(alpha):
    assert _client(alpha).post(HERE + "new/", _form(answer=" ")).status_code == 422
    assert Source.objects.count() == 0


def test_what_somebody_wrote_meanwhile_is_not_written_over(alpha):
    source = _entry(alpha)
    opened = source.updated_at.isoformat()
    services.write_source(alpha.workspace, Writing(source.question, "Oui !", "fr"), actor="test", source=source)
    answer = _client(alpha).post(f"{HERE}{source.pk}/", _form(answer="Peut-être.", seen=opened))
    source.refresh_from_db()
    assert (answer.status_code, source.answer) == (422, "Oui !")
    assert "Peut-être." in answer.content.decode()


def test_whoever_was_told_that_it_changed_saves_what_they_wrote_from_the_same_page(alpha):
    source, client = _entry(alpha), _client(alpha)
    opened = source.updated_at.isoformat()
    services.write_source(alpha.workspace, Writing(source.question, "Oui !", "fr"), actor="test", source=source)
    told = client.post(f"{HERE}{source.pk}/", _form(answer="Peut-être.", seen=opened))
    shown = told.context["form"]["seen"].value()
    services.write_source(alpha.workspace, Writing(source.question, "Oui !!", "fr"), actor="test", source=source)
    assert client.post(f"{HERE}{source.pk}/", _form(answer="Peut-être.", seen=shown)).status_code == 422
    told = client.post(f"{HERE}{source.pk}/", _form(answer="Peut-être.", seen=opened))
    shown = told.context["form"]["seen"].value()
    assert client.post(f"{HERE}{source.pk}/", _form(answer="Peut-être.", seen=shown)).status_code == 302
    source.refresh_from_db()
    assert source.answer == "Peut-être."
    assert set(source.revisions.values_list("answer", flat=True)) == {"Non, jamais.", "Oui !", "Oui !!", "Peut-être."}


def test_a_changed_answer_leaves_the_former_one_in_its_history(alpha):
    source = _entry(alpha)
    _client(alpha).post(
        f"{HERE}{source.pk}/", _form(question=source.question, answer="Oui.", seen=source.updated_at.isoformat())
    )
    rows = source.revisions.order_by("pk").values_list("number", "answer", "by")
    assert list(rows) == [(1, "Non, jamais.", "test"), (2, "Oui.", f"user:{alpha.owner.pk}")]


def test_an_archived_entry_is_not_quoted_and_can_be_restored(alpha):
    source, client = _entry(alpha), _client(alpha)
    client.post(f"{HERE}{source.pk}/archive/")
    assert client.get(HERE).context["page"].paginator.count == 0
    assert list(client.get(HERE, {"state": "archived"}).context["page"]) == [source]
    assert "Non, jamais." not in client.get(HERE + "try/", {"question": "ouvert le dimanche ?"}).content.decode()
    client.post(f"{HERE}{source.pk}/restore/")
    assert list(client.get(HERE).context["page"]) == [source]


def test_filters_keep_only_what_they_say(alpha):
    today = timezone.localdate()
    old = _entry(alpha, "Le marché ?", topic="marché", expires_on=today - timedelta(days=1))
    soon = _entry(alpha, "La braderie ?", expires_on=today + timedelta(days=3), owner=alpha.owner)
    english = _entry(alpha, "Are you open?", language="en")
    client = _client(alpha)

    def found(**asked):
        return set(client.get(HERE, asked).context["page"])

    assert found() == {old, soon, english}
    assert (found(state="expired"), found(state="soon")) == ({old}, {soon})
    assert (found(language="en"), found(topic="marché"), found(owner=alpha.owner.pk)) == ({english}, {old}, {soon})
    assert found(language="xx", topic="nothing of the kind", owner="zzz") == {old, soon, english}


def test_a_search_finds_by_words_without_accents_and_in_the_other_language(alpha):
    wanted = _entry(alpha, "Réparez-vous les vélos électriques ?", "Oui.")
    _entry(alpha, "Vendez-vous du café ?", "Oui.")
    client = _client(alpha)
    assert client.get(HERE, {"q": "velos electriques"}).context["results"][0] == wanted
    assert client.get(HERE, {"q": "do you repair electric bikes"}).context["results"][0] == wanted


def test_questions_without_an_answer_become_one_entry_in_their_own_words(alpha):
    for text in ("vous louez des tandems pour le week-end ?", "louez-vous des tandems ?"):
        _gap(alpha, text)
    client = _client(alpha)
    group = client.get(HERE).context["groups"][0]
    form = client.get(HERE + "new/", {"gap": group.group}).context["form"]
    assert form.initial["question"] == "louez-vous des tandems ?"
    assert form.initial["alternatives"] == "vous louez des tandems pour le week-end ?"
    client.post(HERE + "new/", _form(gap=group.group))
    source = Source.objects.get()
    assert set(alpha.workspace.gaps.values_list("filled_by", flat=True)) == {source.pk}
    assert client.get(HERE).context["number_unanswered"] == 0


def test_questions_set_aside_come_back_when_that_is_undone(alpha):
    gap = _gap(alpha, "vous louez des tandems ?")
    client = _client(alpha)
    client.post(f"{HERE}questions/{gap.group_id}/set-aside/")
    assert client.get(HERE).context["number_unanswered"] == 0
    client.post(f"{HERE}questions/{gap.group_id}/bring-back/")
    assert client.get(HERE).context["number_unanswered"] == 1


def test_a_question_tried_keeps_nothing_and_says_what_would_be_done(alpha):
    _entry(alpha)
    autonomy.prepare_lanes(alpha.workspace)
    answer = _client(alpha, "viewer").get(HERE + "try/", {"question": "etes vous ouverts le dimanche"})
    assert answer.context["shown"].tried.decision.do == "suggest"
    assert "jamais" in answer.content.decode()
    assert (alpha.workspace.gaps.count(), alpha.workspace.messages.count()) == (0, 0)


def test_a_good_file_is_shown_first_and_taken_in_only_when_confirmed(alpha):
    known = _entry(alpha, "Où êtes-vous ?", "Quai 3.")
    client = _client(alpha, "manager")
    rows = [{"question": "Où êtes-vous ?", "answer": "Quai 4."}, {"question": "Quand ?", "answer": "Demain."}]
    page = client.get(_give(client, "faq.jsonl", "\n".join(json.dumps(row) for row in rows)).url)
    assert page.context["counts"] == {"new": 1, "changed": 1, "same": 0}
    assert [(one.row, fields) for one, fields in page.context["changed"]] == [(1, [("Réponse", "Quai 3.", "Quai 4.")])]
    assert [(one.row, one.values["question"]) for one in page.context["new"]] == [(2, "Quand ?")]
    assert list(Source.objects.values_list("answer", flat=True)) == ["Quai 3."]

    batch = Import.objects.get()
    client.post(f"{HERE}import/{batch.pk}/confirm/")
    assert 'hx-trigger="every 1s"' in client.get(f"{HERE}import/{batch.pk}/").content.decode()
    _work()
    known.refresh_from_db()
    assert (known.answer, known.revision, Source.objects.count()) == ("Quai 4.", 2, 2)
    assert "hx-trigger" not in client.get(f"{HERE}import/{batch.pk}/").content.decode()


def test_bad_rows_are_named_and_left_out_only_if_one_says_so(alpha):
    client = _client(alpha)
    content = "question,answer,language\nQuand ?,Demain.,fr\n,Sans question.,fr\nOù ?,Ici.,de\n"
    page = client.get(_give(client, "faq.csv", content).url)
    assert [problem["row"] for problem in page.context["batch"].problems] == [2, 3]
    batch = Import.objects.get()
    client.post(f"{HERE}import/{batch.pk}/confirm/")
    _work()
    batch.refresh_from_db()
    assert (batch.state, Source.objects.count()) == ("preview", 0)
    client.post(f"{HERE}import/{batch.pk}/confirm/", {"bad": "leave-out"})
    _work()
    assert list(Source.objects.values_list("question", flat=True)) == ["Quand ?"]


def test_an_unreadable_file_is_refused_in_a_sentence(alpha):
    answer = _give(_client(alpha), "photo.png", "not a list")
    assert (answer.status_code, Import.objects.count()) == (422, 0)
    assert ".csv" in answer.context["form"].errors["file"][0]


def test_an_abandoned_file_changes_nothing_even_if_confirmed_afterwards(alpha):
    client = _client(alpha)
    _give(client, "faq.csv", "question,answer\nQuand ?,Demain.\n")
    batch = Import.objects.get()
    client.post(f"{HERE}import/{batch.pk}/abandon/")
    client.post(f"{HERE}import/{batch.pk}/confirm/")
    _work()
    batch.refresh_from_db()
    assert (batch.state, Source.objects.count()) == ("abandoned", 0)


def test_what_is_exported_comes_back_unchanged(alpha):
    _entry(alpha, "Où ?", "Ici.", alternatives=["c'est où"], topic="accès")
    _entry(alpha, "Where?", "Here.", language="en", external_id="w1")
    client = _client(alpha)
    exported = client.get(HERE + "export/").content.decode()
    assert len(exported.splitlines()) == 2
    page = client.get(_give(client, "faq.jsonl", exported).url)
    assert page.context["counts"] == {"new": 0, "changed": 0, "same": 2}


def test_an_entry_of_another_team_is_not_found(alpha):
    other = _entry(house("beta"))
    client = _client(alpha)
    assert client.get(f"{HERE}{other.pk}/").status_code == 404
    assert client.post(f"{HERE}{other.pk}/archive/").status_code == 404
    assert Source.objects.get().archived_at is None
