"""What a crash may leave behind: lock files whose server is dead, processes whose server is dead.

PostgreSQL takes a lock file for valid when any process bears its number: after a crash that may be another one.
"""

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from binome.console.postgres.place import Place

if TYPE_CHECKING:
    from psutil import Process

SOCKET = ".s.PGSQL.5432"
PATIENCE = 5.0
"""Seconds between asking and forcing."""


def clear_traces(place: Place) -> None:
    """Ends what is left of a server that no longer answers, and removes its lock files."""
    lock = place.data / "postmaster.pid"
    if lock.exists():
        end_processes_in(place.data)
        for left in (lock, place.sockets / SOCKET, place.sockets / f"{SOCKET}.lock"):
            left.unlink(missing_ok=True)


def is_alive(place: Place) -> bool:
    """Whether any of its processes still works: a busy server may fail to answer, one that has ended has none."""
    return bool(_working_in(place.data))


def end_processes_in(data: Path) -> None:
    """Ends PostgreSQL's processes that work in this folder: asked first, then forced."""
    deadline = time.monotonic() + PATIENCE
    while left := _working_in(data):
        for process in left:
            _end(process, force=time.monotonic() > deadline)
        time.sleep(0.05)


def _working_in(data: Path) -> list["Process"]:
    """A dead process that nobody has buried works nowhere, so it is not among them."""
    import psutil  # only after a crash: it takes a while to load

    found = psutil.process_iter(["name", "cwd"])
    return [one for one in found if (one.info["name"] or "").startswith("postgres") and one.info["cwd"] == str(data)]


def _end(process: "Process", *, force: bool) -> None:
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        (process.kill if force else process.terminate)()
