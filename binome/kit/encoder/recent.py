"""The vectors given last, kept under a fingerprint of their text: the text itself is not retained."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b
from threading import Lock

from binome.kit.encoder.tokens import MAX_CHARACTERS
from binome.kit.encoder.weights import Floats


def fingerprint(text: str) -> bytes:
    """Sixteen bytes that stand for what the encoder reads of the text."""
    return blake2b(text[:MAX_CHARACTERS].encode("utf-8", "surrogatepass"), digest_size=16).digest()


class RecentVectors:
    """A bounded memory that forgets what was asked for longest ago; safe to share between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._vectors: OrderedDict[bytes, Floats] = OrderedDict()
        self._lock = Lock()

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Floats]:
        """The vectors still known, by key."""
        found = {}
        with self._lock:
            for key in keys:
                if key in self._vectors:
                    self._vectors.move_to_end(key)
                    found[key] = self._vectors[key]
        return found

    def put(self, keys: list[bytes], vectors: Floats) -> None:
        """Keep copies, so that a whole batch is not held in memory for one of its rows."""
        with self._lock:
            for key, vector in zip(keys, vectors, strict=True):
                self._vectors[key] = vector.copy()
            while len(self._vectors) > self._capacity:
                self._vectors.popitem(last=False)
