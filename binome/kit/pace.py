"""How often somebody may do something."""

import time
from collections import OrderedDict, deque
from threading import Lock


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
