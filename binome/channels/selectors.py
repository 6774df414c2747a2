"""What may be asked of channels."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from binome.channels.models import Arrival, Channel, Delivery, Freeze
from binome.kit import clock
from binome.sdk import registry
from binome.workspaces.models import Workspace


@dataclass(frozen=True)
class Receipt:
    """What a freeze stopped: the machine's messages that it *cancelled*, and people's that *wait* for it to be lifted."""

    freeze: Freeze
    cancelled: int
    waiting: int


def channels_of(workspace: Workspace) -> QuerySet[Channel]:
    """A workspace's channels by name, each with its health: *waiting*, *unsettled* deliveries and *unreadable* arrivals.

    Each is counted apart, from the few rows that are in that state."""
    deliveries, arrivals = (
        Delivery.objects.messages().filter(channel=OuterRef("pk")),
        Arrival.objects.filter(channel=OuterRef("pk")),
    )
    return workspace.channels.order_by("name", "pk").annotate(
        waiting=_number(deliveries.filter(state="due")),
        unsettled=_number(deliveries.filter(state="unknown")),
        unreadable=_number(arrivals.exclude(problem="")),
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
    found = Delivery.objects.messages().filter(workspace=workspace, state__in=states, created_at__gt=since)
    return found.select_related("channel").order_by("-id")


def freezes_in_force(workspace: Workspace) -> QuerySet[Freeze]:
    """What is stopped now."""
    return _freezes().filter(workspace=workspace).order_by("since")


def receipt(freeze: Freeze) -> Receipt:
    """What this freeze stopped so far."""
    rows = Delivery.objects.messages().filter(workspace=freeze.workspace_id)
    rows = rows.filter(channel=freeze.channel_id) if freeze.channel_id else rows
    until = freeze.lifted_at or clock.now()
    cancelled = rows.filter(state="cancelled", failure="Frozen", settled_at__range=(freeze.since, until))
    return Receipt(freeze, cancelled.count(), rows.filter(state="due").count())


def _number(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(n=Func("pk", function="COUNT")).values("n"), output_field=IntegerField())


def _freezes() -> QuerySet[Freeze]:
    return Freeze.objects.filter(lifted_at=None)
