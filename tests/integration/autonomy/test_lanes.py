"""Lanes: opened by an owner on evidence, closed by their audits, void where what they leaned on has changed."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from binome.autonomy import services as autonomy
from binome.autonomy import staying
from binome.autonomy.evidence import verdicts_for
from binome.autonomy.models import Audit, Lane, Opening, Seen, Verdict
from binome.journal.models import Entry
from binome.kit import clock
from binome.workspaces.models import Membership, Role, Workspace
from tests.community import at_once, raised, teammate

pytestmark = pytest.mark.django_db

ENOUGH = 60
"""More verdicts without a mistake than a risk of 10 % asks for."""

VERSION = "one"


@pytest.fixture
def lane(community: Workspace, owner: Membership) -> Lane:
    made = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
    return autonomy.choose_promise(made, membership=owner, risk=0.1, doubt=0.05)


_numbers = iter(range(1, 1_000_000))


def judge(lane: Lane, judgement: str = "accepted", confidence: float = 0.97, times: int = 1, **more: Any) -> list[int]:
    """Verdicts of a person on suggestions in the lane; the suggestions."""
    given = []
    leaned_on = {"version": VERSION, "source": 7, "revision": 1, **more.pop("leaned_on", {})}
    for _time in range(times):
        suggestion = next(_numbers)
        autonomy.give_verdict(
            lane,
            suggestion=suggestion,
            judgement=judgement,
            confidence=confidence,
            user=None,
            leaned_on=leaned_on,
            **more,
        )
        given.append(suggestion)
    return given


def opened(lane: Lane, owner: Membership) -> Opening:
    judge(lane, times=ENOUGH)
    return autonomy.open_guaranteed(lane, membership=owner, version=VERSION)


def act(lane: Lane, monkeypatch: pytest.MonkeyPatch, drawn: bool = True) -> int:
    """Something done alone, drawn for an audit or not."""
    monkeypatch.setattr(staying, "chance", lambda: 0.0 if drawn else 0.9999)
    suggestion = next(_numbers)
    autonomy.draw_audit(Lane.objects.get(pk=lane.pk), suggestion=suggestion, confidence=0.97)
    return suggestion


def look_at(lane: Lane, suggestion: int, wrong: bool) -> None:
    """An auditor's verdict."""
    judgement = "refused" if wrong else "accepted"
    autonomy.give_verdict(
        Lane.objects.get(pk=lane.pk),
        suggestion=suggestion,
        judgement=judgement,
        confidence=0.97,
        user=None,
        done_alone=True,
        leaned_on={"version": VERSION, "source": 7, "revision": 1},
    )


def level(lane: Lane) -> tuple[str, bool, bool]:
    now = Lane.objects.get(pk=lane.pk)
    return now.level, now.on_trial, now.opening_id is not None


class TestOpening:
    def test_it_opens_at_the_threshold_that_the_evidence_shows_and_keeps_it(
        self, lane: Lane, owner: Membership
    ) -> None:
        life = opened(lane, owner)
        assert level(lane) == ("act", False, True)
        assert life.threshold <= 0.97
        assert (life.evidence["verdicts"], life.evidence["wrong"], life.life) == (ENOUGH, 0, 1)
        fact = Entry.objects.get(kind="LaneOpened")
        assert (fact.about["opening"], fact.actor) == (life.pk, f"user:{owner.user_id}")

    def test_it_does_not_open_before_the_evidence_allows(self, lane: Lane, owner: Membership) -> None:
        judge(lane, times=10)
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        assert level(lane) == ("suggest", False, False)
        assert 0 < Lane.objects.get(pk=lane.pk).offer["missing"] < ENOUGH

    def test_it_does_not_open_on_many_mistakes(self, lane: Lane, owner: Membership) -> None:
        for _time in range(20):
            judge(lane, times=3)
            judge(lane, "refused")
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.OPERATOR, Role.VIEWER])
    def test_only_an_owner_opens_it_and_chooses_its_promise(self, community: Workspace, lane: Lane, role: Role) -> None:
        judge(lane, times=ENOUGH)
        somebody = teammate(community, role).memberships.get()
        with pytest.raises(autonomy.OnlyTheOwner):
            autonomy.open_guaranteed(lane, membership=somebody, version=VERSION)
        with pytest.raises(autonomy.OnlyTheOwner):
            autonomy.choose_promise(lane, membership=somebody, risk=0.5, doubt=0.5)
        assert level(lane) == ("suggest", False, False)

    @pytest.mark.parametrize("share", [0.0, -0.1, 1.5, float("nan")])
    def test_no_promise_goes_without_audits(self, lane: Lane, owner: Membership, share: float) -> None:
        with pytest.raises(ValueError):
            autonomy.choose_promise(lane, membership=owner, risk=0.1, doubt=0.05, audit_share=share)
        assert Lane.objects.get(pk=lane.pk).audit_share == 0.1

    def test_the_database_itself_refuses_a_lane_that_acts_on_nothing(self, lane: Lane) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Lane.objects.filter(pk=lane.pk).update(level="act")

    def test_what_is_not_like_an_act_is_no_evidence(self, lane: Lane, owner: Membership) -> None:
        judge(lane, times=ENOUGH, counts=False)
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)

    def test_verdicts_on_another_version_wait_to_be_asked_again(self, lane: Lane, owner: Membership) -> None:
        judge(lane, times=ENOUGH, leaned_on={"version": "zero"})
        with pytest.raises(autonomy.NotRescored):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)

    def test_counting_verdict_by_verdict_gives_what_counting_afresh_gives(self, lane: Lane) -> None:
        for number in range(30):
            judge(lane, "refused" if number % 9 == 4 else "accepted", confidence=0.3 + 0.02 * number)
        kept = Lane.objects.get(pk=lane.pk)
        before = (kept.evidence, kept.offer)
        autonomy.weigh_again(lane, "rules")
        kept.refresh_from_db()
        assert (kept.evidence, kept.offer) == before
        assert kept.evidence["verdicts"] == 30


class TestLeave:
    def ask(self, lane: Lane, confidence: float, version: str = VERSION) -> str:
        now = Lane.objects.get(pk=lane.pk)
        return autonomy.leave_to_act(now, confidence, threshold=autonomy.threshold_of(now), version=version).why

    def test_it_acts_from_its_threshold_on(self, lane: Lane, owner: Membership) -> None:
        life = opened(lane, owner)
        assert self.ask(lane, life.threshold) == "guaranteed"
        assert self.ask(lane, life.threshold - 0.001) == "unsure"

    def test_it_pauses_while_another_version_is_checked(self, lane: Lane, owner: Membership) -> None:
        opened(lane, owner)
        assert self.ask(lane, 0.99, "two") == "new_version"

    def test_it_pauses_while_audits_wait_for_too_long(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(lane, owner)
        waiting = act(lane, monkeypatch)
        with clock.stopped_at(clock.now() + timedelta(days=15)):
            assert self.ask(lane, 0.99) == "audits_late"
            look_at(lane, waiting, wrong=False)
            assert self.ask(lane, 0.99) == "guaranteed"

    def test_what_was_raised_since_the_decision_holds_at_the_moment_of_sending(
        self, lane: Lane, owner: Membership
    ) -> None:
        life = opened(lane, owner)
        with transaction.atomic():
            assert autonomy.may_still_act(lane.pk, life.threshold)
            Opening.objects.filter(pk=life.pk).update(threshold=0.98)
            assert not autonomy.may_still_act(lane.pk, 0.97)


def came(lane: Lane, days_ago: int = 0, **topics: int) -> None:
    """So many cases of each topic, on one day."""
    lane = autonomy.lane_for(lane.workspace_id, act="answer", topic="faq", language="fr")
    with clock.stopped_at(clock.now() - timedelta(days=days_ago)):
        autonomy.note_cases(
            [autonomy.Came(lane, topic, 1.0) for topic, number in topics.items() for _one in range(number)]
        )


class TestWhatMoves:
    def test_a_mix_of_topics_that_moves_doubles_the_audits_and_one_that_stays_does_not(
        self, lane: Lane, owner: Membership
    ) -> None:
        life = opened(lane, owner)
        for days_ago in range(8, 30):
            came(lane, days_ago, hours=10, price=5)
        came(lane, hours=40, price=20)
        leader = Lane.objects.get(pk=lane.pk)
        assert staying.drawing(leader, 1.0).floor == leader.audit_share
        came(lane, price=120)
        assert staying.signs_of(leader).mix_moved
        assert staying.drawing(leader, 1.0).floor == 2 * leader.audit_share
        assert life.closed_at is None

    def test_what_a_veto_holds_back_is_no_case_of_the_mix(self, lane: Lane) -> None:
        autonomy.note_cases([autonomy.Came(lane, "hours", 1.0, countable=False)])
        assert not Seen.objects.exists()

    def test_cases_unlike_what_was_judged_raise_the_audits_and_like_ones_do_not(
        self, lane: Lane, owner: Membership
    ) -> None:
        opened(lane, owner)
        leader = Lane.objects.get(pk=lane.pk)
        autonomy.note_cases([autonomy.Came(leader, "", p_value) for p_value in (0.9, 0.4, 0.7, 0.2, 0.6) * 4])
        calm = staying.drawing(Lane.objects.get(pk=lane.pk), 1.0).floor
        autonomy.note_cases([autonomy.Came(leader, "", 0.02) for _one in range(12)])
        assert (calm, staying.drawing(Lane.objects.get(pk=lane.pk), 1.0).floor) == (0.1, 0.4)

    @pytest.mark.parametrize(("today", "times"), [(10, 1), (40, 2), (2, 2)])
    def test_many_more_or_many_fewer_acts_than_usual_double_the_audits(
        self, lane: Lane, owner: Membership, today: int, times: int
    ) -> None:
        opened(lane, owner)
        leader = Lane.objects.get(pk=lane.pk)
        for days_ago in range(1, 29):
            with clock.stopped_at(clock.now() - timedelta(days=days_ago, hours=1)):
                for _act in range(10):
                    staying.draw_audit(leader, suggestion=next(_numbers))
        for _act in range(today):
            staying.draw_audit(leader, suggestion=next(_numbers))
        assert staying.drawing(leader, 1.0).floor == pytest.approx(times * leader.audit_share)

    def test_evidence_counts_as_topics_come_now_and_what_it_then_lacks_is_asked_for(
        self, lane: Lane, owner: Membership
    ) -> None:
        judge(lane, times=70, leaned_on={"topic": "hours"})
        judge(lane, times=6, leaned_on={"topic": "price"})
        came(lane, hours=70, price=6)
        judge(lane, times=1, leaned_on={"topic": "hours"})
        assert Lane.objects.get(pk=lane.pk).offer["threshold"] is not None
        came(lane, price=60)
        judge(lane, times=1, leaned_on={"topic": "hours"})
        offer = Lane.objects.get(pk=lane.pk).offer
        assert (offer["threshold"], offer["verdicts"]) == (None, 78)
        assert offer["mix"]["counted"] < 78 / 2  # by chance, of each verdict on its own: some twelve
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        judge(lane, times=80, leaned_on={"topic": "price"})
        life = autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        assert life.threshold == 0.97

    def test_a_topic_that_was_never_judged_keeps_a_lane_shut_when_it_comes_often(
        self, lane: Lane, owner: Membership
    ) -> None:
        judge(lane, times=80, leaned_on={"topic": "hours"})
        came(lane, hours=60, new=60)
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)

    def test_what_a_moved_mix_leaves_of_it_never_opens_what_the_whole_does_not(
        self, lane: Lane, owner: Membership
    ) -> None:
        judge(lane, "refused", times=30, leaned_on={"topic": "price"})
        judge(lane, times=80, leaned_on={"topic": "hours"})
        came(lane, hours=200)
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)


class TestStayingOpen:
    def test_audits_are_drawn_by_chance_and_their_chance_is_kept(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        life = opened(lane, owner)
        drawn, left = act(lane, monkeypatch, True), act(lane, monkeypatch, False)
        found = {audit.suggestion: audit for audit in Audit.objects.all()}
        assert [found[drawn].drawn, found[left].drawn] == [True, False]
        assert {audit.opening for audit in found.values()} == {life}
        assert found[left].floor == pytest.approx(0.1)
        assert 0.1 <= found[left].probability <= 0.31

    def test_a_lane_that_keeps_its_promise_stays_open(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(lane, owner)
        for number in range(60):
            look_at(lane, act(lane, monkeypatch), wrong=number % 20 == 19)
        assert level(lane) == ("act", False, True)
        assert Lane.objects.get(pk=lane.pk).watch["audits"] == 60

    def test_a_lane_that_breaks_its_promise_falls_back_at_once_and_says_so(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        life = opened(lane, owner)
        number = 0
        while level(lane)[0] == "act":
            look_at(lane, act(lane, monkeypatch), wrong=number % 2 == 0)
            number += 1
            assert number < 60
        life.refresh_from_db()
        assert (life.why, life.closed_by, life.watched["closed_at"]) == ("broken", "ai", number)
        assert Entry.objects.get(kind="LaneFellBack").about == {"lane": lane.pk, "opening": life.pk, "why": "broken"}

    def test_reopening_needs_evidence_given_since(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(lane, owner)
        autonomy.fall_back(Lane.objects.get(pk=lane.pk), "broken")
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        judge(lane, times=40)
        assert not Lane.objects.get(pk=lane.pk).offer["threshold"]  # the second life asks for more: δ/10
        judge(lane, times=ENOUGH)
        life = autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        assert (life.life, life.evidence["verdicts"]) == (2, 40 + ENOUGH)
        assert life.promise.doubt == pytest.approx(0.05 / 10)

    def test_what_a_person_closed_opens_again_on_the_same_evidence_but_at_a_higher_price(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(lane, owner)
        look_at(lane, act(lane, monkeypatch), wrong=False)
        autonomy.lower(lane, "suggest", actor="user:1")
        rows = verdicts_for(Lane.objects.get(pk=lane.pk))
        assert (rows.count(), rows.filter(done_alone=True).count()) == (ENOUGH, 0)

    @pytest.mark.parametrize("how", ["lowered", "on trial"])
    def test_what_is_shown_after_a_person_closed_it_is_what_the_next_life_asks_for(
        self, lane: Lane, owner: Membership, how: str
    ) -> None:
        judge(lane, times=45)
        autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        assert Lane.objects.get(pk=lane.pk).offer["threshold"] is not None
        if how == "lowered":
            autonomy.lower(lane, "suggest", actor="user:1")
        else:
            autonomy.open_on_trial(lane, membership=owner)
        shown = Lane.objects.get(pk=lane.pk).offer
        assert (shown["threshold"], shown["verdicts"]) == (None, 45)
        assert shown["missing"] > 0
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        judge(lane, times=shown["missing"])
        assert Lane.objects.get(pk=lane.pk).offer["threshold"] is not None

    def test_something_that_speaks_against_an_act_has_it_looked_at_without_being_counted(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(lane, owner)
        quiet = act(lane, monkeypatch, drawn=False)
        autonomy.note_outcome(lane, suggestion=quiet, kind="complained")
        audit = Audit.objects.get(suggestion=quiet)
        assert (audit.drawn, audit.cause) == (True, "suspicion")
        look_at(lane, quiet, wrong=True)
        assert Lane.objects.get(pk=lane.pk).watch == {}

    def test_complaints_and_corrections_raise_the_share_that_is_looked_at(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(lane, owner)
        before = staying.drawing(Lane.objects.get(pk=lane.pk), 0.97).floor
        for kind in ("complained", "reversed"):
            autonomy.note_outcome(lane, suggestion=act(lane, monkeypatch, drawn=False), kind=kind)
        assert staying.drawing(Lane.objects.get(pk=lane.pk), 0.97).floor == pytest.approx(4 * before)


class TestWrong:
    @pytest.mark.parametrize(
        ("judgement", "wrong"),
        [("accepted", False), ("edited", False), ("rewritten", True), ("refused", True), ("ignored", True)],
    )
    def test_what_counts_as_wrong_at_first(self, lane: Lane, judgement: str, wrong: bool) -> None:
        judge(lane, judgement)
        assert Verdict.objects.get().wrong is wrong

    @pytest.mark.parametrize(("kind", "wrong"), [("complained", True), ("reversed", True), ("again", False)])
    def test_what_comes_later_counts_against_what_a_person_sent(self, lane: Lane, kind: str, wrong: bool) -> None:
        (suggestion,) = judge(lane)
        autonomy.note_outcome(lane, suggestion=suggestion, kind=kind)
        assert Verdict.objects.get().wrong is wrong
        assert sum(Lane.objects.get(pk=lane.pk).evidence["losses"][:1]) == int(wrong)

    def test_with_other_words_for_wrong_all_is_read_again_and_what_no_longer_holds_closes(
        self, community: Workspace, lane: Lane, owner: Membership
    ) -> None:
        judge(lane, "edited", times=20)
        life = opened(lane, owner)
        autonomy.change_rules(community, actor="user:1", wrongs=["edited", "refused"])
        assert Verdict.objects.filter(wrong=True).count() == 20
        life.refresh_from_db()
        assert (level(lane)[0], life.why) == ("suggest", "rules")

    def test_nobody_can_call_wrong_what_was_accepted(self, community: Workspace) -> None:
        with pytest.raises(ValueError):
            autonomy.change_rules(community, actor="user:1", wrongs=["accepted"])


class TestVoid:
    def test_evidence_on_an_entry_that_changed_counts_no_more(self, lane: Lane, owner: Membership) -> None:
        judge(lane, times=ENOUGH, leaned_on={"source": 8})
        opened(lane, owner)
        autonomy.void(Verdict.objects.filter(source=8), "source_changed", ends="entries")
        assert level(lane) == ("act", False, True)  # what remains is enough
        autonomy.void(Verdict.objects.filter(source=7), "source_changed", ends="entries")
        assert level(lane) == ("suggest", False, False)
        assert Opening.objects.get().why == "entries"
        assert Entry.objects.filter(kind="VerdictsVoided").count() == 2

    def test_the_threshold_rises_to_what_remains_and_never_sinks(self, lane: Lane, owner: Membership) -> None:
        judge(lane, times=ENOUGH, confidence=0.97)
        low = judge(lane, times=6 * ENOUGH, confidence=0.6)
        life = autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        assert life.threshold <= 0.6
        autonomy.void(Verdict.objects.filter(suggestion__in=low), "source_changed", ends="entries")
        life.refresh_from_db()
        raised_to = life.threshold
        assert 0.6 < raised_to <= 0.97
        autonomy.weigh_again(lane, "entries")
        life.refresh_from_db()
        assert life.threshold == raised_to


class TestTopics:
    def test_a_topic_with_evidence_enough_gets_a_lane_that_follows_its_parent(self, lane: Lane) -> None:
        judge(lane, times=29, leaned_on={"topic": "Horaires"})
        assert not Lane.objects.exclude(parent=None).exists()
        judge(lane, leaned_on={"topic": "Horaires"})
        child = Lane.objects.get(parent=lane)
        assert (child.topic, child.follows, child.language) == ("Horaires", True, "fr")
        assert child.evidence["verdicts"] == 30
        assert verdicts_for(lane).count() == 30  # they count for both
        assert autonomy.lane_for(lane.workspace_id, act="answer", topic="Horaires", language="fr") == child
        assert autonomy.lane_for(lane.workspace_id, act="answer", topic="Autre", language="fr") == lane

    def test_a_child_acts_as_its_parent_does_and_closes_alone(
        self, lane: Lane, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        judge(lane, times=30, leaned_on={"topic": "Horaires"})
        opened(lane, owner)
        child = Lane.objects.get(parent=lane)
        assert autonomy.leave_to_act(child, 0.99, threshold=autonomy.threshold_of(child)).why == "guaranteed"
        for _good in range(40):
            look_at(lane, act(lane, monkeypatch), wrong=False)
        number = 0
        while Lane.objects.get(pk=child.pk).follows:
            look_at(child, act(child, monkeypatch), wrong=number % 3 == 0)
            number += 1
            assert number < 90
        assert level(lane) == ("act", False, True)
        assert level(child) == ("suggest", False, False)
        life = child.openings.get()
        assert (life.why, life.evidence) == ("broken", {"followed": lane.openings.get().pk})
        child = Lane.objects.get(pk=child.pk)
        assert autonomy.leave_to_act(child, 0.99, threshold=autonomy.threshold_of(child)).why == "lane_suggest"

    def test_a_child_that_lived_under_its_parent_opens_at_the_price_of_a_second_life(
        self, lane: Lane, owner: Membership
    ) -> None:
        judge(lane, times=30, leaned_on={"topic": "Horaires"})
        child = Lane.objects.get(parent=lane)
        judge(child, times=15)  # enough for a first life, not for a second
        opened(lane, owner)
        child = Lane.objects.get(pk=child.pk)
        with pytest.raises(autonomy.NotYet):
            autonomy.open_guaranteed(child, membership=owner, version=VERSION)
        autonomy.lower(lane, "suggest", actor="test")
        judge(child, times=30)
        autonomy.open_guaranteed(lane, membership=owner, version=VERSION)
        life = autonomy.open_guaranteed(Lane.objects.get(pk=child.pk), membership=owner, version=VERSION)
        assert (life.life, life.evidence["doubt_of_life"]) == (2, life.promise.doubt)
        autonomy.weigh_again(Lane.objects.get(pk=child.pk), Opening.Why.ENTRIES)
        assert level(child) == ("act", False, True)

    def test_what_is_judged_beside_acts_done_under_its_parent_is_no_evidence_for_a_child(
        self, lane: Lane, owner: Membership
    ) -> None:
        judge(lane, times=30, leaned_on={"topic": "Horaires"})
        opened(lane, owner)
        child = Lane.objects.get(parent=lane)
        judge(child, confidence=0.3, times=5)
        assert (verdicts_for(child).count(), verdicts_for(lane).count()) == (30, 30 + ENOUGH)
        assert Lane.objects.get(pk=child.pk).evidence["verdicts"] == 30

    def test_a_child_opened_by_itself_is_no_evidence_for_its_parent_any_more(
        self, lane: Lane, owner: Membership
    ) -> None:
        judge(lane, times=30, leaned_on={"topic": "Horaires"})
        child = Lane.objects.get(parent=lane)
        judge(child, times=ENOUGH)
        autonomy.open_guaranteed(child, membership=owner, version=VERSION)
        assert verdicts_for(lane).count() == Lane.objects.get(pk=lane.pk).evidence["verdicts"] == 0
        assert level(child) == ("act", False, True)


@pytest.mark.django_db(transaction=True)
def test_of_many_verdicts_at_once_none_is_lost(lane: Lane) -> None:
    calls: Sequence[Callable[[], Any]] = [lambda: judge(Lane.objects.get(pk=lane.pk), times=5) for _one in range(6)]
    assert raised(at_once(*calls)) == []
    assert Lane.objects.get(pk=lane.pk).evidence["verdicts"] == 30


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_open_at_once_there_is_one_life(lane: Lane, owner: Membership) -> None:
    judge(lane, times=ENOUGH)

    def opens() -> Opening:
        return autonomy.open_guaranteed(Lane.objects.get(pk=lane.pk), membership=owner, version=VERSION)

    at_once(opens, opens)
    assert Opening.objects.filter(closed_at=None).count() == 1
    assert Lane.objects.get(pk=lane.pk).opening == Opening.objects.get(closed_at=None)
