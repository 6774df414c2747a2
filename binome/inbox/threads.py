"""Messages as they are read by a machine: plain rows with what was said just before, many in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.models import OuterRef, Q

from binome.inbox.models import Message
from binome.kit.text import fold


@dataclass(frozen=True)
class Said:
    """One message: its text, those before it in its conversation (oldest first), and where it was said."""

    message: int
    workspace: int
    conversation: int
    member: int | None
    text: str
    edited_at: datetime | None
    language: str
    """Of the conversation, as far as it is known."""
    home: str
    """The main language of the workspace."""
    before: tuple[str, ...]
    before_by: tuple[int | None, ...]
    """The members who wrote these; None for the team's own."""


def said(ids: Sequence[int], earlier: int = 6) -> list[Said]:
    """These messages in the order in which they were said; one query, however long their conversations are."""
    then = Message.objects.filter(conversation=OuterRef("conversation"), deleted_at=None, at__lte=OuterRef("at"))
    then = then.filter(Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))).order_by("-at", "-pk")
    before, by = (ArraySubquery(then.values(column)[:earlier]) for column in ("text", "member_id"))
    rows = Message.objects.filter(pk__in=ids).annotate(before=before, before_by=by)
    return [_said(*row) for row in rows.order_by("at", "pk").values_list(*_COLUMNS)]


def _said(*row: Any) -> Said:
    *columns, before, by = row
    return Said(*(*columns, tuple(before[::-1]), tuple(by[::-1])))


_COLUMNS = (
    "pk", "workspace_id", "conversation_id", "member_id", "text", "edited_at",
    "conversation__language", "workspace__language", "before", "before_by",
)  # fmt: skip
"""In the order of `Said`."""


def holding(workspace: int, words: Sequence[Sequence[str]], before: int, limit: int) -> list[int]:
    """The latest members' messages, of a lower id than *before*, that hold these words one after the other, each in any of
    its spellings (letters and figures only). Without words, the latest."""
    found = Message.objects.filter(workspace=workspace, pk__lt=before, by=Message.By.MEMBER, deleted_at=None)
    either = [" | ".join(f"'{fold(spelling)}'" for spelling in spellings) for spellings in words]
    if either:
        query = " <-> ".join(f"({one})" for one in either)
        found = found.filter(search=SearchQuery(query, config="simple", search_type="raw"))
    return list(found.order_by("-pk").values_list("pk", flat=True)[:limit])
