"""What the AI reads, and how well: what is said when nothing is known, who may do what, never another place's words."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from binome.autonomy.models import Act, Lane
from binome.kit import clock
from binome.understanding import judging, scorecard, selectors
from binome.understanding.models import Lesson, ReadingVerdict, Term
from binome.understanding.running import versions_of_stages
from binome.web.inbox import readings, views
from binome.web.readings import showing
from binome.workspaces.models import LanguageModel, Role
from tests import community
from tests.understood import annotate

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return community.conversation(community.channel(community.workspace(language="fr")), needs_person=True)


def signed_in(talk, role=Role.MANAGER) -> Client:
    client = Client()
    user = community.teammate(talk.workspace, role)
    user.language = "en"
    user.save()
    client.force_login(user)
    return client


def page(talk, client, place="") -> str:
    return client.get(f"/w/{talk.workspace.slug}/readings/{place}").content.decode()


def test_not_enough_yet_is_a_normal_answer(talk):
    text = page(talk, signed_in(talk))
    assert text.count("not enough yet") >= 20
    assert "What does the AI read, and how well?" in text


def test_agreement_is_told_with_its_interval_from_drawn_verdicts_alone(talk):
    for at in range(30):
        message = community.message(talk, f"bravo {at}")
        annotate(message, irony=("ironic", 0.9))
        ReadingVerdict.objects.create(
            workspace=talk.workspace, message=message, stage="irony", version="1", said="ironic", confidence=0.9,
            right="ironic" if at else "literal", drawn=at < 25,
        )  # fmt: skip
    text = page(talk, signed_in(talk))
    assert "24 of 25" in text
    assert "between 80 and 99\u00a0%" in text or "between 80 and 99 %" in text
    assert "<dt>corrected in passing</dt><dd>5</dd>" in text


def test_shipped_figures_are_shown_with_their_intervals(talk, monkeypatch, tmp_path):
    figure = {"value": 0.8123, "low": 0.78, "high": 0.84, "cases": 600}
    result = {
        "task": "irony", "language": "fr", "set": "lines", "origin": "unseen", "ours": {"caught": figure, "kept": figure, "f1": figure},
    }  # fmt: skip
    (tmp_path / "card.json").write_text(scorecard.packed([result]))
    card = scorecard.shipped(tmp_path / "card.json")
    monkeypatch.setattr(scorecard, "shipped", lambda: card)
    text = page(talk, signed_in(talk))
    assert "81 % (78 to 84)" in text
    assert "600 texts" in text
    assert list(json.loads((tmp_path / "card.json").read_text())[0]["figures"]) == ["caught", "kept"]


def test_without_figures_the_page_says_that_there_are_none(tmp_path):
    assert scorecard.shipped(tmp_path / "absent.json") == {}


def test_words_are_managers_to_write_and_everybodys_to_see(talk):
    address = f"/w/{talk.workspace.slug}/readings/words/"
    given = {"text": "code rouge", "meaning": "urgent", "value": ""}
    assert signed_in(talk, Role.OPERATOR).post(address, given).status_code == 403
    assert not Term.objects.exists()
    assert signed_in(talk).post(address, given).status_code == 302
    assert "code rouge" in page(talk, signed_in(talk, Role.VIEWER), "words/")
    refused = signed_in(talk).post(address, given)
    assert refused.status_code == 422
    assert "This word has a meaning already" in refused.content.decode()


def test_the_words_of_another_place_cannot_be_removed(talk):
    theirs = Term.objects.create(workspace=community.workspace(), text="x", folded="x", meaning="urgent")
    answer = signed_in(talk).post(f"/w/{talk.workspace.slug}/readings/words/{theirs.pk}/remove/")
    assert answer.status_code == 404
    assert Term.objects.count() == 1


def test_a_reading_of_another_place_cannot_be_judged_nor_by_somebody_who_only_looks(talk):
    message = community.message(talk)
    annotate(message, irony=("ironic", 0.9))
    elsewhere = community.conversation(community.channel(community.workspace()))
    there = f"/w/{elsewhere.workspace.slug}/inbox/{talk.pk}/messages/{message.pk}/readings/irony/"
    here = f"/w/{talk.workspace.slug}/inbox/{talk.pk}/messages/{message.pk}/readings/irony/"
    assert signed_in(elsewhere).post(there, {"do": "wrong"}).status_code == 404
    assert signed_in(talk, Role.VIEWER).post(here, {"do": "wrong"}).status_code == 403
    assert not ReadingVerdict.objects.exists()
    answer = signed_in(talk, Role.OPERATOR).post(here, {"do": "wrong"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert ReadingVerdict.objects.get().right == "literal"


def test_what_the_ai_read_is_not_on_the_page_where_a_person_reads(talk):
    message = community.message(talk, "Bravo vraiment")
    annotate(message, irony=("ironic", 0.97, {"words": ["bravo"]}))
    text = page(talk, signed_in(talk), "check/irony/")
    assert "Bravo vraiment" in text
    shown = text.partition("<main")[2]
    assert not re.search(r"97\s?%|0[.,]97", shown)  # a token of the form may well hold the figure alone
    address = f"/w/{talk.workspace.slug}/readings/check/irony/"
    assert signed_in(talk).post(address, {"message": message.pk, "right": "literal"}).status_code == 302
    verdict = ReadingVerdict.objects.get()
    assert (verdict.said, verdict.right, verdict.drawn) == ("ironic", "literal", True)


def test_a_lesson_in_use_is_told_though_a_later_one_was_dropped(talk):
    version = versions_of_stages()["irony"]
    for days, outcome in ((2, "kept"), (1, "dropped")):
        Lesson.objects.create(
            workspace=talk.workspace, stage="irony", version=version, outcome=outcome, in_use=outcome == "kept", before=0.5,
            after=0.9, at=clock.now() - timedelta(days=days),
        )  # fmt: skip
    assert "1 reading is corrected by what it taught." in page(talk, signed_in(talk))
    Lesson.objects.create(workspace=talk.workspace, stage="hate", version="of old", outcome="kept", in_use=True)
    assert "1 reading is corrected by what it taught." in page(
        talk, signed_in(talk)
    )  # one of another version is not used


def test_a_stage_that_the_vocabulary_does_not_know_is_on_the_page(talk, monkeypatch):
    monkeypatch.setattr(showing, "versions_of_stages", lambda: {"irony": "1", "politeness": "0.3"})
    text = page(talk, signed_in(talk))
    sheet = text.partition('id="sheet-politeness"')[2].partition("</section>")[0]
    assert "not described here: what it says is shown as it says it" in sheet
    assert "version 0.3" in sheet


def test_rules_and_unknown_readings_have_no_such_page(talk):
    client = signed_in(talk)
    for stage in ("links", "nothing"):
        assert client.get(f"/w/{talk.workspace.slug}/readings/check/{stage}/").status_code == 404


def marks(message) -> list[tuple[str, str, bool]]:
    """The marks of a message: stage, text, whether it is said no more."""
    found = readings.marks(selectors.annotations_of([message.pk])[message.pk], here="fr")
    return [(mark.stage, mark.text, mark.struck) for mark in found]


def test_what_is_still_said_is_not_hidden_by_a_reading_of_its_kind_that_was_corrected(talk):
    message = community.message(talk, "je n’en peux plus")
    annotate(message, distress=("distress", 0.95), sensitive=("distress", 0.95))
    user = community.teammate(talk.workspace)
    assert marks(message) == [("distress", "distress", False)]
    judging.judge(message, "distress", None, user=user)
    assert marks(message) == [("sensitive", "distress", False), ("distress", "distress", True)]
    judging.judge(message, "sensitive", "none", user=user)
    assert marks(message) == [("distress", "distress", True), ("sensitive", "distress", True)]


@pytest.mark.parametrize(
    ("stage", "said", "right"),
    [("emotion", "anger", "joy"), ("intent", "complaint", "thanks"), ("irony", "ironic", "literal")],
)
def test_what_was_corrected_has_a_mark_with_which_it_is_taken_back(talk, stage, said, right):
    message = community.message(talk, "merci, vraiment")
    annotate(message, **{stage: (said, 0.95)})
    judging.judge(message, stage, right, user=community.teammate(talk.workspace))
    [mark] = readings.marks(selectors.annotations_of([message.pk])[message.pk], here="fr")
    assert (mark.stage, mark.corrected) == (stage, True)
    form = signed_in(talk).get(f"/w/{talk.workspace.slug}/inbox/{talk.pk}/").content.decode()
    assert form.count('value="take_back"') == 1


def test_a_verdict_is_taken_back_by_a_page_that_runs_no_stage(talk, monkeypatch):
    message = community.message(talk, "merci, vraiment")
    annotate(message, irony=("ironic", 0.95))
    judging.judge(message, "irony", None, user=community.teammate(talk.workspace))
    monkeypatch.delattr("binome.understanding.services.run_stages")
    address = f"/w/{talk.workspace.slug}/inbox/{talk.pk}/messages/{message.pk}/readings/irony/"
    answer = signed_in(talk).post(address, {"do": "take_back"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "struck" not in answer.content.decode()
    assert "Taken back" in answer.headers["HX-Trigger"]
    assert marks(message) == [("irony", "probable irony", False)]
    assert not ReadingVerdict.objects.exists()


def test_what_people_said_of_a_reading_without_consequence_is_no_mark(talk):
    message = community.message(talk, "bonjour")
    annotate(message, emotion=("joy", 0.95), intent=("question", 0.9))
    user = community.teammate(talk.workspace)
    judging.judge(message, "emotion", "joy", user=user, drawn=True)
    judging.judge(message, "intent", "request", user=user, drawn=True)
    assert marks(message) == []


def test_where_messages_are_read_and_what_comes_of_it_is_told_as_it_is_set(talk):
    client, here = signed_in(talk), talk.workspace
    text = page(talk, client)
    assert "on your own machine. " in " ".join(text.split())
    assert "it never hides one" in text
    LanguageModel.objects.create(workspace=here, provider="mistral", name="small", readings=True)
    Lane.objects.create(workspace=here, act=Act.HIDE, language="fr", level=Lane.Level.ACT, on_trial=True)
    text = page(talk, client)
    assert "on your own machine; what stays unsure is asked of the language model" in text
    assert "it also has one hidden or approved alone" in text
    assert "it never hides one" not in text


def test_the_page_listens_to_all_that_the_server_tells(talk):
    text = signed_in(talk).get(f"/w/{talk.workspace.slug}/inbox/").content.decode()
    [told] = re.findall(r'data-telling="([^"]*)"', text)
    assert {"MessageReadCloser", "MessageReadAgain", "PictureKnown"} <= set(told.split()) == set(views._TELLING)


@pytest.mark.parametrize("asked", ["reading", "tag", "language", "q"])
def test_a_filter_that_postgresql_cannot_compare_finds_nothing_and_breaks_nothing(talk, asked):
    address = f"/w/{talk.workspace.slug}/inbox/?view=all&{asked}=x%00y"
    assert signed_in(talk).get(address).status_code == 200


def test_the_inbox_with_readings_and_a_filter_asks_few_questions_of_the_database(talk, django_assert_max_num_queries):
    for at in range(5):
        annotate(community.message(talk, f"bravo {at}"), irony=("ironic", 0.9), topic=("horaires", 0.9))
    client = signed_in(talk)
    client.get(f"/w/{talk.workspace.slug}/inbox/?reading=irony")
    with django_assert_max_num_queries(16):
        assert client.get(f"/w/{talk.workspace.slug}/inbox/?reading=irony").status_code == 200
