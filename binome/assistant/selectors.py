"""What may be asked of the assistant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from binome.assistant.models import Card, DraftRequest, Habit, Suggestion
from binome.autonomy.models import Act, Lane, Verdict
from binome.inbox import selectors as inbox
from binome.inbox.models import Conversation, SavedReply, Tag
from binome.kit.paging import Page, read_cursor, write_cursor
from binome.knowledge.models import Source
from binome.workspaces.models import Workspace


def pending_in(conversations: Sequence[int]) -> Mapping[int, Suggestion]:
    """The reply that waits in each of these conversations, if any (the latest)."""
    waiting = Suggestion.objects.filter(conversation__in=conversations, state=Suggestion.State.PENDING).replies()
    return {s.conversation_id: s for s in waiting.select_related("source", "lane").order_by("pk")}


@dataclass(frozen=True)
class Ready:
    """That something waits to be sent, as a list says it: whether a language model wrote it, and how sure it is."""

    draft: bool
    confidence: float


def ready_in(conversations: Sequence[int]) -> Mapping[int, Ready]:
    """What waits in each of these conversations, if anything (the latest): only what a row of a list needs."""
    waiting = Suggestion.objects.filter(conversation__in=conversations, state=Suggestion.State.PENDING).replies()
    told = waiting.order_by("pk").values_list("conversation_id", "lane__act", "confidence")
    return {conversation: Ready(act == Act.DRAFT, confidence) for conversation, act, confidence in told}


def pending_of(workspace: Workspace, cursor: str = "", limit: int = 40) -> Page[Suggestion]:
    """Replies that wait for a person in a workspace, the latest first; `BadCursor` if the cursor is not ours.

    Those that are to be answered blind are not told."""
    return _page(Suggestion.objects.filter(workspace=workspace, blind=False).replies(), cursor, limit)


def triage_of(workspace: Workspace, cursor: str = "", limit: int = 40) -> Page[Suggestion]:
    """Tags and closings that wait for a person, the same way; those that are to be judged blind are not told."""
    return _page(Suggestion.objects.filter(workspace=workspace, blind=False).triage(), cursor, limit)


def triage_waiting(workspace: Workspace) -> QuerySet[Suggestion]:
    """All of these for those who settle them one by one, the oldest first, with what they look at: what is kept back is asked."""
    rows = Suggestion.objects.filter(workspace=workspace, state=Suggestion.State.PENDING).triage()
    return rows.select_related("message__member", "conversation__channel", "lane", "tag").order_by("pk")


def _page(rows: QuerySet[Suggestion], cursor: str, limit: int) -> Page[Suggestion]:
    rows = rows.filter(state=Suggestion.State.PENDING)
    if cursor:
        at, pk = read_cursor(cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))
    found = list(rows.select_related("source", "lane", "tag").order_by("-created_at", "-pk")[: limit + 1])
    shown = found[:limit]
    return Page(shown, write_cursor(shown[-1].created_at, shown[-1].pk) if len(found) > limit else None)


def draft_asked(conversation: Conversation) -> DraftRequest | None:
    """The latest wish for a draft in a conversation, if it is on what its member said last."""
    asked = DraftRequest.objects.filter(conversation=conversation).order_by("-pk").first()
    last = inbox.last_asked(conversation) if asked else None
    return asked if asked and last and asked.message_id == last.pk else None


def suggestion_in(workspace: Workspace, pk: int) -> Suggestion | None:
    """One suggestion of the workspace with what deciding on it needs, or None."""
    rows = Suggestion.objects.select_related("conversation__thread__channel", "source", "lane", "tag")
    return rows.filter(workspace=workspace, pk=pk).first()


def of_conversation(conversation: int) -> QuerySet[Suggestion]:
    """Everything proposed or done in a conversation, in order."""
    return (
        Suggestion.objects.filter(conversation=conversation)
        .select_related("source", "saved_reply", "lane", "tag", "decided_by")
        .order_by("pk")
    )


def of_ids(ids: Sequence[int]) -> Mapping[int, Suggestion]:
    """These suggestions, by id, with what an auditor looks at."""
    rows = Suggestion.objects.filter(pk__in=ids).select_related(
        "message__member", "conversation__channel", "source", "saved_reply", "lane", "tag"
    )
    return {s.pk: s for s in rows}


def is_kept_back(conversation: int) -> bool:
    """Whether a proposal in this conversation is to be judged before anybody sees it."""
    return Suggestion.objects.filter(conversation=conversation, blind=True, state=Suggestion.State.PENDING).exists()


def card_in(workspace: Workspace, pk: int) -> Card | None:
    """One why card of the workspace, with what it speaks of."""
    rows = Card.objects.select_related("conversation__channel", "message__member", "suggestion__source", "workspace")
    return rows.filter(workspace=workspace, pk=pk).first()


def last_card(conversation: int) -> int:
    """The card of the last decision in a conversation; 0 when none is kept."""
    return Card.objects.filter(conversation=conversation).order_by("-pk").values_list("pk", flat=True).first() or 0


def card_on(message: int) -> Card | None:
    """The card of the last decision on a message."""
    return Card.objects.select_related("message").filter(message=message).order_by("-pk").first()


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
    return _served(Suggestion.objects.filter(source=source))


def proposed_so_far(saved: SavedReply) -> Served:
    """The same for a saved reply."""
    return _served(Suggestion.objects.filter(saved_reply=saved))


def known_replies(workspace: Workspace) -> set[int]:
    """The saved replies of which it is known when they serve."""
    return _known(workspace.pk, Act.PREPARED_REPLY)


def known_tags(workspace: int) -> set[str]:
    """The names of the tags of which it is known when the team puts them."""
    return set(Tag.objects.filter(pk__in=_known(workspace, Act.TAG)).values_list("name", flat=True))


def _known(workspace: int, act: str) -> set[int]:
    habit = Habit.objects.filter(workspace=workspace, act=act).defer("weights").order_by("-pk").first()
    return {int(name) for name in habit.names} if habit else set()


def _served(suggestions: QuerySet[Suggestion]) -> Served:
    states = Count("pk", filter=Q(state__in=["accepted", "edited"])), Count("pk", filter=Q(state="acted"))
    counts = suggestions.aggregate(suggested=Count("pk"), sent=states[0], alone=states[1])
    verdicts = Verdict.objects.filter(suggestion__in=suggestions.values("pk"))
    judged = verdicts.aggregate(right=Count("pk", filter=Q(wrong=False)), wrong=Count("pk", filter=Q(wrong=True)))
    return Served(**counts, **judged)


def shares_alone(workspace: Workspace, since: datetime) -> Mapping[int, tuple[int, int]]:
    """By lane, since an instant: how many answers were given alone, of how many proposed or given."""
    rows = Suggestion.objects.filter(workspace=workspace, created_at__gt=since).values("lane")
    counted = rows.annotate(alone=Count("pk", filter=Q(state="acted")), number=Count("pk"))
    return {row["lane"]: (row["alone"], row["number"]) for row in counted}


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
