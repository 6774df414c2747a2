"""A few things that many threads want, given in the order in which they were asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Lends each of its things to one thread at a time.

    A thing given back goes straight to who has waited longest. With a plain semaphore, a long job that gives back and
    takes again in the same breath keeps everybody else waiting until it ends.
    """

    def __init__(self, things: Iterable[T]) -> None:
        self._free = list(things)
        self._waiting: deque[Future[T]] = deque()
        self._lock = Lock()

    @contextmanager
    def turn(self) -> Iterator[T]:
        """Wait for one of the things, and give it back at the end."""
        thing = self._ask().result()
        try:
            yield thing
        finally:
            self._give_back(thing)

    def _ask(self) -> Future[T]:
        ticket: Future[T] = Future()
        with self._lock:
            if self._free:
                ticket.set_result(self._free.pop())
            else:
                self._waiting.append(ticket)
        return ticket

    def _give_back(self, thing: T) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set_result(thing)
            else:
                self._free.append(thing)
