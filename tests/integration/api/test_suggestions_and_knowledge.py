"""What the AI proposes, what may be quoted, what happened."""

import pytest

from binome.autonomy.models import Verdict
from binome.channels.models import Delivery
from binome.inbox.models import Message
from binome.journal import services as journal
from binome.journal.models import Entry
from binome.knowledge.models import Source
from binome.workspaces.models import Role
from tests.integration.api.programs import program
from tests.integration.web.houses import furnished, house

ENTRY = {"question": "À quelle heure ouvrez-vous ?", "answer": "Nous ouvrons à 10 h.", "language": "fr"}


@pytest.fixture
def team(db):
    return furnished("alpha")


def test_what_waits_is_listed_and_accepted_once(team):
    asked, waiting = program(team.workspace), team.things["suggestion"]
    assert [one["id"] for one in asked.get("suggestions").json()["suggestions"]] == [waiting]
    first, second = (asked.post(f"suggestions/{waiting}/accept") for _ in range(2))
    assert (first.status_code, first.json()["text"]) == (200, "Demain.")
    assert (second.status_code, second.json().keys()) == (409, {"problem"})
    assert Verdict.objects.get().judgement == "accepted"
    assert Delivery.objects.filter(state="due").count() == 1
    assert asked.get("suggestions").json() == {"suggestions": [], "next": None}


def test_other_words_are_an_edited_suggestion(team):
    answer = program(team.workspace).post(f"suggestions/{team.things['suggestion']}/edit", {"text": "Après-demain."})
    assert answer.json()["text"] == "Après-demain."
    assert Verdict.objects.get().judgement == "rewritten"


def test_a_refused_suggestion_sends_nothing(team):
    answer = program(team.workspace).post(f"suggestions/{team.things['suggestion']}/refuse")
    assert answer.json()["state"] == "refused"
    assert Verdict.objects.get().wrong
    assert Message.objects.exclude(by="member").count() == 0


def test_an_entry_is_made_changed_and_archived(team):
    asked = program(team.workspace, Role.MANAGER)
    made = asked.post("sources", ENTRY)
    assert (made.status_code, made.json()["revision"]) == (201, 1)
    changed = asked.put(f"sources/{made.json()['id']}", ENTRY | {"answer": "Nous ouvrons à 11 h."})
    assert (changed.json()["answer"], changed.json()["revision"]) == ("Nous ouvrons à 11 h.", 2)
    archived = asked.post(f"sources/{made.json()['id']}/archive", {"archived": True})
    assert archived.json()["archived_at"]
    assert made.json()["id"] not in [one["id"] for one in asked.get("sources").json()["sources"]]
    assert [one["id"] for one in asked.get("sources", archived="true").json()["sources"]] == [made.json()["id"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": ""}, {"answer": "\u0000"}, {"language": "xx"}, {"url": "javascript:alert(1)"},
        {"alternatives": "no"}, {"expires_on": "tomorrow"}, {"channels": [10**30]}, {"channels": [987654]},
    ],
)  # fmt: skip
def test_an_entry_that_is_not_as_documented_is_not_made(team, wrong):
    before = Source.objects.count()
    answer = program(team.workspace, Role.MANAGER).post("sources", ENTRY | wrong)
    assert (answer.status_code, answer.json().keys()) == (422, {"problem"})
    assert Source.objects.count() == before


def test_an_entry_is_not_tied_to_a_channel_of_another_workspace(team):
    mine = house("beta")
    answer = program(mine.workspace, Role.MANAGER).post("sources", ENTRY | {"channels": [team.things["channel"]]})
    assert answer.status_code == 422
    assert Source.objects.filter(workspace=mine.workspace).count() == 0


def test_two_entries_do_not_share_an_external_id(team):
    asked = program(team.workspace, Role.MANAGER)
    statuses = [asked.post("sources", ENTRY | {"external_id": "hours"}).status_code for _ in range(2)]
    assert statuses == [201, 409]
    assert Source.objects.filter(external_id="hours").count() == 1


def test_what_would_be_answered_is_told_and_nothing_is_sent(team):
    asked = program(team.workspace, Role.MANAGER)
    made = asked.post("sources", ENTRY).json()["id"]
    messages, deliveries = Message.objects.count(), Delivery.objects.count()
    told = asked.post("answer", {"question": "À quelle heure ouvrez-vous ?"}).json()
    assert told["answers"][0]["source"]["id"] == made
    assert told["would"] == "suggest"
    assert 0 < told["answers"][0]["confidence"] <= 1
    assert (Message.objects.count(), Delivery.objects.count()) == (messages, deliveries)


def test_what_happened_is_told_in_order_without_any_text(team):
    asked = program(team.workspace)
    asked.post(f"conversations/{team.things['conversation']}/notes", {"text": "un secret"})
    journal.seal()
    told = asked.get("facts").json()
    kinds = [one["kind"] for one in told["facts"]]
    assert kinds[-1] == "NoteWritten"
    assert told["position"] == told["facts"][-1]["position"] == Entry.objects.count()
    assert "secret" not in str(told)
    assert asked.get("facts", after=told["position"]).json() == {"facts": [], "position": told["position"]}


def test_the_health_of_channels_counts_what_is_not_settled(team):
    (told,) = program(team.workspace, Role.VIEWER).get("channels").json()
    assert (told["id"], told["deliveries_unsettled"], told["failure"]) == (team.things["channel"], 1, "")


def test_a_token_is_told_what_it_is(team):
    told = program(team.workspace, Role.VIEWER).get("me").json()
    assert (told["token"], told["role"]) == ("A program", "viewer")
    assert told["in_the_name_of"] == {"id": team.owner.pk, "name": str(team.owner)}
