"""The memory learns from conversations when they end, and forgets what people took back, and people who are forgotten."""

from collections.abc import Sequence

from binome.journal.listening import listener
from binome.journal.models import Entry
from binome.knowledge.memory import services as memory
from binome.workspaces.models import Workspace


@listener("Closed", "ConversationRecorded", studies=True)
def remember(entries: Sequence[Entry]) -> None:
    memory.remember([entry.about["conversation"] for entry in entries])


@listener("MessageDeleted", studies=True)
def forget(entries: Sequence[Entry]) -> None:
    memory.forget_messages([entry.about["message"] for entry in entries])


@listener("SourceWritten", "SourceArchived", studies=True)
def hold_beside(entries: Sequence[Entry]) -> None:
    memory.hold_beside(list(dict.fromkeys(entry.about["source"] for entry in entries)))


@listener("MemberErased", studies=True)
def forget_members(entries: Sequence[Entry]) -> None:
    for entry in entries:
        for workspace in Workspace.objects.filter(members=entry.about["member"]):
            memory.forget_author(workspace, members=[entry.about["member"]], actor=entry.actor)
