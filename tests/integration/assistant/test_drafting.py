"""Drafts by a language model: asked for, written once, checked, only ever proposed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from binome.assistant import drafting
from binome.assistant import services as assistant
from binome.assistant.drafting import AlreadyJudged, NothingToAnswer
from binome.assistant.models import DraftRequest, Suggestion
from binome.assistant.services import OutOfDate
from binome.autonomy import services as autonomy
from binome.autonomy.models import Lane, Verdict
from binome.autonomy.services import NeverAlone
from binome.channels.models import Channel, Delivery
from binome.inbox.models import Conversation
from binome.journal.models import Entry
from binome.kit import clock
from binome.knowledge import services as knowledge
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.llm.errors import ModelFailed, NoAnswer
from binome.llm.providers import in_place_of_all
from binome.workspaces import language_models
from binome.workspaces.language_models import Choice, NoModel
from binome.workspaces.models import LanguageModel, Role, Workspace
from tests.community import channel, conversation, message, teammate, workspace
from tests.doubles.models import Parrot, reply

pytestmark = pytest.mark.django_db

GOOD = "Bonjour Camille, l’atelier est ouvert le samedi de 10 h à 18 h."
WELL = reply(GOOD)


@pytest.fixture
def team() -> Workspace:
    made = workspace(name="Atelier")
    choose(made)
    return made


@pytest.fixture
def source(team: Workspace) -> Source:
    writing = Writing(
        "Quand l’atelier est-il ouvert ?",
        "L’atelier est ouvert le samedi de 10 h à 18 h.",
        "fr",
        details="Code de l’alarme : 4471",
    )
    return knowledge.write_source(team, writing, actor="test")


@pytest.fixture
def place(team: Workspace) -> Channel:
    return channel(team)


@pytest.fixture
def said_in(place: Channel, source: Source) -> Conversation:
    talk = conversation(place, language="fr")
    talk.member.name = "Camille Roux"  # type: ignore[union-attr]
    talk.member.save()  # type: ignore[union-attr]
    message(talk, "Bonjour, ici Camille Roux, camille@mail.example. L’atelier est ouvert quand ?")
    return talk


def choose(team: Workspace, **fields: Any) -> LanguageModel:
    by = teammate(team, Role.OWNER).memberships.get()
    return language_models.choose(team, Choice("mistral", "small", key="k", **fields), by=by)


def draft(talk: Conversation, says: str | Callable[..., str] = WELL, **fields: Any) -> tuple[Parrot, DraftRequest]:
    """Ask for a draft and have it written."""
    parrot = Parrot(says, **fields)
    request = drafting.ask_for(talk, user=teammate(talk.workspace))
    with in_place_of_all(parrot):
        assert drafting.write_next() == 1
        assert drafting.write_next() == 0
    request.refresh_from_db()
    return parrot, request


class TestAsking:
    def test_a_draft_is_proposed_with_what_it_rests_on_and_nothing_leaves(
        self, said_in: Conversation, source: Source
    ) -> None:
        _parrot, request = draft(said_in)
        suggestion = Suggestion.objects.get()
        assert (request.state, request.suggestion) == ("written", suggestion)
        assert (suggestion.text, suggestion.state, str(suggestion.lane)) == (GOOD, "pending", "draft · faq · fr")
        card = suggestion.why["draft"]
        assert [one["supported"] for one in card["sentences"]] == [True]
        assert [one["source"] for one in card["passages"]] == [source.pk]
        assert card["model"] == "parrot"
        assert not Delivery.objects.exists()

    def test_nothing_personal_and_nothing_unsaid_reaches_the_model(self, said_in: Conversation) -> None:
        parrot, _request = draft(said_in)
        for secret in ("Camille", "Roux", "camille@mail.example", "4471"):
            assert secret not in parrot.heard
        assert "L’atelier est ouvert le samedi" in parrot.heard

    def test_what_was_hidden_comes_back_and_is_told(self, said_in: Conversation) -> None:
        draft(
            said_in,
            reply("Bonjour [NAME_1], l’atelier est ouvert le samedi de 10 h à 18 h. Nous écrirons à [EMAIL_1]."),
        )
        suggestion = Suggestion.objects.get()
        assert "Camille" in suggestion.text
        assert "camille@mail.example" in suggestion.text
        assert "personal" in suggestion.why["draft"]["blocks"]

    def test_what_is_not_in_the_entries_and_what_binds_is_marked(self, said_in: Conversation) -> None:
        draft(said_in, reply("L’atelier est ouvert le dimanche. Nous vous remboursons 50 €. Voyez [PHONE_9]."))
        card = Suggestion.objects.get().why["draft"]
        assert [one["supported"] for one in card["sentences"]] == [False, False, False]
        assert set(card["blocks"]) >= {"unsupported", "refund", "price", "unknown_mark"}

    def test_asking_twice_writes_once(self, said_in: Conversation) -> None:
        first = drafting.ask_for(said_in, user=teammate(said_in.workspace))
        assert drafting.ask_for(said_in, user=None) == first
        assert Entry.objects.filter(kind="DraftWanted").count() == 1

    def test_without_a_model_or_a_message_there_is_nothing_to_ask(self, team: Workspace, place: Channel) -> None:
        with pytest.raises(NothingToAnswer):
            drafting.ask_for(conversation(place), user=None)
        other = conversation(channel(workspace()))
        message(other)
        with pytest.raises(NoModel):
            drafting.ask_for(other, user=None)
        assert not DraftRequest.objects.exists()

    def test_plain_words_of_a_small_model_are_taken(self, said_in: Conversation) -> None:
        draft(said_in, GOOD)
        assert Suggestion.objects.get().text == GOOD

    @pytest.mark.parametrize("says", ["", '{"answer": "x"}', "```json\n{", '{"reply": ""}'])
    def test_nonsense_is_no_draft(self, said_in: Conversation, says: str) -> None:
        _parrot, request = draft(said_in, says)
        assert (request.state, request.failure) == ("failed", "Nonsense")
        assert not Suggestion.objects.exists()

    @pytest.mark.parametrize(("how", "why"), [({"fails": NoAnswer()}, "NoAnswer"), ({"finished": False}, "Nonsense")])
    def test_a_model_that_fails_leaves_the_reason(self, said_in: Conversation, how: dict[str, Any], why: str) -> None:
        _parrot, request = draft(said_in, **how)
        assert (request.state, request.failure) == ("failed", why)
        assert Entry.objects.filter(kind="DraftFailed").count() == 1

    def test_a_budget_that_is_spent_is_a_reason_too(self, team: Workspace, said_in: Conversation) -> None:
        choose(team, monthly_tokens=1_000)
        parrot, request = draft(said_in)
        assert (request.failure, parrot.asked) == ("BudgetSpent", [])

    def test_a_writer_that_died_leaves_no_draft_waiting_for_ever(self, said_in: Conversation) -> None:
        request = drafting.ask_for(said_in, user=None)
        DraftRequest.objects.update(state="writing", claimed_at=clock.now() - timedelta(minutes=10))
        assert drafting.write_next() == 0
        request.refresh_from_db()
        assert (request.state, request.failure) == ("failed", "interrupted")

    @pytest.mark.parametrize("happens", ["answered", "deleted", "edited"])
    def test_a_draft_that_comes_too_late_is_not_shown(self, said_in: Conversation, happens: str) -> None:
        asked = said_in.messages.get()

        def meanwhile(_messages: Any) -> str:
            if happens == "answered":
                message(said_in, "Samedi !", by="operator", at=clock.now() + timedelta(minutes=1))
            else:
                type(asked).objects.filter(pk=asked.pk).update(**{f"{happens}_at": clock.now()})
            return reply(GOOD)

        _parrot, request = draft(said_in, meanwhile)
        assert (request.state, request.failure) == ("failed", "late")
        assert not Suggestion.objects.exists()


class TestOwing:
    def test_where_nothing_approved_answers_a_draft_comes_by_itself_if_that_is_wanted(
        self, team: Workspace, place: Channel
    ) -> None:
        talk = conversation(place, language="fr")
        choose(team, drafts=LanguageModel.Drafts.ASKED)
        drafting.owe(message(talk, "Réparez-vous les montgolfières ?"))
        assert not DraftRequest.objects.exists()
        choose(team, drafts=LanguageModel.Drafts.UNANSWERED)
        drafting.owe(message(talk, "Réparez-vous les montgolfières ?"))
        assert DraftRequest.objects.get().asked_by is None


class TestExamples:
    def test_past_replies_of_the_team_give_the_tone_without_anybodys_data(
        self, said_in: Conversation, place: Channel
    ) -> None:
        past = conversation(place, language="fr")
        past.member.name = "Bérénice Malo"  # type: ignore[union-attr]
        past.member.save()  # type: ignore[union-attr]
        message(past, "Ouvert le samedi ?", at=clock.now() - timedelta(days=2))
        told = "Coucou Bérénice, oui, au 06 12 34 56 78 !"
        message(past, told, by="operator", at=clock.now() - timedelta(days=1), external_id="")
        parrot, _request = draft(said_in)
        assert "Coucou" in parrot.heard
        assert "Bérénice" not in parrot.heard
        assert "06 12" not in parrot.heard

    def test_what_a_model_had_drafted_gives_no_tone(
        self, said_in: Conversation, place: Channel, team: Workspace
    ) -> None:
        past = conversation(place, language="fr")
        message(past, "Ouvert le samedi ?", at=clock.now() - timedelta(days=2))
        sent = message(past, "Mille et une joies, oui !", by="operator", at=clock.now() - timedelta(days=1))
        lane = autonomy.lane(team.pk, act="draft", topic="faq", language="fr")
        Suggestion.objects.create(
            workspace=team, conversation=past, message=past.messages.order_by("pk")[0], lane=lane, confidence=1.0,
            state="edited", reply=sent,
        )  # fmt: skip
        parrot, _request = draft(said_in)
        assert "Mille et une joies" not in parrot.heard

    def test_those_of_another_workspace_are_never_shown(self, said_in: Conversation) -> None:
        elsewhere = conversation(channel(workspace()), language="fr")
        message(elsewhere, "Ouvert ?", at=clock.now() - timedelta(days=2))
        message(elsewhere, "Mot de la maison d’à côté", by="operator", at=clock.now() - timedelta(days=1))
        parrot, _request = draft(said_in)
        assert "à côté" not in parrot.heard


class TestDeciding:
    def test_a_person_sends_it_and_the_verdict_is_its_lanes(self, said_in: Conversation) -> None:
        draft(said_in)
        assistant.accept(Suggestion.objects.get(), user=teammate(said_in.workspace))
        assert Delivery.objects.get().text == GOOD
        verdict = Verdict.objects.get()
        assert (verdict.lane.act, verdict.judgement, verdict.done_alone) == ("draft", "accepted", False)

    def test_what_a_person_changed_is_kept_word_by_word(self, said_in: Conversation) -> None:
        draft(said_in)
        assistant.edit(Suggestion.objects.get(), GOOD.replace("18 h", "17 h"), user=teammate(said_in.workspace))
        changes = [piece for piece in Suggestion.objects.get().why["difference"] if "was" in piece]
        assert changes == [{"was": "18", "is": "17"}]

    def test_a_draft_whose_entry_changed_is_not_sent_as_it_is(
        self, said_in: Conversation, source: Source, team: Workspace
    ) -> None:
        draft(said_in)
        knowledge.write_source(team, Writing(source.question, "Fermé tout l’été.", "fr"), actor="test", source=source)
        with pytest.raises(OutOfDate):
            assistant.accept(Suggestion.objects.get(), user=teammate(team))
        assert not Delivery.objects.exists()

    def test_one_that_was_judged_is_not_written_again(self, said_in: Conversation) -> None:
        draft(said_in)
        user = teammate(said_in.workspace)
        assistant.refuse(Suggestion.objects.get(), user=user)
        with pytest.raises(AlreadyJudged):
            drafting.ask_for(said_in, user=user)

    def test_its_lane_never_acts(self, team: Workspace, said_in: Conversation) -> None:
        draft(said_in)
        lane = Lane.objects.get(act="draft")
        with pytest.raises(NeverAlone):
            autonomy.open_on_trial(lane, membership=teammate(team, Role.OWNER).memberships.get())
        lane.refresh_from_db()
        assert lane.level == "suggest"

    def test_a_message_taken_back_takes_the_draft_with_it(self, said_in: Conversation) -> None:
        draft(said_in)
        assistant.forget([said_in.messages.get().pk])
        suggestion = Suggestion.objects.get()
        assert suggestion.state == "lapsed"
        assert "draft" not in suggestion.why


def test_every_failure_of_a_model_is_a_reason_that_people_read() -> None:
    from binome.web.inbox.showing import DRAFT_FAILURES

    names = {failure.__name__ for failure in ModelFailed.__subclasses__()} - {"Nonsense"}
    assert names <= DRAFT_FAILURES.keys()
