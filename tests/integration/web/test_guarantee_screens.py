"""The screens of the guarantee: what is shown of a lane, opening it, rules, blind audits, why, the week, the past run again."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from binome.assistant import digests, rehearsing
from binome.assistant import services as assistant
from binome.assistant.models import Card, Rehearsal, Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy import staying
from binome.autonomy.models import Audit, Digest, Lane, Opening, Verdict
from binome.inbox.models import HandOver
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge import services as knowledge
from binome.knowledge.finding import Answer
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.understanding.models import Annotation
from tests import community
from tests.integration.api.programs import program
from tests.integration.web.houses import House, house
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db
HERE = "/w/alpha/autonomy/"
_numbers = iter(range(10**9, 2 * 10**9))


@pytest.fixture
def alpha() -> House:
    made = house("alpha")
    autonomy.prepare_lanes(made.workspace)
    return made


@pytest.fixture
def lane(alpha: House) -> Lane:
    owner = alpha.workspace.memberships.get(user=alpha.owner)
    return autonomy.choose_promise(alpha.workspace.lanes.get(language="fr"), membership=owner, risk=0.1, doubt=0.05)


def client_of(made: House, role: str = "owner") -> Client:
    client = Client()
    client.force_login(made.people[role])
    return client


def judge(lane: Lane, judgement: str = "accepted", times: int = 1, **more: Any) -> None:
    leaned_on = {"version": finding.version(), **more.pop("leaned_on", {})}
    for _time in range(times):
        autonomy.give_verdict(
            lane,
            suggestion=next(_numbers),
            judgement=judgement,
            confidence=0.97,
            user=None,
            leaned_on=leaned_on,
            **more,
        )


@pytest.fixture
def source(alpha: House, monkeypatch: pytest.MonkeyPatch) -> Source:
    written = knowledge.write_source(
        alpha.workspace, Writing("Ouvert le dimanche ?", "Oui, de 10 h à 18 h.", "fr", topic="Horaires"), actor="test"
    )
    monkeypatch.setattr(finding, "find", lambda questions: [[Answer(written, 0.9)] for _one in questions])
    return written


def heard(made: House, text: str = "Vous ouvrez dimanche ?") -> Any:
    place = made.workspace.channels.first() or community.channel(made.workspace)
    one = community.message(community.conversation(place, waiting_since=clock.now()), text)
    for stage, label in PLAIN.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.95
        )
    return one


class TestLanes:
    def test_a_lane_says_how_many_verdicts_are_missing(self, alpha: House, lane: Lane) -> None:
        judge(lane, times=5)
        lane.refresh_from_db()
        words = client_of(alpha).get(HERE).content.decode()
        assert lane.offer["missing"] == 35
        assert "encore environ 40 verdicts" in words

    def test_an_owner_opens_a_lane_that_has_its_evidence_and_nobody_else(self, alpha: House, lane: Lane) -> None:
        judge(lane, times=60)
        for role in ("manager", "operator", "viewer"):
            answer = client_of(alpha, role).post(f"{HERE}{lane.pk}/open/", {"daily_cap": "20", "understood": "on"})
            assert answer.status_code == 403
        assert "Le laisser répondre" in client_of(alpha).get(f"{HERE}{lane.pk}/").content.decode()
        client_of(alpha).post(f"{HERE}{lane.pk}/open/", {"daily_cap": "20", "understood": "on"})
        lane.refresh_from_db()
        assert (lane.level, lane.opening is not None, lane.daily_cap) == ("act", True, 20)
        page = client_of(alpha).get(f"{HERE}{lane.pk}/")
        assert page.context["level"] == "guaranteed"
        assert "garanti" in client_of(alpha).get(HERE).content.decode()

    @pytest.mark.parametrize("given", [{"daily_cap": "20"}, {"understood": "on"}])
    def test_a_lane_is_not_opened_without_a_whole_agreement(
        self, alpha: House, lane: Lane, given: dict[str, str]
    ) -> None:
        judge(lane, times=60)
        assert client_of(alpha).post(f"{HERE}{lane.pk}/open/", given).status_code == 422
        lane.refresh_from_db()
        assert lane.level == "suggest"

    def test_a_lane_without_its_evidence_is_not_opened_and_one_is_told(self, alpha: House, lane: Lane) -> None:
        answer = client_of(alpha).post(f"{HERE}{lane.pk}/open/", {"daily_cap": "20", "understood": "on"}, follow=True)
        assert "Les preuves ne le permettent pas encore" in answer.content.decode()
        lane.refresh_from_db()
        assert lane.level == "suggest"

    def test_the_curve_has_its_figures_in_a_table(self, alpha: House, lane: Lane) -> None:
        judge(lane, times=12)
        judge(lane, "refused")
        page = client_of(alpha, "viewer").get(f"{HERE}{lane.pk}/")
        (row,) = page.context["curve"].rows
        assert (row["cases"], row["losses"], row["coverage"]) == (13, 1.0, 1.0)
        assert "<svg" in page.content.decode()

    def test_a_lane_that_fell_back_is_told_until_somebody_has_seen_it(self, alpha: House, lane: Lane) -> None:
        judge(lane, times=60)
        owner = alpha.workspace.memberships.get(user=alpha.owner)
        life = autonomy.open_guaranteed(lane, membership=owner, version=finding.version())
        autonomy.fall_back(lane, "broken")
        client = client_of(alpha, "operator")
        assert "de lui-même" in client.get(HERE).content.decode()
        client.post(f"{HERE}closed/{life.pk}/seen/")
        assert client.get(HERE).context["fallen"] == []
        assert Opening.objects.get().seen_at is not None

    def test_pages_ask_the_database_as_often_for_many_lanes_as_for_few(self, alpha: House, lane: Lane) -> None:
        client = client_of(alpha)

        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                client.get(HERE)
            return len(queries)

        judge(lane, times=3)
        asked()
        few = asked()
        for number in range(8):
            child = Lane.objects.create(
                workspace=alpha.workspace,
                act="answer",
                topic=f"Sujet {number}",
                language="fr",
                parent=lane,
                follows=True,
            )
            judge(child, times=2)
        assert asked() == few


class TestRules:
    GIVEN = {"wrongs": ["refused"], "blind_share": "20", "needless_seconds": "30", "missed_minutes": "10"}

    def test_an_owner_says_what_counts_as_wrong(self, alpha: House, lane: Lane) -> None:
        judge(lane, "rewritten")
        client_of(alpha).post(f"{HERE}rules/", self.GIVEN)
        rules = autonomy.rules_of(alpha.workspace)
        assert (rules.wrongs, rules.blind_share, rules.needless_seconds) == (["refused"], 0.2, 30)
        assert Verdict.objects.get().wrong is False

    @pytest.mark.parametrize("role", ["manager", "operator"])
    def test_others_read_it_and_change_nothing(self, alpha: House, role: str) -> None:
        client = client_of(alpha, role)
        assert client.get(f"{HERE}rules/").status_code == 200
        assert client.post(f"{HERE}rules/", self.GIVEN).status_code == 403
        assert autonomy.rules_of(alpha.workspace).pk is None


class TestBlind:
    @pytest.fixture
    def acted(self, alpha: House, lane: Lane, source: Source, monkeypatch: pytest.MonkeyPatch) -> Suggestion:
        autonomy.open_on_trial(lane, membership=alpha.workspace.memberships.get(user=alpha.owner), strictness=0.5)
        autonomy.change_rules(alpha.workspace, actor="user:1", blind_share=1.0)
        assistant.respond([heard(alpha).pk])
        return Suggestion.objects.get()

    def test_a_blind_audit_shows_the_question_and_not_the_answer(self, alpha: House, acted: Suggestion) -> None:
        words = client_of(alpha).get("/w/alpha/audits/").content.decode()
        assert ("Vous ouvrez dimanche" in words, "Oui, de 10 h à 18 h." in words) == (True, False)

    @pytest.mark.parametrize(("choice", "judgement"), [("same", "accepted"), ("none", "refused"), ("person", "person")])
    def test_what_the_auditor_chooses_is_compared_and_marked(
        self, alpha: House, acted: Suggestion, choice: str, judgement: str
    ) -> None:
        entry = str(acted.source_id) if choice == "same" else choice
        client_of(alpha).post(f"/w/alpha/audits/{acted.pk}/blind/", {"entry": entry})
        verdict = Verdict.objects.get()
        assert (verdict.judgement, verdict.blind, verdict.done_alone) == (judgement, True, True)

    def test_a_proposal_to_be_judged_blind_stays_hidden_until_it_is_answered(
        self, alpha: House, lane: Lane, source: Source
    ) -> None:
        autonomy.change_rules(alpha.workspace, actor="user:1", blind_share=1.0)
        said = heard(alpha)
        assistant.respond([said.pk])
        client, url = client_of(alpha), f"/w/alpha/inbox/{said.conversation_id}/"
        assert "10 h à 18 h" not in client.get(url).content.decode()
        assert (
            "10 h à 18 h" not in program(alpha.workspace).get(f"conversations/{said.conversation_id}").content.decode()
        )
        proposed = Suggestion.objects.get()
        card = Card.objects.get()
        assert "Ouvert le dimanche ?" not in client.get(f"{HERE}why/{card.pk}/").content.decode()
        client.post(f"{url}suggestions/{proposed.pk}/accept/")
        assert not Verdict.objects.exists()
        client.post(f"{url}reply/", {"text": "Oui, c’est ouvert de 10 h à 18 h le dimanche."})
        verdict = Verdict.objects.get()
        assert (verdict.blind, verdict.judgement, verdict.wrong) == (True, "accepted", False)

    def test_who_looks_first_gives_a_verdict_like_any_other(self, alpha: House, lane: Lane, source: Source) -> None:
        autonomy.change_rules(alpha.workspace, actor="user:1", blind_share=1.0)
        said = heard(alpha)
        assistant.respond([said.pk])
        client, url = client_of(alpha), f"/w/alpha/inbox/{said.conversation_id}/"
        proposed = Suggestion.objects.get()
        client.post(f"{url}suggestions/{proposed.pk}/show/")
        assert "10 h à 18 h" in client.get(url).content.decode()
        client.post(f"{url}suggestions/{proposed.pk}/accept/")
        assert Verdict.objects.get().blind is False


def test_a_card_says_why_and_decides_again_the_same(alpha: House, lane: Lane, source: Source) -> None:
    assistant.respond([heard(alpha).pk])
    card = Card.objects.get()
    words = client_of(alpha, "viewer").get(f"{HERE}why/{card.pk}/").content.decode()
    assert "Ouvert le dimanche ?" in words
    assert "la même chose" in words
    assert "Dans un couloir ouvert" in words


def test_hand_overs_are_counted_by_cause_with_their_cost(alpha: House, lane: Lane, source: Source) -> None:
    messages = [heard(alpha) for _one in range(3)]
    assistant.respond([one.pk for one in messages])
    first, second, _third = Suggestion.objects.order_by("pk")
    assistant.accept(first, user=alpha.owner)
    assistant.edit(second, "Tout autre chose, désolé.", user=alpha.owner)
    card = client_of(alpha).get(f"{HERE}handovers/").context["card"]
    (line,) = card.lines
    assert (line.needed, line.needless, line.unsettled, line.missed) == (1, 1, 1, 0)
    assert card.needless_minutes == pytest.approx(40 / 60)


def test_an_answer_where_a_person_was_needed_is_a_missed_hand_over(alpha: House, lane: Lane, source: Source) -> None:
    autonomy.open_on_trial(lane, membership=alpha.workspace.memberships.get(user=alpha.owner), strictness=0.5)
    assistant.respond([heard(alpha).pk])
    client_of(alpha, "operator").post(f"/w/alpha/audits/{Suggestion.objects.get().pk}/person/")
    card = client_of(alpha).get(f"{HERE}handovers/").context["card"]
    assert (sum(line.missed for line in card.lines), card.missed_minutes) == (1, 20.0)


def test_the_week_is_told_in_plain_words_once_it_has_ended(alpha: House, lane: Lane) -> None:
    week = digests.last_week(alpha.workspace)
    in_it = datetime.combine(week + timedelta(days=3), time(12), ZoneInfo(alpha.workspace.time_zone))
    with clock.stopped_at(in_it):
        for wrong in (True, False, False):
            done = next(_numbers)
            staying.draw_audit(lane, suggestion=done, confidence=0.9)
            judgement = "refused" if wrong else "accepted"
            autonomy.give_verdict(
                lane, suggestion=done, judgement=judgement, confidence=0.9, user=None, done_alone=True
            )
    digest = digests.write_digest(alpha.workspace, week)
    assert digest is not None
    assert digests.write_digest(alpha.workspace, week) is None
    assert (digest.content["alone"], digest.content["audits"]["wrong"]) == (3, 1)
    words = client_of(alpha, "viewer").get(f"{HERE}digests/").content.decode()
    assert "Binôme a répondu 3 fois" in words
    assert "Sur 3 contrôlées, 1 fausses" in words
    assert Digest.objects.count() == 1


def test_the_hand_overs_of_a_week_are_those_of_that_week_alone(alpha: House, lane: Lane, source: Source) -> None:
    week = digests.last_week(alpha.workspace)
    zone = ZoneInfo(alpha.workspace.time_zone)
    monday = datetime.combine(week, time(), zone)
    instants = [monday - timedelta(seconds=1), monday, monday + timedelta(days=6), monday + timedelta(days=7)]
    for at in instants:
        assistant.respond([heard(alpha).pk])
        HandOver.objects.filter(pk=HandOver.objects.latest("pk").pk).update(at=at)
    for suggestion in Suggestion.objects.all():
        assistant.edit(suggestion, "Tout autre chose, désolé.", user=alpha.owner)
    autonomy.open_on_trial(lane, membership=alpha.workspace.memberships.get(user=alpha.owner), strictness=0.5)
    for at in instants:
        assistant.respond([heard(alpha).pk])
        act = Card.objects.latest("pk")
        Card.objects.filter(pk=act.pk).update(at=at)
        assistant.judge_alone(act.suggestion, right=False, needed_person=True, user=alpha.owner)
    counted = digests.counted(alpha.workspace, week)["handovers"]
    assert counted == {"needed": 2, "needless": 0, "missed": 2}


def test_the_past_is_run_again_by_managers_and_shown_item_by_item(alpha: House, lane: Lane, source: Source) -> None:
    for number in range(4):
        said = heard(alpha, f"Ouvert dimanche {number} ?")
        community.message(said.conversation, "Oui, de 10 h à 18 h.", by="operator", member=None)
    given = {"days": "30", "risk": "10", "doubt": "10", "vetoes": "on"}
    assert client_of(alpha, "operator").post(f"{HERE}rehearsals/", given).status_code == 403
    client_of(alpha, "manager").post(f"{HERE}rehearsals/", given)
    assert Rehearsal.objects.get().state == "waiting"
    while rehearsing.advance():
        pass
    done = Rehearsal.objects.get()
    assert (done.state, done.cases, done.done_cases, done.report["overall"]["cases"]) == ("done", 4, 4, 4)
    page = client_of(alpha, "viewer").get(f"{HERE}rehearsals/{done.pk}/", {"show": "people"})
    assert len(page.context["items"]) == 4
    assert "Ouvert dimanche 0" in page.content.decode()
    assert Audit.objects.count() == 0


def test_the_lane_of_a_topic_is_chosen_to_be_rehearsed_among_those_of_here(alpha: House) -> None:
    for place, topic in ((alpha.workspace, "horaires"), (house("beta").workspace, "ailleurs")):
        knowledge.write_source(
            place, Writing("Ouvert dimanche ?", "Oui, de 10 h à 18 h.", "fr", topic=topic), actor="test"
        )
    manager = client_of(alpha, "manager")
    given = {"days": "30", "risk": "10", "doubt": "10", "vetoes": "on"}
    page = manager.get(f"{HERE}rehearsals/").content.decode()
    assert 'value="fr · horaires"' in page
    assert "ailleurs" not in page
    for lane in ("fr · ailleurs", "en · horaires"):
        assert manager.post(f"{HERE}rehearsals/", {**given, "lane": lane}).status_code == 422
    assert not Rehearsal.objects.exists()
    manager.post(f"{HERE}rehearsals/", {**given, "lane": "fr · horaires"})
    asked = Rehearsal.objects.get()
    assert (asked.language, asked.topic) == ("fr", "horaires")
    while rehearsing.advance():
        pass
    assert "· fr · horaires" in manager.get(f"{HERE}rehearsals/{asked.pk}/").content.decode()
    assert "FR · horaires" in manager.get(f"{HERE}rehearsals/").content.decode()
