"""What runs behind the pages: the worker (listeners, deliveries, chores), the studies, and the poller of channels."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from binome.channels import room
from binome.channels import services as channels
from binome.channels.models import Channel
from binome.channels.room import NoRoom
from binome.channels.selectors import channels_to_poll
from binome.console.readying import get_ready
from binome.journal import listening
from binome.journal import services as journal
from binome.journal.chores import Chore, chores, errands, studies
from binome.journal.selectors import last_sealed
from binome.sdk.errors import Unavailable

log = logging.getLogger(__name__)

Loop = Callable[[threading.Event], None]

DOZE = 1.0
"""Seconds after which a sleeping worker looks by itself, in case its wake-up call was lost."""

PARTING = 5.0
"""Seconds that a process told to stop gives to what it does apart; what is cut then begins again at the next start."""


def work_until_idle() -> int:
    """Seal, listen, deliver, run errands, study, until nothing is left to do; how many things were done."""
    done = 0
    while moved := _one_round() or run_errands() or _each_once(_studies()):
        done += moved
    return done


def run_errands() -> int:
    """Each errand once; how many things were done."""
    return _each_once(errands)


def run_worker(stop: threading.Event, *, studies: bool = True) -> None:
    """Work until told to stop; any number of these may run, on any machine, against one database.

    Errands wait for others: they have a thread of their own, so that no member waits for them. So have *studies*, unless
    a process of their own sees to them.
    """
    ready = threading.Thread(target=get_ready, name="getting ready", daemon=True)
    ready.start()
    with _apart(stop, {"errands": _go_out} | ({"studies": _study} if studies else {})):
        _until_stopped(stop, _work)
    ready.join(PARTING)


def run_studies(stop: threading.Event) -> None:
    """Study until told to stop; any number of these may run too. In a thread, for a study may take longer than a parting."""
    with _apart(stop, {"studies": _study}):
        stop.wait()


@contextmanager
def _apart(stop: threading.Event, loops: Mapping[str, Loop]) -> Iterator[None]:
    """Each of these loops in a thread by its name while the block lasts; what does not end in time is left."""
    threads = [
        threading.Thread(target=_until_stopped, args=(stop, loop), name=name, daemon=True)
        for name, loop in loops.items()
    ]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PARTING)


def run_listen(stop: threading.Event, places: int = 8) -> None:
    """Read the channels whose turn it is, several at a time, until told to stop."""
    with ThreadPoolExecutor(places, thread_name_prefix="poll") as pool:
        _until_stopped(stop, lambda stop: _poll_due(stop, pool))


def _one_round() -> int:
    """All that somebody may wait for, once."""
    return _each_once([journal.seal, *_reading(studies=False), *chores])


def _studies() -> list[Chore]:
    return [*_reading(studies=True), *studies]


def _reading(studies: bool) -> list[Chore]:
    """The listeners that may have something to read."""
    (_last, digest), listeners = last_sealed(), listening.listeners.values()
    awake = [one for one in listeners if one.studies == studies and not listening.is_quiet(one, digest)]
    return [partial(listening.read, one) for one in awake]


def _each_once(everything: Iterable[Chore]) -> int:
    """How many things were done; what fails is raised when the rest has had its turn, so that it holds up nothing else."""
    moved, failures = 0, []
    for work in everything:
        try:
            moved += work()
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return moved


def _until_stopped(stop: threading.Event, work: Loop) -> None:
    """The task runner's edge: room and database may go and come back; whatever fails is logged and tried again.

    What lasts is said once.
    """
    said = ""
    while not stop.is_set():
        try:
            room.check()
            work(stop)
            said = ""
        except (NoRoom, OperationalError, InterfaceError) as error:
            says = (
                _DISK_FULL
                if room.caused(error)
                else f"the database cannot be reached ({type(error).__name__}); trying again"
            )
            if says != said:
                log.error(says)
            said = says
            connection.close()
            stop.wait(2)
        except Exception:
            log.exception("the worker met something unforeseen; trying again")
            connection.close()
            stop.wait(2)
    connection.close()


_DISK_FULL = "the disk is full: free some space, the work then goes on by itself"


def _work(stop: threading.Event) -> None:
    """Listen for wake-up calls, and work at each."""
    with connection.cursor() as cursor:
        cursor.execute(f'LISTEN "{journal.CHANNEL}"')
    while not stop.is_set():
        room.check()
        while _one_round() and not stop.is_set():
            pass
        _doze(stop)


def _go_out(stop: threading.Event) -> None:
    """Run errands until none is left, then wait a moment."""
    if not run_errands():
        stop.wait(DOZE)


def _study(stop: threading.Event) -> None:
    """Study until nothing is left, then wait a moment; told to stop, it begins nothing more."""
    if not _each_once(work for work in _studies() if not stop.is_set()):
        stop.wait(DOZE)


def _doze(stop: threading.Event) -> None:
    """Sleep until something happens, for a second at most, ready to stop."""
    for _tick in range(int(DOZE / 0.25)):
        woken = list(connection.connection.notifies(timeout=0.25, stop_after=1))
        if woken or stop.is_set():
            return


def _poll_due(stop: threading.Event, pool: ThreadPoolExecutor) -> None:
    due = list(channels_to_poll()[:32])
    list(pool.map(_poll, due))
    if not due:
        stop.wait(DOZE)


def _poll(channel: Channel) -> None:
    """Read one channel until it has nothing new; trouble with one holds up no other."""
    try:
        while channel.state == Channel.State.CONNECTED and channels.poll(channel):
            channel.refresh_from_db()
    except (NoRoom, OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("channel %s could not be read", channel.pk)
        channels.note_failure(channel, Unavailable(type(error).__name__))  # or it would be tried again at once
    finally:
        close_old_connections()
