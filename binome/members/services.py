"""Meeting people."""

from datetime import datetime

from django.db import transaction

from binome.channels.models import Channel
from binome.kit import clock
from binome.kit.text import clean, identifier
from binome.members.models import Identity, Member
from binome.sdk.types import Author


@transaction.atomic
def meet(channel: Channel, author: Author, *, at: datetime | None = None) -> Member:
    """The member behind this account, met at an instant (now); a new one the first time.

    What they call themselves now is what is kept.
    """
    external_id = identifier(author.external_id, 320)
    known = Identity.objects.select_related("member").filter(channel=channel, external_id=external_id).first()
    if known is None:
        return _welcome(channel, author, external_id, at or clock.now())
    member, name = known.member, clean(author.name)[:200]
    member.name = name or member.name
    member.last_seen_at = max(member.last_seen_at, at or clock.now())
    member.language = author.language[:5] or member.language
    member.save(update_fields=["name", "last_seen_at", "language"])
    return member


def _welcome(channel: Channel, author: Author, external_id: str, at: datetime) -> Member:
    member = Member.objects.create(
        workspace_id=channel.workspace_id,
        name=clean(author.name)[:200],
        language=author.language[:5],
        first_seen_at=at,
        last_seen_at=at,
    )
    identity, made = Identity.objects.get_or_create(
        channel=channel,
        external_id=external_id,
        defaults={
            "workspace_id": channel.workspace_id,
            "member": member,
            "handle": clean(author.handle)[:200],
            "email": author.email[:254],
        },
    )
    if not made:  # met by another process at the same instant
        member.delete()
    return identity.member
