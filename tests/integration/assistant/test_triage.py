"""Acts without a word, and prepared replies: learned from what a team does, proposed, judged, and done alone in their lanes."""

from collections.abc import Callable
from typing import Any

import pytest

from binome.assistant import habits, triage, voiding
from binome.assistant import services as assistant
from binome.assistant.habits import Habits
from binome.assistant.models import Card, Habit, Suggestion
from binome.assistant.services import TooLate
from binome.assistant.triage import Sorting
from binome.autonomy import services as autonomy
from binome.autonomy.models import Audit, Lane, Outcome, Verdict
from binome.channels.models import Channel, Delivery
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message, SavedReply
from binome.journal.models import Entry
from binome.knowledge import finding
from binome.understanding.models import Annotation
from binome.workspaces.models import Membership, Workspace
from tests.community import NOON, at_once, channel, conversation, message, raised, workspace
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db


DELIVERY = (
    "Mon colis n'est pas arrivé", "Où en est ma livraison ?", "Le livreur ne m'a rien laissé", "Colis toujours pas reçu",
    "ma livraison a du retard", "Suivi de colis svp", "j'attends mon colis depuis lundi", "La livraison était prévue hier",
    "pas de nouvelles de mon colis", "Livraison perdue ?",
)  # fmt: skip
HOURS = (
    "Vous ouvrez à quelle heure ?", "Ouvert le dimanche ?", "Quels sont vos horaires ?", "vous fermez quand ce soir",
    "Ouverts pendant les vacances ?", "horaires du samedi svp", "C'est ouvert le lundi matin ?", "vous êtes ouverts demain ?",
    "Les horaires d'été, c'est quand ?", "fermé le 14 juillet ?",
)  # fmt: skip
THANKS = (
    "Bravo pour l'atelier de samedi, c'était génial", "Super accueil, merci à toute l'équipe", "J'ai adoré la balade !",
    "Vous êtes formidables", "Quelle belle journée grâce à vous", "Bravo à l'équipe, ambiance au top",
    "Un grand bravo pour votre travail", "C'était super samedi, bravo",
)  # fmt: skip
KIND = "Merci, cela fait chaud au cœur de toute l'équipe !"


@pytest.fixture(autouse=True)
def nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The FAQ answers nothing here."""
    monkeypatch.setattr(finding, "find", lambda questions: [[] for _one in questions])


def heard(said_in: Conversation, text: str, **labels: str) -> Message:
    one = message(said_in, text)
    for stage, label in {**PLAIN, **labels}.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.9
        )
    return one


def asked(chat: Channel, text: str, **labels: str) -> Conversation:
    """A conversation in which somebody has just said this, and the AI has dealt with it."""
    said_in = conversation(chat, waiting_since=NOON)
    assistant.respond([heard(said_in, text, **labels).pk])
    return Conversation.objects.get(pk=said_in.pk)


@pytest.fixture
def tagged(community: Workspace, chat: Channel, owner: Membership) -> Habit:
    """A team that has put two tags, each on ten conversations, and closed as many without one."""
    for name, texts in (("livraison", DELIVERY), ("horaires", HOURS), ("", THANKS)):
        for text in texts:
            talk = conversation(chat)
            message(talk, text)
            if name:
                inbox.tag(talk, name, user=owner.user)
            inbox.close(talk, user=owner.user)
    return _learned(community, "tag")


@pytest.fixture
def prepared(community: Workspace, chat: Channel, owner: Membership) -> SavedReply:
    """A saved reply for compliments, and questions that people answered otherwise."""
    saved = inbox.save_reply(community, title="Merci", text=KIND, language="fr", serves=THANKS, actor="test")
    for text in (*DELIVERY, *HOURS):
        talk = conversation(chat)
        message(talk, text)
        inbox.reply(talk, "Nous regardons tout de suite.", user=owner.user)
    _learned(community, "prepared_reply")
    return saved


def _learned(community: Workspace, act: str) -> Habit:
    habit = habits.learn(community, act)
    assert habit is not None
    assert habit.names
    return habit


def opened(owner: Membership, act: str, strictness: float = 0.4) -> Lane:
    lane = autonomy.lane(owner.workspace_id, act=act, topic="faq", language="fr")
    return autonomy.open_on_trial(lane, membership=owner, strictness=strictness)


def proposed(act: str) -> Suggestion:
    return Suggestion.objects.get(lane__act=act)


def tags_of(talk: Conversation) -> list[str]:
    return list(talk.tags.values_list("name", flat=True))


class TestTags:
    def test_what_a_team_tags_is_proposed_on_the_next_conversation_like_it_and_not_put(
        self, chat: Channel, tagged: Habit
    ) -> None:
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        suggestion = proposed("tag")
        assert (suggestion.state, suggestion.text, suggestion.lane.language) == ("pending", "livraison", "fr")
        assert suggestion.why["decision"]["reason"] == "lane_suggest"
        assert tags_of(talk) == []
        [card] = Card.objects.all()
        assert card.why["triage"][0]["case"]["tag"] == suggestion.tag_id

    def test_what_is_like_nothing_that_was_tagged_gets_no_proposal(self, chat: Channel, tagged: Habit) -> None:
        asked(chat, "Bravo pour la balade de samedi, super ambiance !", question="no")
        assert not Suggestion.objects.filter(lane__act="tag").exists()

    def test_a_conversation_that_bears_a_tag_gets_no_other(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        talk = conversation(chat, waiting_since=NOON)
        inbox.tag(talk, "horaires", user=owner.user)
        assistant.respond([heard(talk, "Mon colis a du retard, où est-il ?").pk])
        assert not Suggestion.objects.filter(lane__act="tag").exists()

    def test_a_refused_tag_is_not_proposed_again_in_that_conversation(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        triage.refuse(proposed("tag"), user=owner.user)
        assistant.respond([heard(talk, "Alors, ce colis en retard ?").pk])
        assert Suggestion.objects.filter(lane__act="tag").count() == 1
        assert Verdict.objects.get(lane__act="tag").judgement == "refused"

    def test_accepting_puts_it_on_and_is_a_verdict(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        suggestion = proposed("tag")
        triage.accept(suggestion, user=owner.user)
        verdict = Verdict.objects.get()
        assert tags_of(talk) == ["livraison"]
        assert (verdict.judgement, verdict.wrong, verdict.counts, verdict.topic) == (
            "accepted",
            False,
            True,
            "livraison",
        )
        assert verdict.version == tagged.version
        with pytest.raises(TooLate):
            triage.refuse(suggestion, user=owner.user)

    def test_a_person_who_puts_it_by_themselves_accepts_it(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        inbox.tag(talk, "livraison", user=owner.user)
        listen()
        assert (proposed("tag").state, Verdict.objects.get().judgement) == ("accepted", "accepted")

    def test_a_person_who_closes_without_it_did_not_want_it(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        inbox.close(talk, user=owner.user)
        listen()
        assert (proposed("tag").state, Verdict.objects.get().judgement) == ("lapsed", "ignored")

    def test_in_an_open_lane_it_is_put_alone_audited_and_told(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        opened(owner, "tag")
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        suggestion = proposed("tag")
        assert (suggestion.state, tags_of(talk)) == ("acted", ["livraison"])
        assert Audit.objects.get().suggestion == suggestion.pk
        assert Entry.objects.filter(kind="Tagged", actor="ai").count() == 1
        assert Entry.objects.filter(kind="SortedAlone").count() == 1

    def test_in_a_lane_that_is_off_nothing_is_proposed(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        lane = autonomy.lane(owner.workspace_id, act="tag", topic="faq", language="fr")
        autonomy.lower(lane, "off", actor="test")
        asked(chat, "Mon colis a du retard, où est-il ?")
        assert not Suggestion.objects.filter(lane__act="tag").exists()

    def test_taken_off_by_a_person_it_is_reversed_and_looked_at(
        self, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        opened(owner, "tag")
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        inbox.tag(talk, "livraison", user=owner.user, present=False)
        listen()
        assert Outcome.objects.get().kind == "reversed"

    def test_judged_wrong_and_undone_it_is_taken_off(self, chat: Channel, tagged: Habit, owner: Membership) -> None:
        opened(owner, "tag")
        talk = asked(chat, "Mon colis a du retard, où est-il ?")
        suggestion = proposed("tag")
        assistant.judge_alone(suggestion, right=False, user=owner.user)
        triage.undo(suggestion, user=owner.user)
        assert tags_of(talk) == []

    @pytest.mark.django_db(transaction=True)
    def test_lowered_at_that_very_moment_it_is_proposed_or_was_put_before(
        self, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        for _round in range(5):
            lane = opened(owner, "tag")
            talk = conversation(chat, waiting_since=NOON)
            said = heard(talk, "Mon colis a du retard, où est-il ?")
            results = at_once(
                lambda said=said: assistant.respond([said.pk]),
                lambda lane=lane: autonomy.lower(lane, "suggest", actor="test"),
            )
            assert not raised(results)
            suggestion = Suggestion.objects.get(conversation=talk, lane__act="tag")
            assert (suggestion.state, tags_of(talk)) in (("pending", []), ("acted", ["livraison"]))


class TestLearning:
    def test_what_was_proposed_teaches_nothing_so_that_it_can_measure(
        self, community: Workspace, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        before = habits.tags_put(community)
        asked(chat, "Mon colis a du retard, où est-il ?")
        triage.accept(proposed("tag"), user=owner.user)
        assert habits.tags_put(community) == before

    def test_what_the_machine_closed_without_a_tag_is_no_sign_that_the_team_wants_none(
        self, chat: Channel, community: Workspace, tagged: Habit, owner: Membership
    ) -> None:
        opened(owner, "close")
        talk = conversation(chat)
        first = heard(talk, "Mon colis est introuvable depuis mardi")
        message(talk, "Nous cherchons.", by="operator", external_id="")
        assistant.respond([heard(talk, "Merci !", question="closing").pk])
        assert Conversation.objects.get(pk=talk.pk).state == "closed"
        assert first.text not in habits.tags_put(community).others

    def test_it_is_learned_again_only_when_there_is_more_by_a_fifth(
        self, community: Workspace, chat: Channel, tagged: Habit, owner: Membership
    ) -> None:
        def tag_more(times: int) -> None:
            for number in range(times):
                talk = conversation(chat)
                message(talk, f"Colis numéro {number} jamais livré")
                inbox.tag(talk, "livraison", user=owner.user)

        tag_more(4)
        assert habits.learn(community, "tag") is None
        tag_more(2)
        again = habits.learn(community, "tag")
        assert again is not None
        assert again.version != tagged.version

    def test_a_tag_that_follows_nothing_in_the_words_is_not_learned(
        self, community: Workspace, chat: Channel, owner: Membership
    ) -> None:
        texts = [*DELIVERY, *HOURS, *THANKS]
        for place, text in enumerate(texts):
            talk = conversation(chat)
            message(talk, text)
            if place % 2:
                inbox.tag(talk, "à relire", user=owner.user)
            inbox.close(talk, user=owner.user)
        habit = habits.learn(community, "tag")
        assert habit is not None
        assert habit.names == []

    def test_a_habit_learned_anew_is_asked_again_what_was_judged(
        self, community: Workspace, chat: Channel, tagged: Habit, owner: Membership, listen: Callable[[], None]
    ) -> None:
        asked(chat, "Mon colis a du retard, où est-il ?")
        triage.accept(proposed("tag"), user=owner.user)
        new = Habit.objects.get(pk=tagged.pk)
        new.pk, new.basis = None, "another"
        new.save()
        while voiding.rescore_habit(new):
            pass
        verdict = Verdict.objects.get()
        assert (verdict.version, verdict.void) == (new.version, "")
        forgetful = Habit.objects.create(workspace=community, act="tag", encoder=new.encoder, basis="none")
        voiding.rescore_habit(forgetful)
        assert Verdict.objects.get().void == "other_act"

    def test_nobody_elses_habit_is_asked(self, community: Workspace, chat: Channel, tagged: Habit) -> None:
        stranger = channel(workspace())
        asked(stranger, "Mon colis a du retard, où est-il ?")
        assert not Suggestion.objects.filter(lane__act="tag").exists()
        assert Habits.of([stranger.workspace_id]).known == {}


class TestClosing:
    def _over(self, chat: Channel) -> Conversation:
        """The team has answered, and the member says the last word."""
        talk = conversation(chat)
        heard(talk, "Ouvert dimanche ?")
        message(talk, "Oui, dès dix heures.", by="operator", external_id="")
        assistant.respond([heard(talk, "Parfait, merci beaucoup !", question="closing").pk])
        return Conversation.objects.get(pk=talk.pk)

    def test_a_last_word_of_thanks_proposes_to_close(self, chat: Channel) -> None:
        talk = self._over(chat)
        suggestion = proposed("close")
        assert (suggestion.state, suggestion.confidence, talk.state) == ("pending", 0.9, "open")

    def test_in_an_open_lane_it_is_closed_alone_and_a_new_word_opens_it(self, chat: Channel, owner: Membership) -> None:
        opened(owner, "close")
        talk = self._over(chat)
        assert (talk.state, proposed("close").state) == ("closed", "acted")
        assert Entry.objects.get(kind="Closed").actor == "ai"
        assert Audit.objects.count() == 1

    @pytest.mark.parametrize("meanwhile", ["said", "taken"])
    def test_what_is_said_or_taken_at_that_very_moment_is_not_closed_upon(
        self, chat: Channel, owner: Membership, monkeypatch: pytest.MonkeyPatch, meanwhile: str
    ) -> None:
        opened(owner, "close", strictness=0.5)
        carry_out = triage.carry_out

        def late(sorting: Sorting) -> Suggestion | None:
            talk = sorting.message.conversation
            if meanwhile == "said":
                message(talk, "Ah non, et le dimanche ?")
            else:
                inbox.take_over(talk, user=owner.user)
            return carry_out(sorting)

        monkeypatch.setattr(triage, "carry_out", late)
        assert self._over(chat).state == "open"
        assert not Suggestion.objects.filter(lane__act="close").exists()

    def test_what_is_said_next_sets_the_proposal_aside_without_a_verdict(self, chat: Channel) -> None:
        talk = self._over(chat)
        assistant.respond([heard(talk, "Ah, et le lundi ?").pk])
        assert proposed("close").state == "lapsed"
        assert not Verdict.objects.exists()

    @pytest.mark.parametrize(
        ("what", "state", "judged"), [("close", "accepted", "accepted"), ("reply", "lapsed", "ignored")]
    )
    def test_what_a_person_does_instead_is_the_verdict(
        self, chat: Channel, owner: Membership, listen: Callable[[], None], what: str, state: str, judged: str
    ) -> None:
        talk = self._over(chat)
        if what == "close":
            inbox.close(talk, user=owner.user)
        else:
            inbox.reply(talk, "Avec plaisir, et pensez au cadenas.", user=owner.user)
        listen()
        assert (proposed("close").state, Verdict.objects.get().judgement) == (state, judged)

    def test_opened_again_by_a_person_it_is_reversed(
        self, chat: Channel, owner: Membership, listen: Callable[[], None]
    ) -> None:
        opened(owner, "close")
        talk = self._over(chat)
        inbox.reopen(talk, user=owner.user)
        listen()
        assert Outcome.objects.get().kind == "reversed"

    def test_a_grave_word_in_the_thanks_closes_nothing(self, chat: Channel, owner: Membership) -> None:
        opened(owner, "close")
        talk = conversation(chat)
        message(talk, "Oui, dès dix heures.", by="operator", external_id="")
        assistant.respond([heard(talk, "Merci, adieu à tous", question="closing", sensitive="distress").pk])
        assert not Suggestion.objects.filter(lane__act="close").exists()

    def test_another_version_of_the_reading_is_asked_again(
        self, chat: Channel, owner: Membership, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._over(chat)
        triage.accept(proposed("close"), user=owner.user)
        Verdict.objects.update(version="question=0")
        while voiding.rescore_closing():
            pass
        verdict = Verdict.objects.get()
        assert verdict.void == ""
        assert verdict.version.startswith("question=")
        assert verdict.version != "question=0"


class TestPreparedReplies:
    def test_what_the_team_says_to_such_a_message_is_suggested(self, chat: Channel, prepared: SavedReply) -> None:
        asked(chat, "Bravo pour la balade de samedi, super ambiance !", question="no")
        suggestion = proposed("prepared_reply")
        assert (suggestion.state, suggestion.text, suggestion.saved_reply) == ("pending", KIND, prepared)
        assert suggestion.why["decision"] == {"do": "suggest", "reason": "lane_suggest", "vetoes": [], "gap": False}

    def test_in_an_open_lane_it_is_sent_alone_though_it_answers_no_question(
        self, chat: Channel, prepared: SavedReply, owner: Membership
    ) -> None:
        opened(owner, "prepared_reply")
        talk = asked(chat, "Bravo pour la balade de samedi, super ambiance !", question="no")
        suggestion = proposed("prepared_reply")
        assert (suggestion.state, suggestion.reply and suggestion.reply.text) == ("acted", KIND)
        assert talk.needs_person is False
        assert Audit.objects.get().suggestion == suggestion.pk

    def test_sent_alone_and_corrected_by_a_person_it_is_reversed(
        self, chat: Channel, prepared: SavedReply, owner: Membership, listen: Callable[[], None]
    ) -> None:
        opened(owner, "prepared_reply")
        talk = asked(chat, "Bravo pour la balade de samedi, super ambiance !", question="no")
        Delivery.objects.update(state="sent")
        inbox.reply(talk, "Pardon, je voulais dire autre chose.", user=owner.user)
        listen()
        assert Outcome.objects.get().kind == "reversed"

    def test_what_a_person_must_see_is_not_sent_alone(
        self, chat: Channel, prepared: SavedReply, owner: Membership
    ) -> None:
        opened(owner, "prepared_reply")
        asked(chat, "Bravo pour la balade de samedi, super ambiance !", question="no", sensitive="irony_suspected")
        assert proposed("prepared_reply").state == "pending"

    def test_sent_by_a_person_it_is_a_verdict_on_its_lane(
        self, chat: Channel, prepared: SavedReply, owner: Membership
    ) -> None:
        asked(chat, "Bravo pour la balade de samedi, super ambiance !", question="no")
        assistant.accept(proposed("prepared_reply"), user=owner.user)
        verdict = Verdict.objects.get()
        assert (verdict.judgement, verdict.topic, verdict.lane.act) == ("accepted", "Merci", "prepared_reply")

    @pytest.mark.parametrize("how", ["changed", "archived"])
    def test_changed_since_it_was_proposed_it_is_not_sent_and_its_evidence_is_void(
        self, chat: Channel, prepared: SavedReply, owner: Membership, listen: Callable[[], None], how: str
    ) -> None:
        asked(chat, "Bravo pour la balade de samedi, super ambiance !", question="no")
        assistant.accept(proposed("prepared_reply"), user=owner.user)
        asked(chat, "Bravo à l'équipe pour samedi !", question="no")
        second = Suggestion.objects.get(state="pending")
        if how == "changed":
            inbox.save_reply(
                owner.workspace, title="Merci", text="Merci !", language="fr", actor="t", changing=prepared
            )
        else:
            inbox.archive_reply(prepared, actor="test")
        with pytest.raises(assistant.OutOfDate):
            assistant.accept(second, user=owner.user)
        listen()
        assert Verdict.objects.get().void == "source_changed"

    def test_what_the_team_really_sends_teaches_when_it_serves(
        self, community: Workspace, chat: Channel, owner: Membership
    ) -> None:
        saved = inbox.save_reply(community, title="Merci", text=KIND, language="fr", actor="test")
        for text in THANKS:
            talk = conversation(chat)
            message(talk, text)
            inbox.reply(talk, f"Bonjour ! {KIND}", user=owner.user)
        for text in DELIVERY:
            talk = conversation(chat)
            message(talk, text)
            inbox.reply(talk, "Nous regardons tout de suite.", user=owner.user)
        taught = habits.replies_sent(community)
        assert {pk for _text, pk in taught.examples} == {str(saved.pk)}
        assert sorted(text for text, _pk in taught.examples) == sorted(THANKS)
        assert sorted(taught.others) == sorted(DELIVERY)


def test_considering_a_batch_with_habits_asks_the_database_a_fixed_number_of_times(
    chat: Channel, tagged: Habit, prepared: SavedReply, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from binome.assistant.considering import consider

    texts = ["Mon colis a du retard, où est-il ?", "Bravo pour la balade de samedi, super ambiance !"]
    said = [heard(conversation(chat, waiting_since=NOON), texts[n % 2]).pk for n in range(40)]
    list(consider(said[:2]))
    with CaptureQueriesContext(connection) as few:
        list(consider(said[:4]))
    with CaptureQueriesContext(connection) as many:
        found = list(consider(said))
    assert sum(len(one.sortings) for one in found) >= 20
    assert len(many) == len(few)
