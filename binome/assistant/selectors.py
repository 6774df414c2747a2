"""What may be asked of the assistant."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from binome.assistant.models import Suggestion
from binome.knowledge.models import Source


def pending_in(conversations: Sequence[int]) -> Mapping[int, Suggestion]:
    """The suggestion that waits in each of these conversations, if any (the latest)."""
    waiting = Suggestion.objects.filter(conversation__in=conversations, state=Suggestion.State.PENDING)
    return {s.conversation_id: s for s in waiting.select_related("source", "lane").order_by("pk")}


def of_conversation(conversation: int) -> QuerySet[Suggestion]:
    """Everything proposed or done in a conversation, in order."""
    return (
        Suggestion.objects.filter(conversation=conversation)
        .select_related("source", "lane", "decided_by")
        .order_by("pk")
    )


def of_ids(ids: Sequence[int]) -> Mapping[int, Suggestion]:
    """These suggestions, by id, with what an auditor looks at."""
    rows = Suggestion.objects.filter(pk__in=ids).select_related(
        "message__member", "conversation__channel", "source", "lane"
    )
    return {s.pk: s for s in rows}


def titles(sources: Sequence[int]) -> Mapping[int, str]:
    """The questions of these entries."""
    return dict(Source.objects.filter(pk__in=sources).values_list("pk", "question"))
