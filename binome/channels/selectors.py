"""What may be asked of channels."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from binome.channels.models import Channel, Delivery, Freeze
from binome.kit import clock
from binome.sdk import registry
from binome.workspaces.models import Workspace


def channels_of(workspace: Workspace) -> QuerySet[Channel]:
    """A workspace's channels by name, each with its health: *waiting*, *unsettled* deliveries and *unreadable* arrivals."""
    return workspace.channels.order_by("name", "pk").annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state="due"), distinct=True),
        unsettled=Count("deliveries", filter=Q(deliveries__state="unknown"), distinct=True),
        unreadable=Count("arrivals", filter=~Q(arrivals__problem=""), distinct=True),
        frozen=Exists(_freezes().filter(Q(channel=None) | Q(channel=OuterRef("pk")), workspace=OuterRef("workspace"))),
    )


def channel_at(public_id: str) -> Channel | None:
    """The channel that has this address, unless it was disconnected."""
    rows = Channel.objects.select_related("workspace").filter(public_id=public_id)
    return rows.exclude(state=Channel.State.DISCONNECTED).first()


def channels_to_poll() -> QuerySet[Channel]:
    """Connected channels whose turn it is to be read."""
    reading = [key for key, one in registry.connectors().items() if "reads" in one.manifest.capabilities]
    due = Q(connector__in=reading, state=Channel.State.CONNECTED, poll_after__lte=clock.now())
    return Channel.objects.filter(due).order_by("poll_after")


def unsettled_deliveries(workspace: Workspace) -> QuerySet[Delivery]:
    """Messages that did not leave, or of which nobody knows."""
    since = clock.now() - timedelta(days=30)
    states = [Delivery.State.FAILED, Delivery.State.UNKNOWN]
    return Delivery.objects.filter(workspace=workspace, state__in=states, created_at__gt=since).order_by("-id")


def freezes_in_force(workspace: Workspace) -> QuerySet[Freeze]:
    """What is stopped now."""
    return _freezes().filter(workspace=workspace).order_by("since")


def _freezes() -> QuerySet[Freeze]:
    return Freeze.objects.filter(lifted_at=None)
