"""Keeping what a week came to."""

from datetime import date
from typing import Any

from django.db import transaction

from binome.autonomy.facts import DigestWritten
from binome.autonomy.models import Digest
from binome.journal import services as journal
from binome.workspaces.models import Workspace


@transaction.atomic
def keep_digest(workspace: Workspace, begins_on: date, content: dict[str, Any]) -> Digest | None:
    """Keep the numbers of the week that begins on this day; None if they are kept already."""
    kept = {"content": content}
    digest, made = Digest.objects.get_or_create(workspace=workspace, begins_on=begins_on, defaults=kept)
    if not made:
        return None
    journal.record(DigestWritten(digest.pk, begins_on.isoformat()), workspace_id=workspace.pk)
    return digest
