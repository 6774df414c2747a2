"""What may be asked of knowledge; which answer fits a question is in `finding`."""

from django.db.models import Q

from binome.kit.paging import Page, read_cursor, write_cursor
from binome.knowledge.models import Source
from binome.workspaces.models import Workspace


def sources_of(workspace: Workspace, *, archived: bool = False, cursor: str = "", limit: int = 40) -> Page[Source]:
    """A workspace's entries, the latest changed first; `BadCursor` if the cursor is not ours."""
    rows = Source.objects.filter(workspace=workspace, archived_at__isnull=not archived)
    if cursor:
        at, pk = read_cursor(cursor)
        rows = rows.filter(Q(updated_at__lt=at) | Q(updated_at=at, pk__lt=pk))
    found = list(rows.prefetch_related("channels").order_by("-updated_at", "-pk")[: limit + 1])
    shown = found[:limit]
    return Page(shown, write_cursor(shown[-1].updated_at, shown[-1].pk) if len(found) > limit else None)


def source_in(workspace: Workspace, pk: int) -> Source | None:
    """One entry of the workspace, or None."""
    return Source.objects.prefetch_related("channels").filter(workspace=workspace, pk=pk).first()
