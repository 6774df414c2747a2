"""The language model of a workspace: chosen by owners, asked within a budget that is counted first."""

import logging
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from binome.journal.models import Entry
from binome.kit import clock
from binome.llm.errors import NoAnswer, NotReached
from binome.llm.protocol import Said, Usage
from binome.llm.providers import in_place_of_all
from binome.workspaces import language_models
from binome.workspaces.language_models import BudgetSpent, Choice, NoModel, OwnersOnly, Unfinished
from binome.workspaces.models import LanguageModel, Membership, ModelCall, Role, Workspace
from tests.community import NOON, at_once, raised, teammate, workspace
from tests.doubles.models import Parrot

QUESTION = [Said("user", "Prêt ?")]


def owner(team: Workspace) -> Membership:
    return teammate(team, Role.OWNER).memberships.get()


def chosen(team: Workspace, **fields: Any) -> LanguageModel:
    choice = {"provider": "mistral", "name": "small", "key": "s3cret", **fields}
    return language_models.choose(team, Choice(**choice), by=owner(team))


@pytest.mark.django_db
class TestChoosing:
    def test_an_owner_chooses_and_the_key_is_kept_sealed(self) -> None:
        model = chosen(workspace())
        assert "s3cret" not in model.sealed_key
        assert Entry.objects.get(kind="LanguageModelChanged").actor.startswith("user:")
        assert "s3cret" not in str(Entry.objects.get(kind="LanguageModelChanged").about)

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.OPERATOR])
    def test_nobody_else_does(self, role: Role) -> None:
        team = workspace()
        other = teammate(team, role).memberships.get()
        with pytest.raises(OwnersOnly):
            language_models.choose(team, Choice("mistral", "small"), by=other)
        with pytest.raises(OwnersOnly):
            language_models.try_it(team, by=other)
        with pytest.raises(OwnersOnly):
            language_models.choose(team, Choice("mistral", "small"), by=owner(workspace()))
        assert not LanguageModel.objects.exists()

    def test_a_key_left_empty_stays_and_is_never_taken_to_another_server(self) -> None:
        team = workspace()
        kept = chosen(team).sealed_key
        assert chosen(team, name="large", key=None).sealed_key == kept
        moved = chosen(team, provider="compatible", address="https://llm.example.org/v1", key=None)
        assert language_models._connection(moved).key == ""

    @pytest.mark.parametrize(
        "wrong", [{"provider": "nobody"}, {"name": " "}, {"provider": "compatible"}, {"monthly_money": Decimal(5)}]
    )
    def test_what_is_not_whole_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(Unfinished):
            chosen(workspace(), **wrong)
        assert not LanguageModel.objects.exists()

    def test_leaving_forgets_the_key(self) -> None:
        team = workspace()
        chosen(team)
        language_models.leave(team, by=owner(team))
        assert language_models.of(team) is None
        with pytest.raises(NoModel):
            language_models.ask(team, QUESTION, purpose="draft")


@pytest.mark.django_db
class TestBudget:
    def test_what_it_took_is_settled_with_its_cost(self) -> None:
        team = workspace()
        chosen(team, price_read=Decimal(2), price_written=Decimal(6))
        with in_place_of_all(Parrot("Oui.", usage=Usage(1_000, 500))):
            assert language_models.ask(team, QUESTION, purpose="draft").text == "Oui."
        call = ModelCall.objects.get()
        assert (call.state, call.read, call.written, call.cost) == ("settled", 1_000, 500, Decimal("0.005"))
        assert language_models.spent(team) == language_models.Spent(1_500, Decimal("0.005"), 1)

    def test_a_question_that_might_go_over_is_not_asked(self) -> None:
        team, parrot = workspace(), Parrot()
        chosen(team, monthly_tokens=1_000)
        with in_place_of_all(parrot), pytest.raises(BudgetSpent):
            language_models.ask(team, [Said("user", "x" * 500)], purpose="draft", most_tokens=500)
        assert (parrot.asked, ModelCall.objects.count()) == ([], 0)

    def test_money_is_a_limit_too(self) -> None:
        team, parrot = workspace(), Parrot()
        chosen(team, monthly_money=Decimal("0.01"), price_read=Decimal(10), price_written=Decimal(30))
        with in_place_of_all(parrot), pytest.raises(BudgetSpent):
            language_models.ask(team, QUESTION, purpose="draft", most_tokens=800)
        assert parrot.asked == []

    @pytest.mark.parametrize(("failure", "state", "counted"), [(NotReached(), "free", 0), (NoAnswer(), "lost", 1)])
    def test_what_may_have_been_billed_counts_in_full(self, failure: Any, state: str, counted: int) -> None:
        team = workspace()
        chosen(team)
        with in_place_of_all(Parrot(fails=failure)), pytest.raises(type(failure)):
            language_models.ask(team, QUESTION, purpose="draft", most_tokens=100)
        assert ModelCall.objects.get().state == state
        assert (language_models.spent(team).tokens > 100) == bool(counted)

    def test_a_provider_that_tells_no_usage_is_counted_at_the_most(self) -> None:
        team = workspace()
        chosen(team)
        with in_place_of_all(Parrot(usage=None)):
            language_models.ask(team, QUESTION, purpose="draft", most_tokens=100)
        assert ModelCall.objects.get().written == 100

    def test_a_new_month_begins_where_the_workspace_lives(self) -> None:
        team = workspace(time_zone="Pacific/Auckland")
        chosen(team)
        with in_place_of_all(Parrot()):
            with clock.stopped_at(NOON.replace(month=3, day=31, hour=12)):  # already April there
                language_models.ask(team, QUESTION, purpose="draft")
            with clock.stopped_at(NOON.replace(month=3, day=30)):
                assert language_models.spent(team).calls == 0
        assert ModelCall.objects.get().month.isoformat() == "2026-04-01"

    def test_budgets_of_two_workspaces_are_apart(self) -> None:
        mine, other = workspace(), workspace()
        chosen(mine), chosen(other)
        with in_place_of_all(Parrot()):
            language_models.ask(mine, QUESTION, purpose="draft")
        assert language_models.spent(other).calls == 0

    def test_nothing_of_the_key_or_the_question_goes_to_the_log(self, caplog: pytest.LogCaptureFixture) -> None:
        team = workspace()
        chosen(team)
        with caplog.at_level(logging.DEBUG), in_place_of_all(Parrot(fails=NotReached())), pytest.raises(NotReached):
            language_models.ask(team, [Said("user", "words of a member")], purpose="draft")
        assert "s3cret" not in caplog.text
        assert "words of a member" not in [
            record.getMessage() for record in caplog.records if record.name != "django.db.backends"
        ]


@pytest.mark.django_db
class TestLabelling:
    LABELS = '{"labels": [{"n": 1, "label": "ironic", "sure": 0.9}, {"n": 2, "label": "other", "sure": 0.9}]}'

    def test_texts_are_labelled_within_the_budget_and_without_what_is_personal(self) -> None:
        team, parrot = workspace(), Parrot(self.LABELS)
        chosen(team, readings=True)
        texts = ["bravo, écris à a@b.example", "salut"]
        found = [[{"kind": "email", "start": 15, "end": 26}], []]
        with in_place_of_all(parrot):
            given = language_models.label(team, texts, "Is it ironic?", ["ironic", "literal"], personal=found)
        assert [one and one.label for one in given] == ["ironic", None]
        assert "a@b.example" not in parrot.heard
        assert ModelCall.objects.get().purpose == "label"

    def test_many_texts_are_asked_in_batches(self) -> None:
        team, parrot = workspace(), Parrot(self.LABELS)
        chosen(team, readings=True)
        with in_place_of_all(parrot):
            given = language_models.label(team, ["salut"] * 45, "?", ["ironic"], personal=[[]] * 45)
        assert [place for place, one in enumerate(given) if one] == [0, 20, 40]
        assert len(parrot.asked) == 3

    def test_where_it_is_not_wanted_or_fails_all_stay_unsure(self) -> None:
        team, parrot = workspace(), Parrot(self.LABELS)
        with in_place_of_all(parrot):
            assert language_models.label(team, ["a"], "?", ["x"], personal=[[]]) == [None]
            chosen(team, readings=False)
            assert language_models.label(team, ["a"], "?", ["x"], personal=[[]]) == [None]
        chosen(team, readings=True)
        with in_place_of_all(Parrot(fails=NoAnswer())):
            assert language_models.label(team, ["a"], "?", ["x"], personal=[[]]) == [None]
        assert parrot.asked == []


@pytest.mark.django_db(transaction=True)
def test_questions_asked_at_once_never_share_the_last_tokens() -> None:
    team = workspace()
    chosen(team, monthly_tokens=3_000)

    def ask() -> Any:
        with in_place_of_all(Parrot(usage=Usage(900, 100))):
            return language_models.ask(team, QUESTION, purpose="draft", most_tokens=900)

    connection.close()
    results = at_once(*[ask] * 8)
    spent = language_models.spent(team)
    assert {type(one) for one in raised(results)} <= {BudgetSpent}
    assert spent.tokens <= 3_000
    assert spent.calls == len(results) - len(raised(results)) >= 1
