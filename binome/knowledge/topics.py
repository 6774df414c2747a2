"""What the entries teach of topics: their questions are about theirs, and questions that nothing answers are about none."""

from collections.abc import Iterable

from binome.knowledge.models import Gap, Source
from binome.understanding import teaching
from binome.workspaces.models import Workspace

UNANSWERED = 600


def teach(workspaces: Iterable[int]) -> None:
    """Have understanding learn the topics of these workspaces."""
    for workspace in Workspace.objects.filter(pk__in=set(workspaces)).order_by("pk"):
        entries = Source.objects.filter(workspace=workspace, archived_at=None).exclude(topic="").order_by("pk")
        asked = [(text, entry.topic) for entry in entries for text in (entry.question, *entry.alternatives)]
        unanswered = Gap.objects.filter(workspace=workspace, filled_by=None).order_by("-pk")
        teaching.teach_topics(workspace, asked, list(unanswered.values_list("text", flat=True)[:UNANSWERED]))
