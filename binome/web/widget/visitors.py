"""Who is chatting: a random id that we signed, kept by the visitor's own browser; no cookie, nothing before they write."""

from ipaddress import ip_address, ip_network
from uuid import uuid4

from django.core import signing
from django.http import HttpRequest

_SALT = "widget.visitor"


def new_visitor(channel_id: int) -> str:
    """A token for a new visitor of this channel."""
    return signing.dumps([channel_id, uuid4().hex], salt=_SALT, compress=False)


def visitor_of(request: HttpRequest, channel_id: int) -> str | None:
    """The visitor's id, if the token they hold is ours and for this channel."""
    token = request.headers.get("X-Visitor") or request.GET.get("visitor", "")
    try:
        for_channel, visitor = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(visitor) if for_channel == channel_id else None


def address_of(request: HttpRequest) -> str:
    """The network that asks (behind proxies, what the web server made of it): of IPv6, the 64 bits that one house has."""
    said = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(said.partition("%")[0])
    except ValueError:
        return said
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
