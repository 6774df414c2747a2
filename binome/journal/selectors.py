"""What may be asked of the journal."""

from django.db.models import Max, QuerySet

from binome.journal.models import Entry, Setback


def head() -> int:
    """The position of the last sealed fact."""
    return Entry.objects.aggregate(last=Max("position"))["last"] or 0


def last_sealed() -> tuple[int, str]:
    """The position and the digest of the last sealed fact: the same only if the whole journal is."""
    last = Entry.objects.exclude(position=None).order_by("-position").only("position", "digest").first()
    return (last.position or 0, last.digest) if last else (0, "")


def facts_after(position: int, limit: int = 500) -> QuerySet[Entry]:
    """Sealed facts that follow a position, in order."""
    return Entry.objects.filter(position__gt=position).order_by("position")[:limit]


def facts_of(workspace_id: int, position: int, limit: int = 500) -> QuerySet[Entry]:
    """A workspace's sealed facts that follow a position, in order."""
    return Entry.objects.filter(workspace_id=workspace_id, position__gt=position).order_by("position")[:limit]


def setbacks_open() -> QuerySet[Setback]:
    """What listeners could not deal with."""
    return Setback.objects.filter(settled_at=None).select_related("entry").order_by("at")
