"""The assistant: what it does with what was understood, and what people decide of what it proposes."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from binome.assistant import services as assistant
from binome.assistant.considering import consider
from binome.assistant.models import Suggestion
from binome.assistant.replaying import replay
from binome.autonomy import services as autonomy
from binome.autonomy.models import Audit, Lane, Verdict
from binome.channels.models import Channel, Delivery
from binome.inbox import services as inbox
from binome.inbox.models import Attachment, Conversation, HandOver, Message
from binome.inbox.services import NothingToSay
from binome.journal import listening
from binome.journal import services as journal
from binome.journal.models import Entry
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge import services as knowledge
from binome.knowledge.finding import Answer
from binome.knowledge.models import Gap, Source
from binome.knowledge.services import Writing
from binome.understanding.models import Annotation
from binome.workspaces.models import Membership, Role, Workspace
from tests.community import NOON, at_once, channel, conversation, message, raised, teammate, workspace
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Workspace:
    return workspace(name="Atelier")


@pytest.fixture
def chat(community: Workspace) -> Channel:
    """A place whose member reads at this moment."""
    return channel(community)


@pytest.fixture
def source(community: Workspace) -> Source:
    writing = Writing("Êtes-vous ouverts le dimanche ?", "Oui, de 10 h à 18 h.", "fr", url="https://example.org/hours")
    return knowledge.write_source(community, writing, actor="test")


Find = Callable[[float], None]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch, source: Source) -> Find:
    """Have every question find the entry, with this confidence."""

    def at(confidence: float) -> None:
        answers = [Answer(source, confidence)] if confidence else []
        monkeypatch.setattr(finding, "find", lambda questions: [answers for _one in questions])

    at(0.9)
    return at


def owner(community: Workspace) -> Membership:
    return teammate(community, Role.OWNER).memberships.get()


def open_lane(community: Workspace, **how: Any) -> Lane:
    lane = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
    return autonomy.open_on_trial(lane, membership=owner(community), strictness=0.5, **how)


def heard(
    said_in: Conversation, text: str = "Ouvert dimanche ?", *, labels: dict[str, str] | None = None, **fields: Any
) -> Message:
    """A message of the member, read by the stages."""
    one = message(said_in, text, **fields)
    for stage, label in {**PLAIN, **(labels or {})}.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.95
        )
    return one


def talk_in(place: Channel) -> Conversation:
    return conversation(place, waiting_since=NOON)


def ours(said_in: Conversation) -> list[str]:
    return list(said_in.messages.exclude(by="member").order_by("pk").values_list("text", flat=True))


class TestActing:
    def test_in_an_open_lane_a_sure_answer_is_given_alone_signed_cited_and_audited(
        self, community: Workspace, chat: Channel, source: Source, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        assistant.respond([heard(said_in).pk])
        suggestion = Suggestion.objects.get()
        assert (suggestion.state, ours(said_in)) == ("acted", ["Oui, de 10 h à 18 h."])
        assert suggestion.reply is not None
        assert suggestion.reply.sources == [{"source": source.pk, "title": source.question, "url": source.url}]
        delivery = Delivery.objects.get()
        assert (delivery.by_machine, delivery.authorisation["by"]) == (True, "ai")
        assert delivery.authorisation["evidence"] == {"suggestion": suggestion.pk, "lane": suggestion.lane_id}
        assert Audit.objects.get().suggestion == suggestion.pk
        said_in.refresh_from_db()
        assert (said_in.needs_person, said_in.waiting_since, said_in.done_alone_at is not None) == (False, None, True)

    def test_by_letter_an_answer_given_alone_says_that_no_person_wrote_it(
        self, community: Workspace, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(channel(community, "webhook", reply_url="https://example.org/in"))
        assistant.respond([heard(said_in).pk])
        (text,) = ours(said_in)
        assert "Atelier" in text
        assert "Oui, de 10 h à 18 h." in text
        assert text.index("Oui, de 10 h") < text.index("Atelier")

    @pytest.mark.parametrize(
        "name", ["WIN AT www.example.com", "http://a.b", "<b>Ada</b>", "a" * 3 + "@b.fr", "Ada\nLovelace"]
    )
    def test_what_a_member_calls_themselves_is_not_repeated_when_it_is_no_name(
        self, community: Workspace, found: Find, name: str
    ) -> None:
        open_lane(community)
        said_in = talk_in(channel(community, "webhook", reply_url="https://example.org/in"))
        assert said_in.member is not None
        said_in.member.name = name
        said_in.member.save()
        assistant.respond([heard(said_in).pk])
        assert name not in ours(said_in)[0]

    def test_a_message_read_again_gets_no_second_answer(self, community: Workspace, chat: Channel, found: Find) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        one = heard(said_in)
        assistant.respond([one.pk])
        assistant.respond([one.pk])
        assert len(ours(said_in)) == 1
        assert (Suggestion.objects.get().state, Audit.objects.count()) == ("acted", 1)

    def test_a_message_changed_after_its_answer_reaches_a_person_if_it_now_holds_what_is_left_to_people(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        one = heard(said_in)
        assistant.respond([one.pk])
        Annotation.objects.filter(message=one, stage="sensitive").update(label="distress")
        assistant.respond([one.pk])
        assert HandOver.objects.get().reason == "distress"
        assert Suggestion.objects.get().state == "acted"
        assert Conversation.objects.get(pk=said_in.pk).needs_person

    def test_the_days_limit_holds_within_one_batch_and_over_several(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community, daily_cap=3)
        assistant.respond([heard(talk_in(chat)).pk for _ in range(5)])
        assistant.respond([heard(talk_in(chat)).pk])
        states = list(Suggestion.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["acted"] * 3 + ["pending"] * 3
        assert set(HandOver.objects.values_list("reason", flat=True)) == {"daily_cap"}

    def test_the_day_begins_at_midnight_where_the_community_lives(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        lane = open_lane(community)
        with clock.stopped_at(NOON.replace(hour=22, minute=30)):  # 23:30 in Paris
            assistant.respond([heard(talk_in(chat)).pk])
            assert autonomy.done_today(lane) == 1
        with clock.stopped_at(NOON.replace(hour=23, minute=30)):  # half past midnight in Paris
            assert autonomy.done_today(lane) == 0

    def test_an_answer_too_long_for_the_platform_is_left_to_a_person(
        self, community: Workspace, chat: Channel, found: Find, source: Source
    ) -> None:
        open_lane(community)
        source.answer = "x" * 2_001
        said_in = talk_in(chat)
        assistant.respond([heard(said_in).pk])
        assert (Suggestion.objects.get().state, HandOver.objects.get().reason) == ("pending", "too_long")

    def test_what_somebody_of_the_team_answered_in_the_meantime_is_left_alone(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        one = heard(said_in, at=NOON)
        message(said_in, "Oui !", by="operator", at=NOON + timedelta(minutes=2))
        assistant.respond([one.pk])
        assert not Suggestion.objects.exists()
        assert ours(said_in) == ["Oui !"]


class TestSilence:
    def test_a_grave_message_is_not_covered_by_a_plain_one_in_the_same_breath(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        grave = heard(said_in, "Je n'en peux plus", labels={"question": "no", "sensitive": "distress"}, at=NOON)
        plain = heard(said_in, "Ouvert dimanche ?", at=NOON + timedelta(seconds=5))
        assistant.respond([grave.pk, plain.pk])
        assert HandOver.objects.get().reason == "distress"
        assert Delivery.objects.filter(text="Oui, de 10 h à 18 h.").count() == 0
        assert Conversation.objects.get(pk=said_in.pk).needs_person

    def test_a_conversation_that_waits_for_a_person_is_not_taken_back_by_an_easy_question(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        assistant.respond([heard(said_in, "Je n'en peux plus", labels={"sensitive": "distress"}).pk])
        assistant.respond([heard(said_in).pk])
        said_in.refresh_from_db()
        assert (said_in.needs_person, said_in.waiting_since) == (True, NOON)
        assert "Oui, de 10 h à 18 h." not in ours(said_in)
        assert list(HandOver.objects.order_by("pk").values_list("reason", flat=True)) == ["distress", "handed_over"]

    def test_two_questions_in_one_breath_are_left_to_a_person(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        two = [heard(said_in, at=NOON).pk, heard(said_in, "Et le parking ?", at=NOON + timedelta(seconds=3)).pk]
        assistant.respond(two)
        assert (Suggestion.objects.get().state, HandOver.objects.get().reason) == ("pending", "several_questions")

    def test_while_a_person_holds_there_are_suggestions_and_no_acts(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        inbox.take_over(said_in, user=teammate(community))
        assistant.respond([heard(said_in).pk])
        assert Suggestion.objects.get().state == "pending"
        assert ours(said_in) == []
        assert not Delivery.objects.exists()

    def test_nothing_is_sent_alone_when_a_person_takes_over_between_the_decision_and_the_act(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        said_in = talk_in(chat)
        (considered,) = consider([heard(said_in).pk])
        assert considered.decision.do == "act"
        inbox.take_over(said_in, user=teammate(community))
        assistant._act(considered)
        assert (Suggestion.objects.get().state, ours(said_in)) == ("pending", [])
        assert not Audit.objects.exists()

    def test_automatic_and_erased_messages_and_our_own_get_nothing(self, chat: Channel, found: Find) -> None:
        said_in = talk_in(chat)
        left = [heard(said_in, automatic=True), heard(said_in, deleted_at=NOON), heard(said_in, by="operator")]
        assistant.respond([one.pk for one in left])
        assert not Suggestion.objects.exists()
        assert not HandOver.objects.exists()

    def test_a_thank_you_after_our_answer_needs_nobody(self, chat: Channel, found: Find) -> None:
        said_in = talk_in(chat)
        message(said_in, "Oui !", by="operator", at=NOON)
        thanks = heard(said_in, "Merci !", labels={"question": "closing"}, at=NOON + timedelta(minutes=1))
        assistant.respond([thanks.pk])
        said_in.refresh_from_db()
        assert (said_in.needs_person, said_in.waiting_since, ours(said_in)) == (False, None, ["Oui !"])
        assert Entry.objects.filter(kind="LeftInPeace").count() == 1

    def test_the_member_is_told_once_that_a_person_will_come(self, chat: Channel, found: Find) -> None:
        found(0)
        said_in = talk_in(chat)
        for text in ("Une question", "Une autre", "Encore une"):
            assistant.respond([heard(said_in, text).pk])
        assert len(ours(said_in)) == 1

    def test_who_asks_for_a_person_is_answered_even_when_one_is_already_needed(
        self, chat: Channel, found: Find
    ) -> None:
        found(0)
        said_in = talk_in(chat)
        assistant.respond([heard(said_in).pk])
        assistant.respond([heard(said_in, "Un humain svp", labels={"person_wanted": "yes"}).pk])
        assert len(ours(said_in)) == 2

    def test_by_letter_nobody_is_told_that_a_person_will_come(self, community: Workspace, found: Find) -> None:
        found(0)
        said_in = talk_in(channel(community, "webhook", reply_url="https://example.org/in"))
        assistant.respond([heard(said_in).pk])
        assert (ours(said_in), HandOver.objects.get().reason) == ([], "no_answer")


class TestPeopleDeciding:
    @pytest.fixture
    def suggestion(self, chat: Channel, found: Find) -> Suggestion:
        assistant.respond([heard(talk_in(chat)).pk])
        return Suggestion.objects.get()

    def test_accepting_sends_it_as_it_is(self, suggestion: Suggestion, community: Workspace) -> None:
        user = teammate(community)
        reply = assistant.accept(suggestion, user=user)
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.decided_by, suggestion.reply, reply.text) == (
            "accepted",
            user,
            reply,
            suggestion.text,
        )
        verdict = Verdict.objects.get()
        assert (verdict.judgement, verdict.wrong, verdict.confidence, verdict.by) == ("accepted", False, 0.9, user)
        assert Delivery.objects.get(pk=reply.delivery_id).authorisation["by"] == f"user:{user.pk}"

    def test_changed_words_are_an_edit_and_changed_spaces_are_not(
        self, suggestion: Suggestion, community: Workspace
    ) -> None:
        user = teammate(community)
        reply = assistant.edit(suggestion, "Oui, toujours.", user=user)
        assert (Suggestion.objects.get().state, reply.text, Verdict.objects.get().wrong) == (
            "edited",
            "Oui, toujours.",
            True,
        )

    def test_changed_spaces_are_no_edit(self, suggestion: Suggestion, community: Workspace) -> None:
        assistant.edit(suggestion, f"  {suggestion.text}\n", user=teammate(community))
        assert (Suggestion.objects.get().state, Verdict.objects.get().judgement) == ("accepted", "accepted")

    def test_refusing_sends_nothing(self, suggestion: Suggestion, community: Workspace) -> None:
        before = Delivery.objects.count()
        assistant.refuse(suggestion, user=teammate(community))
        assert (Suggestion.objects.get().state, Verdict.objects.get().judgement) == ("refused", "refused")
        assert Delivery.objects.count() == before

    def test_nothing_is_settled_when_there_is_nothing_to_say(
        self, suggestion: Suggestion, community: Workspace
    ) -> None:
        with pytest.raises(NothingToSay):
            assistant.edit(suggestion, " \n", user=teammate(community))
        assert Suggestion.objects.get().state == "pending"
        assert not Verdict.objects.exists()

    def test_what_is_decided_cannot_be_decided_again(self, suggestion: Suggestion, community: Workspace) -> None:
        user = teammate(community)
        assistant.accept(suggestion, user=user)
        sent = Delivery.objects.count()
        for again in (
            lambda: assistant.accept(suggestion, user=user),
            lambda: assistant.edit(suggestion, "Non", user=user),
            lambda: assistant.refuse(suggestion, user=user),
        ):
            with pytest.raises(assistant.TooLate):
                again()
        assert (Delivery.objects.count(), Verdict.objects.count()) == (sent, 1)

    def test_what_a_person_answers_otherwise_makes_the_suggestion_lapse(
        self, suggestion: Suggestion, community: Workspace
    ) -> None:
        inbox.reply(suggestion.conversation, "Oui, venez !", user=teammate(community))
        _listen("assistant.withdraw")
        assert Suggestion.objects.get().state == "lapsed"
        with pytest.raises(assistant.TooLate):
            assistant.accept(suggestion, user=teammate(community))

    def test_an_answer_to_an_earlier_message_leaves_what_is_proposed_for_a_later_one(
        self, suggestion: Suggestion, community: Workspace
    ) -> None:
        said_in = suggestion.conversation
        inbox.reply(said_in, "Oui, venez !", user=teammate(community))
        later = heard(
            said_in, "Et lundi ?", received_at=clock.now() + timedelta(seconds=1), at=clock.now() + timedelta(seconds=1)
        )
        assistant.respond([later.pk])  # before the listener has heard of the reply
        _listen("assistant.withdraw")
        assert dict(Suggestion.objects.values_list("message", "state")) == {
            suggestion.message_id: "lapsed",
            later.pk: "pending",
        }

    def test_the_machines_own_notice_makes_nothing_lapse(self, suggestion: Suggestion) -> None:
        assert Entry.objects.filter(kind="ReplyWritten", about__by="ai").count() == 1
        _listen("assistant.withdraw")
        assert Suggestion.objects.get().state == "pending"

    def test_only_what_was_done_alone_is_judged_as_such(self, suggestion: Suggestion, community: Workspace) -> None:
        with pytest.raises(assistant.NotDoneAlone):
            assistant.judge_alone(suggestion, right=True, user=teammate(community))
        assert not Verdict.objects.exists()

    def test_an_audit_is_settled_by_its_verdict_and_once(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        open_lane(community)
        assistant.respond([heard(talk_in(chat)).pk])
        suggestion = Suggestion.objects.get()
        verdict = assistant.judge_alone(suggestion, right=False, user=teammate(community))
        assert (verdict.done_alone, verdict.wrong, Audit.objects.get().verdict) == (True, True, verdict)
        with pytest.raises(autonomy.AlreadyJudged):
            assistant.judge_alone(suggestion, right=True, user=teammate(community))

    def test_what_its_author_takes_back_is_proposed_no_more_and_its_words_are_gone(
        self, chat: Channel, found: Find
    ) -> None:
        found(0.9)
        one = heard(talk_in(chat), "Mon numéro est le 06")
        assistant.respond([one.pk])
        assistant.forget([one.pk])
        suggestion = Suggestion.objects.get()
        assert suggestion.state == "lapsed"
        assert "numéro" not in json.dumps(suggestion.why, ensure_ascii=False)
        assert replay(suggestion.why).as_dict() == suggestion.why["decision"]


class TestLanes:
    @pytest.mark.parametrize("role", [Role.MANAGER, Role.OPERATOR, Role.VIEWER])
    def test_only_an_owner_lets_the_machine_act_alone(self, community: Workspace, role: Role) -> None:
        lane = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
        with pytest.raises(autonomy.OnlyTheOwner):
            autonomy.open_on_trial(lane, membership=teammate(community, role).memberships.get())
        with pytest.raises(autonomy.OnlyTheOwner):
            autonomy.lower(lane, "act", actor="ai")
        assert Lane.objects.get().level == "suggest"
        assert not Entry.objects.filter(kind="LaneChanged").exists()

    def test_the_owner_of_another_community_opens_nothing_here(self, community: Workspace) -> None:
        lane = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
        with pytest.raises(autonomy.OnlyTheOwner):
            autonomy.open_on_trial(lane, membership=owner(workspace()))
        assert Lane.objects.get().level == "suggest"

    def test_anyone_lowers_it_and_what_is_lowered_acts_no_more(
        self, community: Workspace, chat: Channel, found: Find
    ) -> None:
        autonomy.lower(open_lane(community), "suggest", actor="ai")
        assistant.respond([heard(talk_in(chat)).pk])
        assert (Suggestion.objects.get().state, HandOver.objects.get().reason) == ("pending", "lane_suggest")

    @pytest.mark.parametrize(("confidence", "done"), [(0.499, False), (0.5, True)])
    def test_an_act_needs_the_confidence_that_the_lane_asks_for(
        self, community: Workspace, chat: Channel, found: Find, confidence: float, done: bool
    ) -> None:
        open_lane(community)
        found(confidence)
        assistant.respond([heard(talk_in(chat)).pk])
        assert (Suggestion.objects.get().state == "acted") is done


class TestWhy:
    def test_each_stored_decision_can_be_replayed(self, community: Workspace, chat: Channel, found: Find) -> None:
        open_lane(community)
        labels: Sequence[dict[str, str]] = [
            {},
            {"sensitive": "legal"},
            {"question": "no"},
            {"language": "en"},
            {"person_wanted": "yes"},
        ]
        for one in labels:
            assistant.respond([heard(talk_in(chat), labels=one).pk])
        Attachment.objects.create(message=(with_file := heard(talk_in(chat))), name="a", content_type="b", size=1)
        assistant.respond([with_file.pk])
        kept = [s.why for s in Suggestion.objects.all()] + [h.detail for h in HandOver.objects.all()]
        assert len(kept) >= 9
        assert {why["decision"]["do"] for why in kept} == {"act", "suggest", "hand_over"}
        assert [replay(why).as_dict() for why in kept] == [why["decision"] for why in kept]


class TestGaps:
    def test_a_question_without_an_answer_is_kept_once(self, chat: Channel, found: Find) -> None:
        found(0)
        one = heard(talk_in(chat), "Louez-vous des tandems ?")
        assistant.respond([one.pk])
        assistant.respond([one.pk])
        gap = Gap.objects.get()
        assert (gap.text, gap.message, gap.group) == ("Louez-vous des tandems ?", one, gap)

    def test_a_question_taken_back_is_forgotten_and_those_alike_stay_together(self, chat: Channel, found: Find) -> None:
        found(0)
        asked = [heard(talk_in(chat), "Louez-vous des tandems ?") for _ in range(3)]
        for one in asked:
            assistant.respond([one.pk])
        knowledge.forget_gaps([asked[0].pk])
        second, third = Gap.objects.order_by("pk")
        assert (second.group, third.group) == (second, second)


def test_considering_a_batch_asks_the_database_as_often_for_fifty_messages_as_for_five(
    chat: Channel, found: Find
) -> None:
    messages = [heard(talk_in(chat)).pk for _ in range(50)]
    list(consider(messages[:1]))
    with CaptureQueriesContext(connection) as few:
        list(consider(messages[:5]))
    with CaptureQueriesContext(connection) as many:
        for considered in consider(messages):
            considered.text(alone=True)
    assert len(many) == len(few) <= 10


def test_responding_asks_the_database_a_fixed_number_of_times_a_message(chat: Channel, found: Find) -> None:
    messages = [heard(talk_in(chat)).pk for _ in range(50)]
    with CaptureQueriesContext(connection) as queries:
        assistant.respond(messages)
    assert Suggestion.objects.count() == 50
    assert len(queries) <= 10 + 26 * 50


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_decide_at_the_same_time_one_is_too_late(
    found: Find, community: Workspace, chat: Channel
) -> None:
    for _round in range(10):
        assistant.respond([heard(talk_in(chat)).pk])
        suggestion = Suggestion.objects.order_by("-pk")[0]
        one, two = teammate(community), teammate(community)
        before = Delivery.objects.count()
        accept = partial(assistant.accept, suggestion, user=one)
        results = at_once(accept, partial(assistant.edit, suggestion, "Oui !", user=two))
        assert [type(error) for error in raised(results)] == [assistant.TooLate]
        assert (Delivery.objects.count() - before, Verdict.objects.filter(suggestion=suggestion.pk).count()) == (1, 1)


def _listen(name: str) -> None:
    journal.seal(100_000)
    while listening.read(listening.listeners[name]):
        pass
