"""What may be asked of knowledge: entries as a list, what has expired, what nothing answers yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from binome.accounts.models import User
from binome.kit import clock
from binome.kit.paging import Page, read_cursor, write_cursor
from binome.knowledge.models import Gap, Import, Revision, Source
from binome.workspaces.models import Workspace

SOON = timedelta(days=30)
"""How long before its end an entry is said to expire soon."""

CLEAR = range(3, 25)
"""Words that a question has when it is clear by itself, and not a letter."""


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; an empty field asks nothing. *state*: "expired", "soon" or "archived"."""

    language: str = ""
    topic: str = ""
    owner: int | None = None
    channel: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Unanswered:
    """A question that several people asked, in their words, and that nothing answers."""

    group: int
    gaps: Sequence[Gap]
    asked_at: datetime

    @property
    def question(self) -> str:
        """The shortest that is clear by itself."""
        texts = [gap.text for gap in self.gaps]
        clear = [text for text in texts if len(text.split()) in CLEAR] or texts
        return min(clear, key=lambda text: (not text.rstrip().endswith("?"), len(text)))

    @property
    def language(self) -> str:
        """That of the question."""
        return next(gap.language for gap in self.gaps if gap.text == self.question)

    @property
    def others(self) -> list[str]:
        """The other ways in which it was asked, each once."""
        seen = {self.question.casefold()}
        return [gap.text for gap in self.gaps if not (gap.text.casefold() in seen or seen.add(gap.text.casefold()))]  # type: ignore[func-returns-value]


def entries(workspace: Workspace, wanted: Wanted) -> QuerySet[Source]:
    """The entries wanted, the latest written first; archived ones only when they are asked for."""
    found = workspace.sources.filter(archived_at__isnull=wanted.state != "archived").select_related("owner")
    found = found.filter(_dated(wanted.state))
    if wanted.language:
        found = found.filter(language=wanted.language)
    if wanted.topic:
        found = found.filter(topic=wanted.topic)
    if wanted.owner:
        found = found.filter(owner=wanted.owner)
    if wanted.channel:
        found = found.filter(Q(channels=wanted.channel) | Q(channels=None))
    return found.order_by("-updated_at", "-pk")


def entries_page(workspace: Workspace, wanted: Wanted, cursor: str = "", limit: int = 40) -> Page[Source]:
    """A page of entries, the latest changed first; `BadCursor` if the cursor is not ours."""
    rows = entries(workspace, wanted)
    if cursor:
        at, pk = read_cursor(cursor)
        rows = rows.filter(Q(updated_at__lt=at) | Q(updated_at=at, pk__lt=pk))
    found = list(rows.prefetch_related("channels").order_by("-updated_at", "-pk")[: limit + 1])
    shown = found[:limit]
    return Page(shown, write_cursor(shown[-1].updated_at, shown[-1].pk) if len(found) > limit else None)


def entry_in(workspace: Workspace, pk: int) -> Source | None:
    """One entry of the workspace, archived or not; None if it is not there."""
    return Source.objects.prefetch_related("channels").filter(workspace=workspace, pk=pk).first()


def ending(workspace: Workspace) -> QuerySet[Source]:
    """Entries that have expired or soon will, the most urgent first."""
    limit = today() + SOON
    return (
        workspace.sources.filter(archived_at=None, expires_on__lte=limit).select_related("owner").order_by("expires_on")
    )


def topics(workspace: Workspace) -> list[str]:
    """The topics in use, by name."""
    named = workspace.sources.filter(archived_at=None).exclude(topic="")
    return list(named.order_by("topic").values_list("topic", flat=True).distinct())


def owners(workspace: Workspace) -> QuerySet[User]:
    """Those who answer for an entry."""
    return User.objects.filter(pk__in=workspace.sources.exclude(owner=None).values("owner")).order_by("name", "pk")


def unanswered(workspace: Workspace, limit: int | None = None) -> list[Unanswered]:
    """Questions without an answer, grouped; what most people ask first."""
    groups = _open_gaps(workspace).values("told").annotate(size=Count("pk"), latest=Max("asked_at"))
    best = list(groups.order_by("-size", "-latest")[:limit])
    gaps: dict[int, list[Gap]] = {row["told"]: [] for row in best}
    for gap in _open_gaps(workspace).filter(told__in=gaps).defer("vector").order_by("asked_at", "pk"):
        gaps[gap.told].append(gap)
    return [Unanswered(row["told"], gaps[row["told"]], row["latest"]) for row in best]


def unanswered_like(workspace: Workspace, group: int) -> Unanswered | None:
    """One group of questions without an answer."""
    gaps = list(_open_gaps(workspace).filter(told=group).defer("vector").order_by("asked_at", "pk"))
    return Unanswered(group, gaps, max(gap.asked_at for gap in gaps)) if gaps else None


def number_unanswered(workspace: Workspace) -> int:
    """How many different questions have no answer."""
    return groups_unanswered(workspace).count()


def groups_unanswered(workspace: Workspace) -> QuerySet[Any, Any]:
    """The different questions that have no answer, one row each."""
    return _open_gaps(workspace).values("told").distinct()


def dismissed(workspace: Workspace, group: int) -> QuerySet[Any]:
    """The gaps of a group that somebody set aside."""
    return _told(workspace).filter(told=group).exclude(dismissed_at=None)


def revisions(source: Source) -> QuerySet[Revision]:
    """What an entry said, the latest first."""
    return source.revisions.order_by("-pk")


def imports_open(workspace: Workspace) -> QuerySet[Import]:
    """Files that wait to be confirmed or are being taken in."""
    open_states = [Import.State.PREVIEW, Import.State.RUNNING]
    return workspace.knowledge_imports.filter(state__in=open_states).defer("rows").order_by("-pk")


def today() -> date:
    """The date where the workspace is (the zone that the page has set)."""
    return timezone.localdate(clock.now())


def _dated(state: str) -> Q:
    if state == "expired":
        return Q(expires_on__lt=today())
    return Q(expires_on__gte=today(), expires_on__lte=today() + SOON) if state == "soon" else Q()


def _open_gaps(workspace: Workspace) -> QuerySet[Any]:
    return _told(workspace).filter(filled_by=None, dismissed_at=None)


def _told(workspace: Workspace) -> QuerySet[Any]:
    """Gaps with the group that they are told under: their own id when its first was deleted."""
    return workspace.gaps.annotate(told=Coalesce(F("group_id"), F("pk")))
