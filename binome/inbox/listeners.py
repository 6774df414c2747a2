"""The inbox listens for what arrives on channels, and for members who are forgotten."""

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


@listener("DeliverySettled")
def note_moderated(entries: Sequence[Entry]) -> None:
    lost = [entry.about["delivery"] for entry in entries if entry.about["state"] in ("failed", "cancelled")]
    inbox.note_settled(lost)


@listener("MemberErased")
def wipe(entries: Sequence[Entry]) -> None:
    for entry in entries:
        inbox.wipe_all_of([entry.about["member"]], actor=entry.actor)
