"""Meeting people, and forgetting them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from binome.channels import erasing
from binome.channels import services as channels
from binome.channels.models import Channel
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean
from binome.members.facts import MemberErased
from binome.members.models import Identity, Member
from binome.sdk.types import Author

Key = tuple[int, str]
"""A channel, and an account's id there."""


def meet(channel: Channel, author: Author, *, at: datetime | None = None) -> Member:
    """The member behind this account, met at an instant (now); a new one the first time.

    What they call themselves now is what is kept.
    """
    return meet_all([(channel, author, at or clock.now())])[0]


@transaction.atomic
def meet_all(seen: Sequence[tuple[Channel, Author, datetime]]) -> list[Member]:
    """The same for all those who were seen, in the order in which they were: a few queries, however many."""
    keys = [(channel.pk, channels.account_of(author)) for channel, author, _at in seen]
    members = _known(keys)
    strangers = {key: one for key, one in zip(reversed(keys), reversed(seen), strict=True) if key not in members}
    if strangers:
        _welcome(strangers)
        members |= _known(strangers)
    for key, (_channel, author, at) in zip(keys, seen, strict=True):
        _see(members[key], author, at)
    if len(seen) > len(strangers):  # those who came once, and are new, are as they were made
        _update({member.pk: member for member in members.values()}.values())
    return [members[key] for key in keys]


@transaction.atomic
def erase(member: Member, *, actor: str) -> None:
    """Forget who a member is: name, accounts and addresses. Should they write again, they are somebody new.

    The payloads by which they wrote are emptied; whoever keeps words of theirs hears of it, and forgets them too.
    """
    accounts = Identity.objects.filter(member=member).select_related("channel")
    for channel in {account.channel for account in accounts}:
        erasing.forget_accounts(channel, {one.external_id for one in accounts if one.channel == channel})
    accounts.delete()
    Member.objects.filter(pk=member.pk).update(name="", language="")
    journal.record(MemberErased(member.pk), workspace_id=member.workspace_id, actor=actor)


def _known(keys: Iterable[Key]) -> dict[Key, Member]:
    """The members behind these accounts; one object each, whatever their accounts."""
    channels, ids = {channel for channel, _id in keys}, {external_id for _channel, external_id in keys}
    rows = Identity.objects.select_related("member").filter(channel__in=channels, external_id__in=ids)
    members: dict[int, Member] = {}
    return {
        (row.channel_id, row.external_id): members.setdefault(row.member_id, row.member)
        for row in rows
        if (row.channel_id, row.external_id) in keys
    }


def _welcome(strangers: Mapping[Key, tuple[Channel, Author, datetime]]) -> None:
    """Make a member of each; one who was met by another process at the same instant is theirs."""
    made = Member.objects.bulk_create(
        Member(
            workspace_id=channel.workspace_id,
            name=clean(author.name)[:200],
            language=author.language[:5],
            first_seen_at=at,
            last_seen_at=at,
        )
        for channel, author, at in strangers.values()
    )
    Identity.objects.bulk_create(
        (
            Identity(
                workspace_id=channel.workspace_id,
                member=member,
                channel=channel,
                external_id=external_id,
                handle=clean(author.handle)[:200],
                email=author.email[:254],
            )
            for member, ((_channel, external_id), (channel, author, _at)) in zip(made, strangers.items(), strict=True)
        ),
        ignore_conflicts=True,
    )
    Member.objects.filter(pk__in=[member.pk for member in made], identities=None).delete()


def _update(members: Iterable[Member]) -> None:
    rows = [(one.pk, one.name, one.last_seen_at, one.language) for one in members]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_member SET name = new.name, last_seen_at = new.seen, language = new.language"
            " FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[]) AS new (id, name, seen, language)"
            " WHERE members_member.id = new.id",
            [list(column) for column in zip(*rows, strict=True)],
        )


def _see(member: Member, author: Author, at: datetime) -> None:
    member.name = clean(author.name)[:200] or member.name
    member.last_seen_at = max(member.last_seen_at, at)
    member.language = author.language[:5] or member.language
