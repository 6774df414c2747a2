"""What channels keep of somebody who is forgotten: the payloads by which they wrote, and what was sent to them."""

import json
from collections.abc import Collection, Iterable, Iterator

from django.db import transaction
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from binome.channels import gate
from binome.channels.models import ERASED, Arrival, Channel, Delivery, Thread
from binome.channels.services import parse
from binome.sdk.types import IncomingMessage

Accounts = Collection[str]
"""Ids of accounts on a channel."""

BATCH = 200


@transaction.atomic
def forget_accounts(channel: Channel, accounts: Accounts) -> int:
    """Empty the payloads by which these accounts wrote; how many. Their keys stay: what comes again is known."""
    wrote = [pk for pk, authors in _authors(channel, accounts) if not authors.isdisjoint(accounts)]
    return Arrival.objects.filter(pk__in=wrote).update(body=b"", content_type=ERASED)


@transaction.atomic
def forget_threads(threads: Iterable[Thread]) -> None:
    """Empty what was sent there, and how the platform names the place; what waits to leave does not leave.

    What was leaving when its sender died keeps its text until somebody has said what became of it.
    """
    threads = list(threads)
    for thread in threads:
        gate.cancel_all(thread, "Erased")
    settled = Delivery.objects.filter(thread__in=threads).exclude(state=Delivery.State.SENDING)
    settled.update(text="", subject="", recipient="", in_reply_to="", references=[], detail="")
    for thread in threads:
        Thread.objects.filter(pk=thread.pk).update(external_id=f"erased-{thread.pk}")


def _authors(channel: Channel, accounts: Accounts) -> Iterator[tuple[int, set[str]]]:
    """Payloads in which one of these accounts is named, and who wrote in each, as the connector reads it."""
    named = Q()
    for account in accounts:
        for spelled in {account, json.dumps(account)[1:-1]}:
            named |= Q(RawSQL('position(%s in "channels_arrival"."body") > 0', [spelled.encode()], BooleanField()))
    found = Arrival.objects.filter(channel=channel).filter(named) if named else Arrival.objects.none()
    for arrival in found.select_related("channel").iterator(BATCH):
        yield arrival.pk, {item.author.external_id for item in parse(arrival) if isinstance(item, IncomingMessage)}
