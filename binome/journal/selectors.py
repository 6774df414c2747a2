"""What may be asked of the journal."""

from collections.abc import Sequence

from django.db.models import Max

from binome.journal.models import Entry, Setback


def head() -> int:
    """The position of the last sealed fact."""
    return Entry.objects.aggregate(last=Max("position"))["last"] or 0


def facts_after(position: int, limit: int = 500) -> Sequence[Entry]:
    """Sealed facts that follow a position, in order."""
    return Entry.objects.filter(position__gt=position).order_by("position")[:limit]


def setbacks_open() -> Sequence[Setback]:
    """What listeners could not deal with."""
    return Setback.objects.filter(settled_at=None).select_related("entry").order_by("at")
