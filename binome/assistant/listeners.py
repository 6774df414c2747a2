"""The assistant listens for what has been understood, for people who decide without it, and for what it leaned on."""

from collections.abc import Sequence

from binome.accounts.selectors import user_of
from binome.assistant import outcomes, voiding
from binome.assistant import services as assistant
from binome.inbox.models import Message
from binome.journal.listening import listener
from binome.journal.models import Entry


@listener("MessageUnderstood")
def respond(entries: Sequence[Entry]) -> None:
    assistant.respond([entry.about["message"] for entry in entries])


@listener("MessageReadCloser")
def reconsider(entries: Sequence[Entry]) -> None:
    assistant.reconsider([entry.about["message"] for entry in entries])


@listener("DeliverySettled")
def note_disclosures(entries: Sequence[Entry]) -> None:
    assistant.note_disclosures([entry.about["delivery"] for entry in entries if entry.about["state"] == "sent"])


@listener("DeliverySettled")
def take_back(entries: Sequence[Entry]) -> None:
    stopped = [entry.about for entry in entries if entry.about["state"] == "cancelled"]
    assistant.take_back({about["delivery"]: about["failure"] for about in stopped})


@listener("ReplyWritten", "Closed")
def withdraw(entries: Sequence[Entry]) -> None:
    """A person has answered, or closed the conversation: what was proposed there is settled."""
    for entry in entries:
        if entry.about.get("by") != "ai":
            reply = Message.objects.filter(pk=entry.about.get("message")).first()
            settled = (entry.at, user_of(entry.actor), reply.text if reply else "")
            assistant.answered_otherwise({entry.about["conversation"]: settled})


@listener("ReplyWritten")
def note_corrections(entries: Sequence[Entry]) -> None:
    outcomes.note_corrections([entry.about["message"] for entry in entries if entry.about["by"] == "operator"])


@listener("MessageDeleted")
def forget(entries: Sequence[Entry]) -> None:
    assistant.forget([entry.about["message"] for entry in entries])


@listener("SourceWritten", "SourceArchived")
def void(entries: Sequence[Entry]) -> None:
    voiding.void_what_leaned_on(list(dict.fromkeys(entry.about["source"] for entry in entries)))
