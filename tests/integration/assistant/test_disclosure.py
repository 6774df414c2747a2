"""The proof that a member was told that an AI answers: kept once, when the AI's words have left."""

import pytest

from binome.assistant import services as assistant
from binome.channels.gate import Authorisation
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.journal.models import Entry
from tests.community import channel, conversation, message, teammate, workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["playground", "webhook"])
def talk(request) -> Conversation:
    values = {"reply_url": "https://example.org/"} if request.param == "webhook" else {}
    talk = conversation(channel(workspace(), request.param, **values))
    message(talk)
    return talk


def by_ai(talk: Conversation) -> Message:
    return inbox.reply_as_ai(talk, "Oui.", authorisation=Authorisation("ai", "test"), sources=[], alone=True)


def proofs(talk: Conversation) -> list[dict]:
    return [entry.about for entry in Entry.objects.filter(kind="AiDisclosed", workspace_id=talk.workspace_id)]


def test_the_first_words_of_the_ai_are_the_proof_and_the_next_change_nothing(talk):
    first, second = by_ai(talk), by_ai(talk)
    assistant.note_disclosures([first.delivery_id])
    talk.refresh_from_db()
    told_at = talk.ai_disclosed_at
    assert told_at is not None
    assistant.note_disclosures([first.delivery_id, second.delivery_id])
    talk.refresh_from_db()
    assert talk.ai_disclosed_at == told_at
    how = {"playground": "page", "webhook": "words"}[talk.channel.connector]
    assert proofs(talk) == [{"conversation": talk.pk, "how": how}]


def test_a_person_s_words_prove_nothing(talk):
    reply = inbox.reply(talk, "Oui.", user=teammate(talk.workspace))
    assistant.note_disclosures([reply.delivery_id])
    talk.refresh_from_db()
    assert talk.ai_disclosed_at is None
    assert proofs(talk) == []
