"""What channels keep of somebody who is forgotten: the payloads by which they wrote, and what was sent to them."""

import json
import logging
from collections.abc import Collection, Iterable
from uuid import uuid4

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from binome.channels import gate
from binome.channels.models import ERASED, Arrival, Channel, Delivery, Thread
from binome.channels.services import account_of, parse
from binome.sdk.types import IncomingMessage

log = logging.getLogger(__name__)

Accounts = Collection[str]
"""Ids of accounts on a channel."""

BATCH = 200

BEGINNING = 250
"""Characters of an id that are looked for: longer ones are kept shortened (`kit.text.identifier`)."""


@transaction.atomic
def forget_accounts(channel: Channel, accounts: Accounts) -> int:
    """Empty the payloads by which these accounts wrote; how many. Their keys stay: what comes again is known.

    One that names them and that nobody can read is emptied too: whose it is cannot be told.
    """
    found = Arrival.objects.filter(_naming(accounts), channel=channel).exclude(content_type=ERASED)
    theirs = [one.pk for one in found.select_related("channel").iterator(BATCH) if _is_theirs(one, accounts)]
    return Arrival.objects.filter(pk__in=theirs).update(body=b"", content_type=ERASED)


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
        Thread.objects.filter(pk=thread.pk).update(external_id=f"erased-{uuid4().hex}")  # nobody can name it


def forget_reasons(deliveries: Collection[int]) -> None:
    """Empty what these lines say of a message that is gone: why it was to be hidden, or shown."""
    Delivery.objects.filter(pk__in=deliveries).exclude(does=Delivery.Does.SAY).update(text="")


def _naming(accounts: Accounts) -> Q:
    """In whose bytes one of these accounts stands, plainly or as JSON spells it; of a very long one, its beginning.

    In capitals or not: an address of mail is kept in small letters, however it was written.
    """
    named = Q(pk__in=[])
    for account in filter(None, accounts):
        for spelled in {account[:BEGINNING], json.dumps(account[:BEGINNING])[1:-1]}:
            stands_in = RawSQL(
                """position(lower(encode(%s, 'escape')) in lower(encode("channels_arrival"."body", 'escape'))) > 0""",
                [spelled.encode()],
                BooleanField(),
            )
            named |= Q(stands_in)
    return named


def _is_theirs(arrival: Arrival, accounts: Accounts) -> bool:
    try:
        said = parse(arrival)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # the plug-ins' edge
        log.info("payload %s cannot be read to be forgotten: %s", arrival.pk, type(error).__name__)
        return True
    wrote = {account_of(item.author) for item in said if isinstance(item, IncomingMessage)}
    return not said or not wrote.isdisjoint(accounts)
