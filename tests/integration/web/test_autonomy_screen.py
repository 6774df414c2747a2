"""Autonomy and audits: who may raise and lower, and what is said of what was counted."""

import pytest
from django.test import Client

from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Audit, Lane, Verdict
from binome.knowledge import services as knowledge
from binome.knowledge.services import Writing
from tests import community
from tests.integration.web.houses import house

pytestmark = pytest.mark.django_db
HERE = "/w/alpha/autonomy/"
AGREED = {"strictness": "90", "daily_cap": "20", "understood": "on"}


@pytest.fixture
def alpha(db):
    made = house("alpha")
    autonomy.prepare_lanes(made.workspace)
    return made


@pytest.fixture
def lane(alpha):
    return alpha.workspace.lanes.get(language="fr")


def _client(made, role="owner"):
    client = Client()
    client.force_login(made.people[role])
    return client


def _done_alone(made, lane, text="Quand ?"):
    """An answer that was given alone and waits for an audit."""
    place = made.workspace.channels.first() or community.channel(made.workspace)
    said = community.message(community.conversation(place), text)
    source = knowledge.write_source(made.workspace, Writing(text, "Demain.", "fr"), actor="test")
    done = Suggestion.objects.create(
        workspace=made.workspace, conversation=said.conversation, message=said, lane=lane, source=source,
        text="Demain.", final_text="Demain.", confidence=0.9, state="acted",
    )  # fmt: skip
    autonomy.draw_audit(lane, suggestion=done.pk)
    return done


def _level(lane):
    lane.refresh_from_db()
    return lane.level, lane.on_trial


def test_the_owner_opens_a_lane_on_trial_with_what_was_chosen(alpha, lane):
    _client(alpha).post(f"{HERE}{lane.pk}/trial/", AGREED)
    assert (*_level(lane), lane.strictness, lane.daily_cap) == ("act", True, 0.9, 20)
    assert lane.changed_by == f"user:{alpha.owner.pk}"


@pytest.mark.parametrize("missing", ["understood", "daily_cap", "strictness"])
def test_a_lane_is_not_opened_without_a_whole_agreement(alpha, lane, missing):
    given = {name: value for name, value in AGREED.items() if name != missing}
    assert _client(alpha).post(f"{HERE}{lane.pk}/trial/", given).status_code == 422
    assert _level(lane) == ("suggest", False)


@pytest.mark.parametrize("role", ["manager", "operator", "viewer"])
def test_only_the_owner_lets_the_ai_act_alone(alpha, lane, role):
    assert _client(alpha, role).post(f"{HERE}{lane.pk}/trial/", AGREED).status_code == 403
    assert _level(lane) == ("suggest", False)


@pytest.mark.parametrize("role", ["owner", "manager", "operator"])
def test_whoever_works_here_lowers_a_lane(alpha, lane, role):
    autonomy.open_on_trial(lane, membership=alpha.workspace.memberships.get(user=alpha.owner))
    _client(alpha, role).post(f"{HERE}{lane.pk}/suggest/")
    assert _level(lane) == ("suggest", False)
    _client(alpha, role).post(f"{HERE}{lane.pk}/off/")
    assert _level(lane) == ("off", False)


def test_a_viewer_lowers_nothing(alpha, lane):
    assert _client(alpha, "viewer").post(f"{HERE}{lane.pk}/off/").status_code == 403
    assert _level(lane) == ("suggest", False)


def test_what_was_turned_off_is_turned_on_by_managers_alone(alpha, lane):
    autonomy.lower(lane, Lane.Level.OFF, actor="test")
    assert _client(alpha, "operator").post(f"{HERE}{lane.pk}/suggest/").status_code == 403
    assert _level(lane) == ("off", False)
    _client(alpha, "manager").post(f"{HERE}{lane.pk}/suggest/")
    assert _level(lane) == ("suggest", False)


def test_a_lane_on_trial_is_said_to_be_not_measured_even_once_judged(alpha, lane):
    autonomy.open_on_trial(lane, membership=alpha.workspace.memberships.get(user=alpha.owner))
    client = _client(alpha)
    for right in ("right", "right", "wrong"):
        client.post(f"/w/alpha/audits/{_done_alone(alpha, lane).pk}/{right}/")
    page = client.get(HERE)
    row = next(row for row in page.context["rows"] if row.lane.pk == lane.pk)
    assert (row.lane.alone, row.lane.judged_alone, row.lane.wrong_alone, row.lane.waiting) == (3, 3, 1, 0)
    assert row.interval == ("6,1", "79,2")
    words = page.content.decode()
    assert ("non mesuré" in words, "aucune garantie" in words) == (True, True)


def test_verdicts_and_audits_of_a_lane_do_not_multiply_each_other(alpha, lane):
    client = _client(alpha)
    for number in range(3):
        client.post(f"/w/alpha/audits/{_done_alone(alpha, lane, f'Question {number} ?').pk}/right/")
    _done_alone(alpha, lane, "La quatrième ?")
    row = client.get(HERE).context["rows"][0]
    assert (row.lane.judged, row.lane.alone, row.lane.waiting) == (3, 4, 1)


def test_an_operator_judges_what_was_done_alone(alpha, lane):
    done = _done_alone(alpha, lane)
    client = _client(alpha, "operator")
    page = client.get("/w/alpha/audits/").content.decode()
    assert ("Quand ?" in page, "Demain." in page) == (True, True)
    client.post(f"/w/alpha/audits/{done.pk}/wrong/")
    verdict = Verdict.objects.get()
    assert (verdict.wrong, verdict.done_alone, verdict.by) == (True, True, alpha.people["operator"])
    assert Audit.objects.get().verdict == verdict
    assert client.get("/w/alpha/audits/").context["waiting"] == 0


@pytest.mark.parametrize(("how", "said"), [("right", "Jugé juste"), ("wrong", "Jugé faux")])
def test_what_was_judged_is_shown_as_judged_in_its_conversation_and_not_asked_again(alpha, lane, how, said):
    done = _done_alone(alpha, lane)
    done.reply = community.message(done.conversation, "Demain.", by="ai", member=None)
    done.save()
    client = _client(alpha, "operator")
    address = f"/w/alpha/inbox/{done.conversation_id}/"
    asks = 'name="right" value="yes"'
    assert asks in client.get(address).content.decode()
    client.post(f"/w/alpha/audits/{done.pk}/{how}/")
    page = client.get(address).content.decode()
    assert said in page
    assert asks not in page


def test_a_second_judgement_changes_nothing_and_says_so(alpha, lane):
    done = _done_alone(alpha, lane)
    client = _client(alpha)
    client.post(f"/w/alpha/audits/{done.pk}/right/")
    answer = client.post(f"/w/alpha/audits/{done.pk}/wrong/", follow=True)
    assert list(Verdict.objects.values_list("wrong", flat=True)) == [False]
    assert "déjà été jugé" in answer.content.decode()


def test_a_skipped_answer_still_waits(alpha, lane):
    first, second = _done_alone(alpha, lane), _done_alone(alpha, lane, "Où ?")
    client = _client(alpha)
    shown = client.get("/w/alpha/audits/").context
    assert shown["suggestion"].pk == first.pk
    after = client.get("/w/alpha/audits/", {"after": shown["audit"].pk}).context
    assert (after["suggestion"].pk, after["waiting"]) == (second.pk, 2)


def test_only_what_was_done_alone_can_be_audited(alpha, lane):
    pending = _done_alone(alpha, lane)
    Audit.objects.all().delete()
    assert _client(alpha).post(f"/w/alpha/audits/{pending.pk}/right/").status_code == 404
    assert Verdict.objects.count() == 0


def test_another_teams_answers_are_not_judged_here(alpha):
    beta = house("beta")
    autonomy.prepare_lanes(beta.workspace)
    theirs = _done_alone(beta, beta.workspace.lanes.first())
    assert _client(alpha).post(f"/w/alpha/audits/{theirs.pk}/right/").status_code == 404
    assert Verdict.objects.count() == 0
