"""What a crash may leave behind: lock files whose server is dead, processes whose server is dead.

PostgreSQL takes a lock file for valid when any process bears its number: after a crash that may be another one.
"""

import contextlib
from pathlib import Path

from binome.console.postgres.place import Place

SOCKET = ".s.PGSQL.5432"


def clear_traces(place: Place) -> None:
    """Ends what is left of a server that no longer answers, and removes its lock files."""
    lock = place.data / "postmaster.pid"
    if lock.exists():
        end_processes_in(place.data)
        for left in (lock, place.sockets / SOCKET, place.sockets / f"{SOCKET}.lock"):
            left.unlink(missing_ok=True)


def end_processes_in(data: Path) -> None:
    """Ends PostgreSQL's processes that work in this folder: asked first, then forced."""
    import psutil  # only after a crash: it takes a while to load

    left = [process for process in psutil.process_iter(["name", "cwd"]) if _works_in(process.info, data)]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _gone, stubborn = psutil.wait_procs(left, timeout=5)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=5)


def _works_in(info: dict[str, str | None], data: Path) -> bool:
    return (info["name"] or "").startswith("postgres") and info["cwd"] == str(data)
