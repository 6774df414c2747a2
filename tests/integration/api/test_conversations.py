"""What programs do in conversations."""

import pytest

from binome.channels.gate import AlreadyEnqueued
from binome.channels.models import Delivery, Thread
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message, Note
from binome.workspaces.models import Role
from tests import community
from tests.community import at_once
from tests.integration.api.programs import program
from tests.integration.web.houses import house


@pytest.fixture
def team(db):
    return house("alpha")


@pytest.fixture
def talk(team):
    conversation = community.conversation(community.channel(team.workspace))
    community.message(conversation, "Êtes-vous ouverts dimanche ?")
    return conversation


def test_a_reply_is_in_line_to_leave_in_the_name_of_who_made_the_token(team, talk):
    answer = program(team.workspace).post(f"conversations/{talk.pk}/replies", {"text": "Oui, dès 10 h."})
    assert answer.status_code == 201
    sent = Message.objects.get(pk=answer.json()["id"])
    assert (sent.text, sent.operator, sent.by) == ("Oui, dès 10 h.", team.owner, "operator")
    assert answer.json()["delivery"] == sent.delivery.state == "due"
    assert Thread.objects.get(pk=talk.thread_id).held_by_person


def test_the_same_key_twice_sends_once(team, talk):
    asked = program(team.workspace)
    first, second = (
        asked.post(f"conversations/{talk.pk}/replies", {"text": "Oui."}, **{"idempotency-key": "k1"}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Delivery.objects.count() == 1
    assert Message.objects.filter(by="operator").count() == 1


def test_without_a_key_the_same_words_twice_are_two_replies(team, talk):
    asked = program(team.workspace)
    statuses = [asked.post(f"conversations/{talk.pk}/replies", {"text": "Oui."}).status_code for _ in range(2)]
    assert statuses == [201, 201]
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_key_that_served_for_another_reply_is_refused(team, talk, elsewhere):
    asked, key = program(team.workspace), {"idempotency-key": "k1"}
    asked.post(f"conversations/{talk.pk}/replies", {"text": "Oui."}, **key)
    other = community.conversation(talk.channel) if elsewhere else talk
    words = "Oui." if elsewhere else "Non."
    answer = asked.post(f"conversations/{other.pk}/replies", {"text": words}, **key)
    assert answer.status_code == 409
    assert Delivery.objects.count() == 1
    assert not Thread.objects.get(pk=other.thread_id).held_by_person or not elsewhere


def test_the_same_key_in_another_workspace_is_another_reply(team, talk):
    beta = house("beta")
    theirs = community.conversation(community.channel(beta.workspace))
    for one, where in ((team, talk), (beta, theirs)):
        answer = program(one.workspace).post(
            f"conversations/{where.pk}/replies", {"text": "Oui."}, **{"idempotency-key": "k1"}
        )
        assert answer.status_code == 201
    assert Delivery.objects.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "\u0000", "x" * 100_001])
def test_words_that_cannot_be_sent_are_refused_and_nothing_happens(team, talk, text):
    answer = program(team.workspace).post(f"conversations/{talk.pk}/replies", {"text": text})
    assert (answer.status_code, answer.json().keys()) == (422, {"problem"})
    assert Delivery.objects.count() == 0
    assert not Thread.objects.get(pk=talk.thread_id).held_by_person


def test_a_field_that_is_wrong_is_named_and_its_content_is_not_repeated(team, talk):
    answer = program(team.workspace).post(f"conversations/{talk.pk}/replies", {"words": "a secret"})
    assert answer.status_code == 422
    assert "text" in answer.json()["problem"]
    assert "secret" not in answer.content.decode()


def test_a_body_that_is_not_json_is_told_so(team, talk):
    asked = program(team.workspace)
    answer = asked._client.post(
        f"/api/v1/conversations/{talk.pk}/notes", "{", content_type="application/json", headers=asked._headers
    )
    assert (answer.status_code, answer.json().keys()) == (400, {"problem"})
    assert Note.objects.count() == 0


def test_a_note_is_written_and_does_not_leave(team, talk):
    answer = program(team.workspace).post(f"conversations/{talk.pk}/notes", {"text": "À rappeler"})
    assert (answer.status_code, answer.json()["text"]) == (201, "À rappeler")
    assert Note.objects.get().author == team.owner
    assert Delivery.objects.count() == 0


def test_a_conversation_is_entrusted_to_somebody_of_the_team_alone(team, talk):
    asked, operator = program(team.workspace), team.people["operator"]
    answer = asked.post(f"conversations/{talk.pk}/assign", {"to": operator.pk})
    assert answer.json()["assignee"] == {"id": operator.pk, "name": str(operator)}
    refused = asked.post(f"conversations/{talk.pk}/assign", {"to": house("beta").owner.pk})
    assert refused.status_code == 422
    assert Conversation.objects.get(pk=talk.pk).assignee == operator


@pytest.mark.parametrize(
    ("act", "field", "value"),
    [("close", "state", "closed"), ("take-over", "held_by_person", True), ("reopen", "state", "open")],
)
def test_what_is_done_to_a_conversation_is_seen_in_the_answer_and_kept(team, talk, act, field, value):
    asked = program(team.workspace)
    assert asked.post(f"conversations/{talk.pk}/{act}").json()[field] == value
    assert asked.get(f"conversations/{talk.pk}").json()[field] == value


def test_giving_back_lets_the_ai_answer_again(team, talk):
    asked = program(team.workspace)
    asked.post(f"conversations/{talk.pk}/take-over")
    assert asked.post(f"conversations/{talk.pk}/give-back").json()["held_by_person"] is False
    assert not Thread.objects.get(pk=talk.thread_id).held_by_person


def test_pages_follow_each_other_without_gap_or_repeat(team):
    place = community.channel(team.workspace)
    made = {community.conversation(place).pk for _ in range(95)}
    asked, seen, cursor = program(team.workspace, Role.VIEWER), [], ""
    while cursor is not None:
        page = asked.get("conversations", view="all", cursor=cursor).json()
        seen += [one["id"] for one in page["conversations"]]
        cursor = page["next"]
    assert len(seen) == 95
    assert set(seen) == made


@pytest.mark.parametrize(
    "query",
    [{"view": "nothing"}, {"cursor": "xyz"}, {"channel": 10**30}, {"channel": "a"}, {"search": "x" * 201}],
)
def test_a_question_that_is_not_as_documented_is_refused(team, query):
    answer = program(team.workspace).get("conversations", **query)
    assert (answer.status_code, answer.json().keys()) == (422, {"problem"})


@pytest.mark.parametrize("search", ["\u0000", "'", "(", "&|!:*", "dimanche"])
def test_any_words_may_be_looked_for(team, talk, search):
    answer = program(team.workspace).get("conversations", view="all", search=search)
    assert answer.status_code == 200
    if search == "dimanche":
        assert [one["id"] for one in answer.json()["conversations"]] == [talk.pk]


def test_a_conversation_comes_with_what_was_said(team, talk):
    whole = program(team.workspace).get(f"conversations/{talk.pk}").json()
    assert [(one["by"], one["text"]) for one in whole["messages"]] == [("member", "Êtes-vous ouverts dimanche ?")]
    assert whole["earlier"] is None


@pytest.mark.parametrize("pk", [0, 10**30])
def test_a_conversation_that_does_not_exist_is_not_found(team, pk):
    assert program(team.workspace).get(f"conversations/{pk}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_instant_sends_once():
    team = house("alpha")
    conversation = community.conversation(community.channel(team.workspace))

    def send():
        return inbox.reply(Conversation.objects.get(pk=conversation.pk), "Oui.", user=team.owner, key="k" * 64)

    results = at_once(*[send] * 4)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyEnqueued"] * 3 + ["Message"]
    assert all(isinstance(result, Message | AlreadyEnqueued) for result in results)
    assert Delivery.objects.count() == 1


def test_a_members_message_is_hidden_and_shown_where_the_channel_can(team):
    said = community.message(community.conversation(community.channel(team.workspace, can_moderate="on")), "Insulte")
    address = f"conversations/{said.conversation_id}/messages/{said.pk}"
    operator = program(team.workspace, Role.OPERATOR)
    hidden = operator.post(f"{address}/hide", {"reason": "insults"})
    assert (hidden.status_code, hidden.json()["hidden_at"] is not None) == (200, True)
    again = operator.post(f"{address}/hide", {"reason": ""})
    assert (again.status_code, again.json().keys()) == (409, {"problem"})
    shown = operator.post(f"{address}/show")
    assert (shown.status_code, shown.json()["hidden_at"], shown.json()["held"]) == (200, None, False)
    assert [line.does for line in Delivery.objects.order_by("pk")] == ["hide", "show"]
    elsewhere = community.conversation(said.channel)
    assert operator.post(f"conversations/{elsewhere.pk}/messages/{said.pk}/hide", {}).status_code == 404
