"""What may be asked of the assistant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from binome.assistant.models import Suggestion
from binome.autonomy.models import Lane, Verdict
from binome.kit.paging import Page, read_cursor, write_cursor
from binome.knowledge.models import Source
from binome.workspaces.models import Workspace


def pending_in(conversations: Sequence[int]) -> Mapping[int, Suggestion]:
    """The suggestion that waits in each of these conversations, if any (the latest)."""
    waiting = Suggestion.objects.filter(conversation__in=conversations, state=Suggestion.State.PENDING)
    return {s.conversation_id: s for s in waiting.select_related("source", "lane").order_by("pk")}


def pending_of(workspace: Workspace, cursor: str = "", limit: int = 40) -> Page[Suggestion]:
    """What waits for a person in a workspace, the latest first; `BadCursor` if the cursor is not ours."""
    rows = Suggestion.objects.filter(workspace=workspace, state=Suggestion.State.PENDING)
    if cursor:
        at, pk = read_cursor(cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    found = list(rows.select_related("source", "lane").order_by("-created_at", "-pk")[: limit + 1])
    shown = found[:limit]
    return Page(shown, write_cursor(shown[-1].created_at, shown[-1].pk) if len(found) > limit else None)


def suggestion_in(workspace: Workspace, pk: int) -> Suggestion | None:
    """One suggestion of the workspace with what deciding on it needs, or None."""
    rows = Suggestion.objects.select_related("conversation__thread__channel", "source", "lane")
    return rows.filter(workspace=workspace, pk=pk).first()


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


@dataclass(frozen=True)
class Served:
    """What became of an entry's answers: *suggested* in all, of which sent by people or alone, and judged."""

    suggested: int
    sent: int
    alone: int
    right: int
    wrong: int


def served(source: Source) -> Served:
    """Where an entry served so far, over all its revisions."""
    states = Count("pk", filter=Q(state__in=["accepted", "edited"])), Count("pk", filter=Q(state="acted"))
    counts = source.suggestions.aggregate(suggested=Count("pk"), sent=states[0], alone=states[1])
    verdicts = Verdict.objects.filter(suggestion__in=source.suggestions.values("pk"))
    judged = verdicts.aggregate(right=Count("pk", filter=Q(wrong=False)), wrong=Count("pk", filter=Q(wrong=True)))
    return Served(**counts, **judged)


@dataclass(frozen=True)
class Sureness:
    """What a lane's suggestions so far say of one threshold: how many were as sure, how many of those were judged, and wrong."""

    at_least: float
    number: int
    judged: int
    wrong: int


def sureness_of(lane: Lane, thresholds: Sequence[float]) -> list[Sureness]:
    """How sure the AI was so far in a lane, and what people made of it; whatever else held it back is not counted."""
    sure = dict(lane.suggestions.values_list("pk", "confidence"))
    wrong = dict(lane.verdicts.values_list("suggestion", "wrong"))
    rows = []
    for threshold in thresholds:
        reached = [pk for pk, confidence in sure.items() if confidence >= threshold]
        judged = [wrong[pk] for pk in reached if pk in wrong]
        rows.append(Sureness(threshold, len(reached), len(judged), sum(judged)))
    return rows
