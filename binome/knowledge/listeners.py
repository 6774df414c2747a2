"""Knowledge listens for what people took back, and teaches its topics when a workspace learns."""

from collections.abc import Sequence

from binome.journal.listening import listener
from binome.journal.models import Entry
from binome.knowledge import services as knowledge
from binome.knowledge import topics
from binome.understanding import lessons


@listener("MessageDeleted")
def forget(entries: Sequence[Entry]) -> None:
    knowledge.forget_gaps([entry.about["message"] for entry in entries])


@listener("SourceWritten")
def learn_soon(entries: Sequence[Entry]) -> None:
    lessons.learn_soon({entry.workspace_id for entry in entries if entry.workspace_id})


@listener("LessonsLearned", studies=True)
def teach_topics(entries: Sequence[Entry]) -> None:
    topics.teach({entry.workspace_id for entry in entries if entry.workspace_id})
