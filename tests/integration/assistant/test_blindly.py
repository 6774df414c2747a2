"""Acts without a word judged before they are seen: kept back, asked with one question, compared, and marked blind."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from binome.assistant import blindly, habits, selectors, triage
from binome.assistant import services as assistant
from binome.assistant.blindly import BothWays
from binome.assistant.models import Habit, Suggestion
from binome.assistant.services import AnswerFirst, TooLate
from binome.autonomy import services as autonomy
from binome.autonomy import staying
from binome.autonomy.models import Audit, Verdict
from binome.channels.models import Channel, Delivery
from binome.inbox import services as inbox
from binome.inbox.facts import MessageShown
from binome.inbox.models import Conversation, Message
from binome.journal import services as journal
from binome.understanding.models import Annotation
from binome.workspaces.models import Membership, Workspace
from tests.community import NOON, at_once, channel, conversation, message, raised, teammate
from tests.integration.assistant.test_hiding import heard_as
from tests.integration.assistant.test_triage import asked, heard, nothing_found, opened, proposed, tagged, tags_of

pytestmark = pytest.mark.django_db
__all__ = ["nothing_found", "tagged"]

PARCEL = "Mon colis a du retard, où est-il ?"
SPAM = "Gagnez 500 € par jour, lien en bio"


@pytest.fixture(autouse=True)
def all_blind(community: Workspace) -> None:
    autonomy.change_rules(community, actor="test", blind_share=1.0)


@pytest.fixture
def room(community: Workspace) -> Channel:
    return channel(community, can_moderate="on")


def over(chat: Channel) -> Conversation:
    """The team has answered, and the member says the last word."""
    talk = conversation(chat)
    heard(talk, "Ouvert dimanche ?")
    message(talk, "Oui, dès dix heures.", by="operator", external_id="")
    assistant.respond([heard(talk, "Parfait, merci beaucoup !", question="closing").pk])
    return Conversation.objects.get(pk=talk.pk)


def edited(one: Message, text: str, **labels: str) -> None:
    """Its author writes something else."""
    Message.objects.filter(pk=one.pk).update(text=text, edited_at=NOON + timedelta(hours=1))
    for stage, label in labels.items():
        Annotation.objects.filter(message=one, stage=stage).update(label=label)


def judged() -> list[tuple[str, str, bool, bool, bool]]:
    rows = Verdict.objects.order_by("pk").values_list("lane__act", "judgement", "wrong", "blind", "counts")
    return list(rows)


class TestDrawn:
    def test_what_is_drawn_is_kept_back_with_its_chance(self, chat: Channel, tagged: Habit) -> None:
        talk = asked(chat, PARCEL)
        suggestion = proposed("tag")
        assert (suggestion.state, suggestion.blind, suggestion.why["blind_chance"]) == ("pending", True, 1.0)
        assert selectors.is_kept_back(talk.pk)
        assert list(selectors.triage_of(talk.workspace).rows) == []
        assert list(selectors.triage_waiting(talk.workspace)) == [suggestion]

    @pytest.mark.parametrize(("drawn", "blind"), [(0.29, True), (0.31, False)])
    def test_it_is_the_share_that_was_chosen(
        self, chat: Channel, tagged: Habit, monkeypatch: pytest.MonkeyPatch, drawn: float, blind: bool
    ) -> None:
        autonomy.change_rules(chat.workspace, actor="test", blind_share=0.3)
        monkeypatch.setattr(staying, "chance", lambda: drawn)
        asked(chat, PARCEL)
        assert (proposed("tag").blind, proposed("tag").why["blind_chance"]) == (blind, 0.3)

    def test_without_a_share_all_is_shown(self, chat: Channel, tagged: Habit) -> None:
        autonomy.change_rules(chat.workspace, actor="test", blind_share=0.0)
        asked(chat, PARCEL)
        assert proposed("tag").blind is False

    def test_what_a_person_must_see_is_not_kept_back_since_its_verdict_would_not_count(self, room: Channel) -> None:
        heard_as(room, "Bande de nuls, je n'en peux plus", toxicity=("toxic", 0.97), distress=("distress", 0.9))
        assert (proposed("hide").blind, proposed("hide").why["blind_chance"]) == (False, 0.0)

    def test_what_is_done_alone_is_not_kept_back(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        opened(owner, "tag")
        asked(chat, PARCEL)
        assert (proposed("tag").state, proposed("tag").blind) == ("acted", False)

    @pytest.mark.django_db(transaction=True)
    def test_lowered_at_that_very_moment_it_is_kept_back_or_was_done_before(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        for _round in range(5):
            lane = opened(owner, "tag")
            talk = conversation(chat, waiting_since=NOON)
            said = heard(talk, PARCEL)
            results = at_once(
                lambda said=said: assistant.respond([said.pk]),
                lambda lane=lane: autonomy.lower(lane, "suggest", actor="test"),
            )
            assert not raised(results)
            suggestion = Suggestion.objects.get(conversation=talk, lane__act="tag")
            assert (suggestion.state, suggestion.blind, tags_of(talk)) in (
                ("pending", True, []),
                ("acted", False, ["livraison"]),
            )


class TestAsked:
    def test_every_act_is_offered_whatever_is_proposed(self, room: Channel, tagged: Habit, owner: Membership) -> None:
        """What is offered tells nothing of what is proposed."""
        everything = ["tag:horaires", "tag:livraison", "hide", "close"]
        heard_as(room, SPAM, spam=("spam", 0.93))
        assert blindly.choices(proposed("hide").message) == everything
        over(room)
        assert blindly.choices(proposed("close").message) == everything
        heard_as(room, "Bravo pour samedi !", held=True)
        assert blindly.choices(proposed("approve").message) == [*everything[:3], "approve", "close"]

    def test_where_the_channel_cannot_hide_it_is_not_offered(self, chat: Channel, tagged: Habit) -> None:
        asked(chat, PARCEL)
        assert blindly.choices(proposed("tag").message) == ["tag:horaires", "tag:livraison", "close"]

    @pytest.mark.parametrize(
        ("would", "same", "tags"),
        [
            (["tag:livraison"], True, ["livraison"]),
            (["tag:horaires"], False, ["horaires"]),
            (["tag:livraison", "tag:horaires"], True, ["horaires", "livraison"]),
            ([], False, []),
        ],
    )
    def test_what_one_would_do_is_done_and_compared(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None],
        would: list[str], same: bool, tags: list[str],
    ) -> None:  # fmt: skip
        talk = asked(chat, PARCEL)
        suggestion = proposed("tag")
        assert blindly.answer(suggestion, would, user=owner.user) == [(suggestion, same)]
        listen()
        assert sorted(tags_of(talk)) == tags
        assert judged() == [("tag", "accepted" if same else "refused", not same, True, True)]
        verdict = Verdict.objects.get()
        assert (verdict.topic, verdict.version, verdict.vector is not None) == ("livraison", tagged.version, True)
        settled = proposed("tag")
        assert (settled.state, settled.decided_by) == ("accepted" if same else "refused", owner.user)

    def test_it_counts_in_its_lane_like_any_other(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        asked(chat, PARCEL)
        blindly.answer(proposed("tag"), ["tag:livraison"], user=owner.user)
        lane = proposed("tag").lane
        assert (lane.offer["verdicts"], lane.offer["steps"][-1]["losses"]) == (1, 0)

    def test_all_that_is_kept_back_on_a_message_is_compared_at_once(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = conversation(chat)
        message(talk, "Il arrive demain.", by="operator", external_id="")
        assistant.respond([heard(talk, "Merci, j'attends mon colis, la livraison", question="closing").pk])
        tag, close = proposed("tag"), proposed("close")
        assert blindly.answer(tag, ["close"], user=owner.user) == [(tag, False), (close, True)]
        listen()
        talk.refresh_from_db()
        assert (talk.state, tags_of(talk)) == ("closed", [])
        assert judged() == [("tag", "refused", True, True, True), ("close", "accepted", False, True, True)]

    @pytest.mark.parametrize(("would", "same", "hidden"), [(["hide"], True, True), ([], False, False)])
    def test_hiding_leaves_through_the_gate_as_a_persons_word(
        self, room: Channel, owner: Membership, listen: Callable[[], None], would: list[str], same: bool, hidden: bool
    ) -> None:
        one = heard_as(room, SPAM, spam=("spam", 0.93))
        assert [same for _one, same in blindly.answer(proposed("hide"), would, user=owner.user)] == [same]
        listen()
        one.refresh_from_db()
        assert (one.hidden_at is not None, Delivery.objects.filter(does="hide", by_machine=False).count()) == (
            hidden,
            hidden,
        )
        assert judged() == [("hide", "accepted" if same else "refused", not same, True, True)]

    @pytest.mark.parametrize(("would", "same"), [("approve", True), ("hide", False)])
    def test_what_waits_is_approved_or_hidden(
        self, room: Channel, owner: Membership, listen: Callable[[], None], would: str, same: bool
    ) -> None:
        one = heard_as(room, "Bravo pour samedi !", held=True)
        blindly.answer(proposed("approve"), [would], user=owner.user)
        listen()
        one.refresh_from_db()
        assert (one.held, one.hidden_at is None) == (not same, same)
        assert judged() == [("approve", "accepted" if same else "refused", not same, True, True)]

    def test_nobody_hides_and_approves_at_once(self, room: Channel, owner: Membership) -> None:
        heard_as(room, "Bravo pour samedi !", held=True)
        with pytest.raises(BothWays):
            blindly.answer(proposed("approve"), ["approve", "hide"], user=owner.user)
        assert (proposed("approve").state, judged()) == ("pending", [])
        assert not Delivery.objects.exclude(does="say").exists()

    @pytest.mark.parametrize("decide", [triage.accept, triage.refuse])
    def test_it_is_neither_accepted_nor_refused_unseen(
        self, chat: Channel, tagged: Habit, owner: Membership, decide: Callable[..., None]
    ) -> None:
        talk = asked(chat, PARCEL)
        with pytest.raises(AnswerFirst):
            decide(proposed("tag"), user=owner.user)
        assert (proposed("tag").state, tags_of(talk), judged()) == ("pending", [], [])

    def test_what_was_shown_is_not_answered_blind(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        autonomy.change_rules(chat.workspace, actor="test", blind_share=0.0)
        talk = asked(chat, PARCEL)
        with pytest.raises(TooLate):
            blindly.answer(proposed("tag"), ["tag:livraison"], user=owner.user)
        assert (tags_of(talk), judged()) == ([], [])

    def test_something_that_is_not_offered_does_nothing(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        talk = asked(chat, PARCEL)
        with pytest.raises(TooLate):
            blindly.answer(proposed("tag"), ["tag:livraison", "hide"], user=owner.user)
        assert (proposed("tag").state, tags_of(talk), judged()) == ("pending", [], [])

    def test_a_habit_that_forgot_the_tag_still_offers_it_there(
        self, community: Workspace, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        asked(chat, PARCEL)
        Habit.objects.create(workspace=community, act="tag", encoder=tagged.encoder, basis="none")
        assert blindly.choices(proposed("tag").message) == ["tag:livraison", "close"]
        assert blindly.answer(proposed("tag"), ["tag:livraison"], user=owner.user)[0][1] is True

    @pytest.mark.django_db(transaction=True)
    def test_of_two_people_at_once_one_is_told_that_they_are_late(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        other = teammate(chat.workspace)
        for _round in range(5):
            talk = asked(chat, PARCEL)
            suggestion = Suggestion.objects.get(conversation=talk)
            results = at_once(
                lambda one=suggestion: blindly.answer(one, ["tag:livraison"], user=owner.user),
                lambda one=suggestion: blindly.answer(one, ["tag:horaires"], user=other),
            )
            assert [type(one) for one in raised(results)] == [TooLate]
            verdict = Verdict.objects.get(suggestion=suggestion.pk)
            assert (verdict.blind, tags_of(talk)) == (True, ["horaires" if verdict.wrong else "livraison"])


class TestByHand:
    def test_putting_the_tag_on_is_a_blind_yes(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, PARCEL)
        inbox.tag(talk, "horaires", user=owner.user)
        listen()
        assert judged() == []  # a conversation may bear several
        inbox.tag(talk, "livraison", user=owner.user)
        listen()
        assert judged() == [("tag", "accepted", False, True, True)]

    def test_closing_without_the_tag_is_a_blind_no(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, PARCEL)
        inbox.close(talk, user=owner.user)
        listen()
        assert judged() == [("tag", "ignored", True, True, True)]

    @pytest.mark.parametrize(("what", "judgement"), [("close", "accepted"), ("reply", "ignored")])
    def test_closing_is_a_blind_yes_and_writing_a_blind_no(
        self, chat: Channel, owner: Membership, listen: Callable[[], None], what: str, judgement: str
    ) -> None:
        talk = over(chat)
        if what == "close":
            inbox.close(talk, user=owner.user)
        else:
            inbox.reply(talk, "Avec plaisir, et pensez au cadenas.", user=owner.user)
        listen()
        assert judged() == [("close", judgement, judgement == "ignored", True, True)]

    @pytest.mark.parametrize(("act", "judgement"), [(inbox.hide, "accepted"), (inbox.show, "refused")])
    def test_hiding_in_the_thread_is_a_verdict_but_not_blind_since_marks_tell_what_was_read(
        self, room: Channel, owner: Membership, listen: Callable[[], None], act: Callable[..., None], judgement: str
    ) -> None:
        one = heard_as(room, SPAM, held=True, spam=("spam", 0.93))
        act(one, user=owner.user)
        listen()
        assert judged() == [("hide", judgement, judgement == "refused", False, True)]

    def test_what_the_ai_does_is_no_verdict(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, PARCEL)
        inbox.tag(talk, "livraison", user=None)
        listen()
        assert (proposed("tag").state, judged()) == ("pending", [])

    def test_the_second_to_speak_is_late(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        """Somebody tags by hand while another is about to answer: before the fact is read, and after."""
        talk = asked(chat, PARCEL)
        suggestion = proposed("tag")
        inbox.tag(talk, "livraison", user=owner.user)
        with pytest.raises(TooLate):
            blindly.answer(suggestion, [], user=owner.user)
        listen()
        with pytest.raises(TooLate):
            blindly.answer(suggestion, [], user=owner.user)
        assert judged() == [("tag", "accepted", False, True, True)]

    def test_taken_off_later_a_blind_yes_is_reversed(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, PARCEL)
        blindly.answer(proposed("tag"), ["tag:livraison"], user=owner.user)
        listen()
        inbox.tag(talk, "livraison", user=owner.user, present=False)
        listen()
        assert judged() == [("tag", "accepted", True, True, True)]


class TestOutOfDate:
    def test_what_is_said_next_sets_closing_aside_without_a_verdict(self, chat: Channel, owner: Membership) -> None:
        talk = over(chat)
        suggestion = proposed("close")
        assistant.respond([heard(talk, "Ah, et le lundi ?").pk])
        with pytest.raises(TooLate):
            blindly.answer(suggestion, ["close"], user=owner.user)
        talk.refresh_from_db()
        assert (proposed("close").state, talk.state, judged()) == ("lapsed", "open", [])

    def test_words_changed_before_they_were_read_again_are_no_verdict_though_the_wish_is_done(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, PARCEL)
        edited(proposed("tag").message, "Ouvert le dimanche ?")
        assert blindly.answer(proposed("tag"), ["tag:horaires"], user=owner.user) == []
        listen()
        assert (proposed("tag").state, tags_of(talk), judged()) == ("lapsed", ["horaires"], [])

    def test_nor_is_what_a_hand_does_there(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, PARCEL)
        edited(proposed("tag").message, "Ouvert le dimanche ?")
        inbox.close(talk, user=owner.user)
        listen()
        assert (proposed("tag").state, judged()) == ("lapsed", [])

    def test_read_again_it_is_proposed_on_what_it_says_now_and_stays_as_it_was_drawn(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        talk = asked(chat, PARCEL)
        autonomy.change_rules(talk.workspace, actor="test", blind_share=0.0)
        edited(proposed("tag").message, "Vous fermez à quelle heure ? Quels horaires ?")
        assistant.respond([proposed("tag").message_id])
        now = proposed("tag")
        assert (now.state, now.text, now.blind, now.why["question"]) == (
            "pending", "horaires", True, "Vous fermez à quelle heure ? Quels horaires ?",
        )  # fmt: skip
        blindly.answer(now, ["tag:horaires"], user=owner.user)
        assert judged() == [("tag", "accepted", False, True, True)]

    def test_shown_before_it_changed_it_stays_shown(self, chat: Channel, tagged: Habit) -> None:
        autonomy.change_rules(chat.workspace, actor="test", blind_share=0.0)
        asked(chat, PARCEL)
        autonomy.change_rules(chat.workspace, actor="test", blind_share=1.0)
        edited(proposed("tag").message, "Mon colis a du retard, où est ma livraison ?")
        assistant.respond([proposed("tag").message_id])
        assert (proposed("tag").state, proposed("tag").blind) == ("pending", False)

    def test_thanks_that_became_a_question_are_not_proposed_for_closing(self, chat: Channel) -> None:
        over(chat)
        one = proposed("close").message
        edited(one, "Parfait, merci ! Et le lundi ?", question="asks")
        assistant.respond([one.pk])
        assert (proposed("close").state, judged()) == ("lapsed", [])

    def test_read_again_unchanged_it_stays(self, chat: Channel, tagged: Habit) -> None:
        asked(chat, PARCEL)
        assistant.respond([proposed("tag").message_id])
        assert proposed("tag").state == "pending"

    def test_taken_back_by_its_author_it_gives_none(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        talk = asked(chat, PARCEL)
        assistant.forget([proposed("tag").message_id])
        with pytest.raises(TooLate):
            blindly.answer(proposed("tag"), ["tag:livraison"], user=owner.user)
        assert (proposed("tag").state, tags_of(talk), judged()) == ("lapsed", [], [])

    def test_approved_on_the_platform_there_is_nothing_left_to_approve(
        self, room: Channel, owner: Membership, listen: Callable[[], None]
    ) -> None:
        one = heard_as(room, "Bravo pour samedi !", held=True)
        Message.objects.filter(pk=one.pk).update(held=False)
        with pytest.raises(TooLate):
            blindly.answer(proposed("approve"), [], user=owner.user)
        journal.record(MessageShown(one.pk, one.conversation_id, None), workspace_id=one.workspace_id)
        listen()
        assert (proposed("approve").state, judged()) == ("lapsed", [])

    def test_a_lane_turned_off_meanwhile_changes_nothing_of_what_waits(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        """As for what was shown."""
        asked(chat, PARCEL)
        autonomy.lower(proposed("tag").lane, "off", actor="test")
        blindly.answer(proposed("tag"), ["tag:livraison"], user=owner.user)
        assert judged() == [("tag", "accepted", False, True, True)]
        assert not Audit.objects.exists()


def test_what_was_judged_blind_teaches_nothing(
    community: Workspace, chat: Channel, tagged: Habit, owner: Membership
) -> None:
    before = habits.tags_put(community)
    asked(chat, PARCEL)
    blindly.answer(proposed("tag"), ["tag:livraison"], user=owner.user)
    assert habits.tags_put(community) == before
