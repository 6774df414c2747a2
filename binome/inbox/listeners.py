"""The inbox listens for what arrives on channels."""

from collections.abc import Sequence

from binome.inbox import services as inbox
from binome.journal.listening import listener
from binome.journal.models import Entry


@listener("PayloadArrived")
def receive(entries: Sequence[Entry]) -> None:
    inbox.receive_arrivals([entry.about["arrival"] for entry in entries])


@listener("DeliverySettled")
def note_sent(entries: Sequence[Entry]) -> None:
    inbox.note_sent([entry.about["delivery"] for entry in entries if entry.about["state"] == "sent"])
