"""Knowledge listens for what people took back."""

from collections.abc import Sequence

from binome.journal.listening import listener
from binome.journal.models import Entry
from binome.knowledge import services as knowledge


@listener("MessageDeleted")
def forget(entries: Sequence[Entry]) -> None:
    knowledge.forget_gaps([entry.about["message"] for entry in entries])
