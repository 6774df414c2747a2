"""What people do with proposals as evidence: kinds of verdict, what came later, what becomes void, another version."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from binome.assistant import chores, leaning, outcomes, telling, voiding
from binome.assistant import services as assistant
from binome.assistant.listeners import void, withdraw
from binome.assistant.models import Card, Suggestion
from binome.assistant.replaying import replay, replay_triage
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane, Outcome, Verdict
from binome.channels.models import Channel
from binome.inbox import services as inbox
from binome.inbox.facts import MessageReceived
from binome.inbox.models import Conversation, Message
from binome.journal import services as journal
from binome.journal.models import Entry
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge import services as knowledge
from binome.knowledge.finding import Answer
from binome.knowledge.memory import learning, looking
from binome.knowledge.memory import services as memory
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.understanding.models import Annotation
from binome.workspaces.models import Membership, Role, Workspace
from tests.community import channel, conversation, message, teammate, workspace
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Workspace:
    return workspace()


@pytest.fixture
def place(community: Workspace) -> Channel:
    return channel(community)


@pytest.fixture
def source(community: Workspace, monkeypatch: pytest.MonkeyPatch) -> Source:
    written = knowledge.write_source(
        community, Writing("Ouvert le dimanche ?", "Oui, de 10 h à 18 h.", "fr", topic="Horaires"), actor="test"
    )
    finds(monkeypatch, written)
    return written


def finds(monkeypatch: pytest.MonkeyPatch, source: Source, confidence: float = 0.9) -> None:
    monkeypatch.setattr(finding, "find", lambda questions: [[Answer(source, confidence)] for _one in questions])


def heard(place: Channel, said_in: Any = None, text: str = "Ouvert dimanche ?", **labels: str) -> Message:
    one = message(said_in or conversation(place), text)
    for stage, label in {**PLAIN, **labels}.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.95
        )
    return one


def proposed(place: Channel) -> Suggestion:
    assistant.respond([heard(place).pk])
    return Suggestion.objects.order_by("-pk")[0]


@pytest.mark.parametrize(
    ("text", "judgement", "wrong"),
    [
        ("Oui, de 10 h à 18 h.", "accepted", False),
        ("Oui, de 10 h à 18 h !", "edited", False),
        ("Je regarde et je vous dis.", "rewritten", True),
    ],
)
def test_what_a_person_sends_says_how_right_the_proposal_was(
    place: Channel, source: Source, text: str, judgement: str, wrong: bool
) -> None:
    assistant.edit(proposed(place), text, user=teammate(place.workspace))
    verdict = Verdict.objects.get()
    assert (verdict.judgement, verdict.wrong, verdict.counts) == (judgement, wrong, True)
    assert (verdict.topic, verdict.source, verdict.revision) == ("Horaires", source.pk, 1)
    assert (verdict.version, verdict.vector is not None) == (finding.version(), True)


def test_who_answers_otherwise_or_closes_without_a_word_has_judged(place: Channel, source: Source) -> None:
    somebody = teammate(place.workspace)
    first, second = proposed(place), proposed(place)
    inbox.reply(first.conversation, "Je regarde et je vous dis.", user=somebody)
    inbox.close(second.conversation, user=somebody)
    withdraw(list(Entry.objects.filter(kind__in=["ReplyWritten", "Closed"]).order_by("pk")))
    said = dict(Verdict.objects.values_list("suggestion", "judgement"))
    assert said == {first.pk: "rewritten", second.pk: "ignored"}
    assert set(Verdict.objects.values_list("by", flat=True)) == {somebody.pk}


def test_who_answers_on_the_platform_itself_has_judged_too(
    place: Channel, source: Source, owner: Membership, listen: Callable[[], None]
) -> None:
    def answered_there(said_in: Conversation, text: str) -> None:
        ours = message(said_in, text, by=Message.By.OPERATOR)
        fact = MessageReceived(ours.pk, ours.conversation_id, ours.channel_id)
        journal.record(fact, workspace_id=ours.workspace_id, actor="member:0")
        listen()

    one = heard(place)
    assistant.respond([one.pk])
    answered_there(one.conversation, "Non, nous sommes fermés ce jour-là, désolés.")
    assert Suggestion.objects.get().state == "lapsed"
    assert [(verdict.judgement, verdict.by) for verdict in Verdict.objects.all()] == [("rewritten", None)]
    lane = Suggestion.objects.get().lane
    autonomy.open_on_trial(lane, membership=owner, strictness=0.5)
    other = heard(place)
    assistant.respond([other.pk])
    answered_there(other.conversation, "Pardon, c’est faux : fermé.")
    assert [outcome.kind for outcome in Outcome.objects.all()] == ["reversed"]


def test_what_a_veto_held_back_is_judged_and_is_no_evidence(place: Channel, source: Source) -> None:
    assistant.respond([heard(place, sensitive="legal").pk])
    assistant.accept(Suggestion.objects.get(), user=teammate(place.workspace))
    assert Verdict.objects.get().counts is False
    assert not Lane.objects.get().evidence


class TestLater:
    def sent(self, place: Channel) -> Suggestion:
        one = proposed(place)
        assistant.accept(one, user=teammate(place.workspace))
        return one

    def test_a_complaint_that_follows_counts_against_the_answer(self, place: Channel, source: Source) -> None:
        one = self.sent(place)
        assistant.respond([heard(place, one.conversation, "C’est inadmissible !", sensitive="complaint").pk])
        assert ("complained", one.pk) in Outcome.objects.values_list("kind", "suggestion")
        assert Verdict.objects.get(suggestion=one.pk).wrong is True

    def test_a_complaint_counts_wherever_it_stands_in_what_follows(self, place: Channel, source: Source) -> None:
        one = self.sent(place)
        first = heard(place, one.conversation, "C’est inadmissible !", sensitive="complaint")
        assistant.respond([first.pk, heard(place, one.conversation, "Alors ?").pk])
        assert ("complained", one.pk) in Outcome.objects.values_list("kind", "suggestion")

    def test_the_same_question_again_is_noted(self, place: Channel, source: Source) -> None:
        one = self.sent(place)
        assistant.respond([heard(place, one.conversation, "Mais vous ouvrez dimanche ou pas ?").pk])
        assert list(Outcome.objects.values_list("kind", "suggestion")) == [("again", one.pk)]

    def test_thanks_are_nothing_against_it(self, place: Channel, source: Source) -> None:
        one = self.sent(place)
        assistant.respond([heard(place, one.conversation, "Merci !", question="closing").pk])
        assert not Outcome.objects.exists()

    def test_a_colleague_who_writes_after_an_answer_given_alone_corrects_it(
        self, place: Channel, source: Source
    ) -> None:
        owner = teammate(place.workspace, Role.OWNER).memberships.get()
        lane = autonomy.lane(place.workspace_id, act="answer", topic="faq", language="fr")
        autonomy.open_on_trial(lane, membership=owner, strictness=0.5)
        one = proposed(place)
        reply = inbox.reply(one.conversation, "Pardon : fermé ce dimanche.", user=owner.user)
        outcomes.note_corrections([reply.pk])
        assert list(Outcome.objects.values_list("kind", "suggestion")) == [("reversed", one.pk)]


class TestVoid:
    def test_verdicts_on_an_entry_that_was_rewritten_count_no_more(self, place: Channel, source: Source) -> None:
        assistant.accept(proposed(place), user=teammate(place.workspace))
        knowledge.write_source(
            place.workspace, Writing("Ouvert le dimanche ?", "Non.", "fr"), actor="test", source=source
        )
        void(list(Entry.objects.filter(kind="SourceWritten").order_by("-pk")[:1]))
        assert Verdict.objects.get().void == "source_changed"
        assert Lane.objects.get().evidence["verdicts"] == 0

    def test_an_entry_whose_question_alone_changed_keeps_its_evidence(self, place: Channel, source: Source) -> None:
        assistant.accept(proposed(place), user=teammate(place.workspace))
        knowledge.write_source(
            place.workspace, Writing("Et le dimanche ?", source.answer, "fr"), actor="test", source=source
        )
        void(list(Entry.objects.filter(kind="SourceWritten").order_by("-pk")[:1]))
        assert Verdict.objects.get().void == ""


class TestAnotherVersion:
    def test_what_it_would_answer_too_counts_with_its_own_confidence(
        self, place: Channel, source: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assistant.accept(proposed(place), user=teammate(place.workspace))
        monkeypatch.setattr(finding, "version", lambda: "another")
        finds(monkeypatch, source, 0.66)
        assert [voiding.rescore(), voiding.rescore()] == [1, 0]
        verdict = Verdict.objects.get()
        assert (verdict.version, verdict.confidence, verdict.void) == ("another", 0.66, "")

    def test_a_verdict_that_comes_when_all_others_were_asked_again_is_asked_again_too(
        self, place: Channel, source: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = proposed(place)
        monkeypatch.setattr(finding, "version", lambda: "another")
        monkeypatch.setattr(chores, "_through", [""])
        assert chores.rescore() == 0
        assistant.accept(one, user=teammate(place.workspace))
        with clock.stopped_at(clock.now() + timedelta(hours=1)):
            assert [chores.rescore(), chores.rescore()] == [1, 0]
        assert Verdict.objects.get().version == "another"

    def test_where_it_would_answer_otherwise_the_verdict_is_void(
        self, place: Channel, source: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assistant.accept(proposed(place), user=teammate(place.workspace))
        monkeypatch.setattr(finding, "version", lambda: "another")
        finds(monkeypatch, knowledge.write_source(place.workspace, Writing("?", "Autre.", "fr"), actor="test"))
        voiding.rescore()
        assert Verdict.objects.get().void == "other_act"


class TestCards:
    def test_every_decision_has_its_card_and_each_decides_again_the_same(self, place: Channel, source: Source) -> None:
        talk = conversation(place)
        assistant.respond([heard(place).pk])
        assistant.respond([heard(place, sensitive="distress").pk])
        message(talk, "Voilà.", by="operator", member=None)
        assistant.respond([heard(place, talk, "Merci !", question="closing").pk])
        cards = list(Card.objects.order_by("pk"))
        assert [card.do for card in cards] == ["suggest", "hand_over", "rest"]
        assert [replay(card.why).as_dict() for card in cards] == [card.why["decision"] for card in cards]
        assert [replay_triage(one).as_dict() for one in cards[2].why["triage"]] == [
            cards[2].why["triage"][0]["decision"]
        ]
        assert cards[0].suggestion == Suggestion.objects.all().replies().get()

    def test_a_later_case_names_the_nearest_that_were_judged(self, place: Channel, source: Source) -> None:
        first = proposed(place)
        assistant.accept(first, user=teammate(place.workspace))
        proposed(place)
        (near,) = Card.objects.order_by("-pk")[0].why["nearest"]
        assert (near["suggestion"], near["judgement"], near["likeness"]) == (
            first.pk,
            "accepted",
            pytest.approx(1.0, abs=0.001),
        )


def test_a_why_card_keeps_the_past_cases_of_its_day_and_none_of_their_words(place: Channel, source: Source) -> None:
    learnt(place, "Ouvert dimanche matin ?", "Oui, dès 10 h.", days_ago=9)
    proposed(place)
    card = Card.objects.get()
    assert card.past_cases is None
    assert (leaning.look_up(), leaning.look_up()) == (1, 0)
    card.refresh_from_db()
    (kept,) = card.past_cases
    assert set(kept) == {"case", "thread", "answered_at", "likeness"}
    learnt(place, "Ouvert dimanche ?", "Non, plus jamais.", days_ago=0)
    (shown,) = leaning.past_cases(Card.objects.get())
    assert (shown.case, shown.answer) == (kept["case"], "Oui, dès 10 h.")
    (section,) = [one for one in telling.told(card).sections if "Oui, dès 10 h." in str(one.lines)]
    assert len(section.lines) == 1


def test_a_past_case_is_found_again_when_its_thread_was_learnt_anew(place: Channel, source: Source) -> None:
    talk = learnt(place, "Ouvert dimanche matin ?", "Oui, dès 10 h.", days_ago=9)
    proposed(place)
    (before,) = leaning.past_cases(Card.objects.get())
    message(talk, "Super, merci !", at=clock.now() - timedelta(days=8))
    memory.remember([talk.pk])
    learn_all()
    (after,) = leaning.past_cases(Card.objects.get())
    assert (after.answer, after.case == before.case, after.outcome.thanked) == ("Oui, dès 10 h.", False, True)


def test_what_was_answered_after_a_decision_is_no_past_of_it(place: Channel, source: Source) -> None:
    proposed(place)
    Card.objects.update(at=clock.now() - timedelta(days=20))
    learnt(place, "Ouvert dimanche matin ?", "Oui, dès 10 h.", days_ago=9)
    assert leaning.past_cases(Card.objects.get()) == []


def learnt(place: Channel, question: str, answer: str, *, days_ago: int) -> Conversation:
    """An exchange that the reply memory knows."""
    talk, at = conversation(place), clock.now() - timedelta(days=days_ago, minutes=5)
    message(talk, question, at=at)
    message(talk, answer, at=at + timedelta(minutes=1), by="operator", member=None)
    memory.remember([talk.pk])
    learn_all()
    return talk


def learn_all() -> None:
    while learning.learn() or looking.look():
        pass
