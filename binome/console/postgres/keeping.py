"""The embedded server is started again when it falls: a full disk makes it fall, and so does whoever kills it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from binome.console.postgres import cluster
from binome.console.postgres.place import place
from binome.console.problems import problem_in
from binome.console.words import _

PERIOD = 3.0
"""Seconds between two looks."""


class Keeper:
    """Looks after the embedded server for as long as this process uses it; an ordinary one is not ours to start."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.place = None if settings.ENV.database_url else place(settings.ENV.home)
        self.say, self.said, self.next = say, "", 0.0

    def look(self) -> None:
        """May be called as often as one likes. What stands in the way is said once."""
        if self.place is None or time.monotonic() < self.next:
            return
        try:
            if cluster.restart_if_fallen(self.place):
                self._tell(_("The embedded PostgreSQL had stopped; it runs again."))
        except Exception as error:
            problem = problem_in(error)
            if problem is None:
                raise
            self._tell(f"{problem.what} {problem.remedy}")
        else:
            self.said = ""
        self.next = time.monotonic() + PERIOD

    def look_now_and_then(self) -> float:
        """The same, for who calls it again and again: seconds to wait until the next time."""
        self.look()
        return PERIOD / 2

    def _tell(self, sentence: str) -> None:
        if sentence != self.said:
            self.say(sentence)
        self.said = sentence


@contextmanager
def kept(say: Callable[[str], None]) -> Iterator[None]:
    """A keeper in a thread of its own, for as long as the block lasts."""
    keeper, stop = Keeper(say), threading.Event()

    def look_again_and_again() -> None:
        while not stop.wait(PERIOD):
            keeper.look()

    threading.Thread(target=look_again_and_again, name="keeper", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
