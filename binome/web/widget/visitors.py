"""Who is chatting: a random id that we signed, kept by the visitor's own browser; no cookie, nothing before they write."""

import time
from collections import OrderedDict, deque
from threading import Lock
from uuid import uuid4

from django.core import signing
from django.http import HttpRequest

_SALT = "widget.visitor"


class TooMany(Exception):
    """Too many messages in a short time."""


class Pace:
    """At most *allowed* events in *seconds* for each key, in this process; remembers the last 20,000 keys."""

    def __init__(self, allowed: int, seconds: float, keys: int = 20_000) -> None:
        self.allowed, self.seconds, self.keys = allowed, seconds, keys
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def check(self, key: str) -> None:
        """Count one; `TooMany` when it is one too many."""
        now = time.monotonic()
        with self._lock:
            times = self._seen.pop(key, deque())
            while times and times[0] < now - self.seconds:
                times.popleft()
            self._seen[key] = times
            while len(self._seen) > self.keys:
                self._seen.popitem(last=False)
            if len(times) >= self.allowed:
                raise TooMany(TooMany.__doc__)
            times.append(now)


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
    """The network address that asks (behind proxies, what the web server made of it)."""
    return str(request.META.get("REMOTE_ADDR", ""))
