"""What may be asked of the people of the community."""

from collections.abc import Sequence

from django.db.models import Q

from binome.members.models import Member


def known_as(name: str) -> Sequence[Member]:
    """Those who have this handle, address or account on a channel, or this very name; letters' case aside."""
    name = name.strip()
    account = Q(identities__handle__iexact=name) | Q(identities__email__iexact=name) | Q(identities__external_id=name)
    found = Member.objects.filter(account | Q(name__iexact=name)).distinct() if name else Member.objects.none()
    return list(found.select_related("workspace").order_by("pk"))
