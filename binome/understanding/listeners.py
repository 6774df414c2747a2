"""Understanding listens for what was received, changed or taken back, and for verdicts that were."""

from collections.abc import Sequence

from binome.journal.listening import listener
from binome.journal.models import Entry
from binome.understanding import judging
from binome.understanding import services as understanding


@listener("MessageReceived", "MessageEdited", by="conversation", strands=2)
def read(entries: Sequence[Entry]) -> None:
    understanding.understand(list(dict.fromkeys(entry.about["message"] for entry in entries)))


@listener("MessageDeleted")
def forget(entries: Sequence[Entry]) -> None:
    understanding.forget([entry.about["message"] for entry in entries])


@listener("ReadingVerdictTakenBack")
def take_back(entries: Sequence[Entry]) -> None:
    judging.read_again(list(dict.fromkeys(entry.about["message"] for entry in entries)))
