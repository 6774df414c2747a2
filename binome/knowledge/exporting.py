"""Entries as plain rows, in the form that importing takes back."""

from collections.abc import Iterator
from typing import Any

from binome.knowledge.models import Source
from binome.workspaces.models import Workspace


def rows(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """The entries in use, in the order in which they were made."""
    found = workspace.sources.filter(archived_at=None).select_related("owner").order_by("pk")
    for source in found.iterator(500):
        yield _row(source)


def _row(source: Source) -> dict[str, Any]:
    return {
        "id": source.external_id or str(source.pk),
        "question": source.question,
        "answer": source.answer,
        "familiar": source.familiar,
        "details": source.details,
        "language": source.language,
        "alternatives": source.alternatives,
        "topic": source.topic,
        "url": source.url,
        "expires_on": source.expires_on.isoformat() if source.expires_on else "",
        "owner": source.owner.email if source.owner else "",
    }
