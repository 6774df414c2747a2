"""What may be asked of the inbox."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from binome.accounts.models import User
from binome.inbox.models import Attachment, Conversation, HandOver, Message, Moderation, Tag
from binome.kit.paging import Page, read_cursor, write_cursor
from binome.kit.text import fold
from binome.members.models import Member, words_of
from binome.workspaces.models import Workspace

PAGE = 40
HITS = 500
"""How many of the latest messages that match are looked at in a search."""


@dataclass(frozen=True)
class Filters:
    """What to show of a workspace's conversations."""

    view: str = "mine"
    """mine (waits for me or for anyone) · team (open) · approve (something waits for approval) · alone (the AI answered) ·
    later (snoozed) · closed · all"""
    search: str = ""
    channel: int | None = None
    tag: str = ""
    language: str = ""
    assignee: int | None = None


def untold_of_ai(deliveries: Sequence[int]) -> QuerySet[Conversation]:
    """Conversations in which one of these deliveries carried the AI's words, and no proof is kept that it said so."""
    spoken = Message.objects.filter(delivery__in=deliveries, by=Message.By.AI).values("conversation")
    return Conversation.objects.filter(pk__in=spoken, ai_disclosed_at=None).select_related("channel")


_LISTED = (
    "last_message_at", "last_text", "last_by", "needs_person", "done_alone_at",
    "channel__name", "member__name", "assignee__name", "assignee__email",
)  # fmt: skip
"""What a list shows of a conversation: the rest of these rows is not read."""

_TO_APPROVE = Exists(
    Message.objects.filter(conversation=OuterRef("pk"), held=True, hidden_at=None, deleted_at=None),
)
_NOT_DONE = Subquery(
    Moderation.objects.filter(message__conversation=OuterRef("pk"), failed=True).order_by("-pk").values("hidden")[:1]
)

_TAG_NAMES = ArraySubquery(Tag.objects.filter(conversations=OuterRef("pk")).order_by("pk").values("name"))


def conversations(
    workspace: Workspace, user: User, filters: Filters, cursor: str = "", among: Q | None = None, **told: Subquery
) -> Page[Conversation]:
    """A page of conversations, the latest first, with what a list shows of them, in one query.

    Beside their columns: `tag_names`; `to_approve`, whether something in them waits for approval; `not_done`, whether the
    latest moderation that came to nothing was to hide (None: there is none).

    *among*: what else they must be; *told*: what else is to be known of each. `BadCursor` if the cursor is not ours.
    """
    rows = _filtered(workspace, user, filters)
    if among is not None:
        rows = rows.filter(among)
    if cursor:
        at, pk = read_cursor(cursor)
        rows = rows.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, pk__lt=pk))
    found = list(
        rows.annotate(tag_names=_TAG_NAMES, to_approve=_TO_APPROVE, not_done=_NOT_DONE, **told)
        .select_related("channel", "member", "assignee")
        .only(*_LISTED)
        .order_by("-last_message_at", "-pk")[: PAGE + 1]
    )
    more = len(found) > PAGE
    last = found[:PAGE][-1] if found else None
    return Page(found[:PAGE], write_cursor(last.last_message_at, last.pk) if more and last else None)


def busiest(number: int) -> list[int]:
    """Workspaces in which something was said last, as far as the latest conversations tell; at most so many."""
    latest = Conversation.objects.order_by("-last_message_at").values_list("workspace_id", flat=True)[: 50 * number]
    return list(dict.fromkeys(latest))[:number]


def waiting_for(workspace: Workspace, user: User) -> QuerySet[Conversation]:
    """The conversations that wait for this person, or for anyone."""
    return _filtered(workspace, user, Filters())


def reasons_open(conversations: Sequence[int]) -> Mapping[int, str]:
    """Why each of these conversations is with a person, as long as nobody has ended it (the latest reason)."""
    rows = HandOver.objects.filter(conversation__in=conversations, ended_at=None).order_by("at", "pk")
    return dict(rows.values_list("conversation_id", "reason"))


def messages_of(conversation: Conversation, before: str = "", limit: int = 60) -> Page[Message]:
    """The latest messages of a conversation, oldest first; the cursor leads to earlier ones."""
    rows = conversation.messages.select_related("member", "operator", "delivery")
    if before:
        at, pk = read_cursor(before)
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    found = list(rows.prefetch_related("attachments", "revisions").order_by("-at", "-pk")[: limit + 1])
    shown = found[:limit]
    earlier = write_cursor(shown[-1].at, shown[-1].pk) if len(found) > limit else None
    return Page(shown[::-1], earlier)


def last_moderations(messages: Sequence[int]) -> Mapping[int, Moderation]:
    """Of each of these messages, what was decided last on hiding or showing it, if anything was; one query."""
    rows = Moderation.objects.filter(message__in=messages).select_related("delivery", "user")
    return {one.message_id: one for one in rows.order_by("message", "-pk").distinct("message")}


def with_pictures(messages: Sequence[int]) -> set[int]:
    """Which of these messages a member sent with a picture; one query."""
    files = Attachment.objects.filter(message__in=messages, message__by=Message.By.MEMBER)
    return {file.message_id for file in files if file.is_picture}


def messages_with_threads(ids: Sequence[int], earlier: int = 6) -> list[tuple[Message, list[str]]]:
    """These messages in order, each with the texts that came before it in its conversation, oldest first."""
    messages = list(
        Message.objects.filter(pk__in=ids)
        .select_related("workspace", "member")
        .select_related("conversation__thread", "conversation__channel", "conversation__member")
        .select_related("conversation__workspace")
        .order_by("at", "pk")
    )
    around: dict[int, list[tuple[datetime, int, str]]] = {}
    in_them = Message.objects.filter(conversation_id__in={m.conversation_id for m in messages}, deleted_at=None)
    for conversation_id, at, pk, text in in_them.order_by("at", "pk").values_list(
        "conversation_id", "at", "pk", "text"
    ):
        around.setdefault(conversation_id, []).append((at, pk, text))
    return [
        (m, [text for at, pk, text in around.get(m.conversation_id, []) if (at, pk) < (m.at, m.pk)][-earlier:])
        for m in messages
    ]


@dataclass(frozen=True)
class Around:
    """What stands around a message: who spoke just before, how many files came with it, whether the team has answered."""

    before: str
    files: int
    answered: bool


def around(ids: Sequence[int]) -> Mapping[int, Around]:
    """What stands around each of these messages; one query."""
    said = Message.objects.filter(conversation=OuterRef("conversation"))
    earlier = said.filter(Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk")))
    rows = Message.objects.filter(pk__in=ids).annotate(
        before=Subquery(earlier.order_by("-at", "-pk").values("by")[:1]),
        files=Count("attachments"),
        answered=Exists(said.filter(by=Message.By.OPERATOR, at__gt=OuterRef("at"))),
    )
    found = rows.values_list("pk", "before", "files", "answered")
    return {pk: Around(before or "", files, answered) for pk, before, files, answered in found}


@dataclass(frozen=True)
class Answered:
    """What a member asked, and what somebody of the team replied (the message *reply*)."""

    question: str
    answer: str
    reply: int
    member: str


def answered_by_people(workspace: Workspace, language: str, limit: int) -> list[Answered]:
    """The team's latest replies in this language, each with the member's message just before it."""
    replies = Message.objects.filter(
        workspace=workspace, by=Message.By.OPERATOR, conversation__language=language, deleted_at=None
    )
    before = Message.objects.filter(conversation=OuterRef("conversation"), by=Message.By.MEMBER, deleted_at=None)
    asked = before.filter(at__lte=OuterRef("at")).order_by("-at", "-pk").values("text")[:1]
    rows = replies.annotate(asked=Subquery(asked)).exclude(asked=None).order_by("-at", "-pk")
    found = rows.values_list("asked", "text", "pk", "conversation__member__name")[:limit]
    return [Answered(asked, text, pk, name or "") for asked, text, pk, name in found if asked and text]


def last_asked(conversation: Conversation) -> Message | None:
    """What its member said last, unless they took it back."""
    said = conversation.messages.filter(by=Message.By.MEMBER, automatic=False).order_by("-at", "-pk").first()
    return said if said and said.deleted_at is None else None


def conversation_in(workspace: Workspace, pk: int) -> Conversation | None:
    """One conversation of the workspace with what its page shows, or None."""
    rows = Conversation.objects.filter(workspace=workspace, pk=pk)
    rows = rows.select_related("channel", "member", "assignee", "thread")
    found = rows.prefetch_related("tags").first()
    if found:
        found.workspace = workspace
    return found


def _filtered(workspace: Workspace, user: User, filters: Filters) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(_VIEWS.get(filters.view, Q()), workspace=workspace)
    if filters.view == "mine":
        rows = rows.filter(Q(assignee=user) | Q(assignee=None))
    if filters.channel:
        rows = rows.filter(channel_id=filters.channel)
    if filters.tag:
        rows = rows.filter(tags__name=filters.tag)
    if filters.language:
        rows = rows.filter(language=filters.language)
    if filters.assignee:
        rows = rows.filter(assignee_id=filters.assignee)
    return rows.filter(_said(workspace, filters.search)) if filters.search.strip() else rows


_VIEWS = {
    "mine": Q(state="open", needs_person=True),
    "team": Q(state="open"),
    "alone": Q(done_alone_at__isnull=False),
    "later": Q(state="snoozed"),
    "closed": Q(state="closed"),
    "approve": Q(_TO_APPROVE),
}


def _said(workspace: Workspace, search: str) -> Q:
    """Conversations in which these words were said, or whose member or subject has words that begin so.

    Each place is looked through by its own index: one condition over all three would read every conversation.
    """
    query = SearchQuery(fold(search), config="simple", search_type="websearch")
    hits = Message.objects.filter(workspace=workspace, search=query).order_by("-at")
    ids = set(hits.values_list("conversation_id", flat=True)[:HITS])
    beginning = _beginning(search)
    if beginning is None:
        return Q(pk__in=ids)
    bearing = Conversation.objects.filter(workspace=workspace).annotate(words=words_of("subject"))
    ids.update(bearing.filter(words=beginning).order_by("-pk").values_list("pk", flat=True)[:HITS])
    named = Member.objects.filter(workspace=workspace).annotate(words=words_of("name"))
    members = set(named.filter(words=beginning).order_by("-pk").values_list("pk", flat=True)[:HITS])
    return Q(pk__in=ids) | Q(member__in=members)


def _beginning(search: str) -> SearchQuery | None:
    """What finds texts that have, for each of these words, one that begins so; None without any word."""
    words = re.findall(r"\w+", fold(search))[:12]
    return (
        SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw") if words else None
    )
