"""The assistant listens for what has been understood, and for people who decide without it."""

from collections.abc import Sequence

from binome.assistant import services as assistant
from binome.journal.listening import listener
from binome.journal.models import Entry


@listener("MessageUnderstood")
def respond(entries: Sequence[Entry]) -> None:
    assistant.respond([entry.about["message"] for entry in entries])


@listener("DeliverySettled")
def note_disclosures(entries: Sequence[Entry]) -> None:
    assistant.note_disclosures([entry.about["delivery"] for entry in entries if entry.about["state"] == "sent"])


@listener("ReplyWritten", "Closed")
def withdraw(entries: Sequence[Entry]) -> None:
    settled = [entry for entry in entries if entry.about.get("by") != "ai"]
    assistant.lapse({entry.about["conversation"]: entry.at for entry in settled})


@listener("MessageDeleted")
def forget(entries: Sequence[Entry]) -> None:
    assistant.forget([entry.about["message"] for entry in entries])
