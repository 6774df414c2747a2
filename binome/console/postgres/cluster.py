"""One embedded PostgreSQL: made once, started on demand, shared by the installation's processes.

Each process that needs it holds a shared lock on a file for as long as it runs (the kernel lets go of it, even after
kill -9). Who leaves and finds nobody else stops the server.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import pq, sql

from binome.console.postgres import crash, settings
from binome.console.postgres.place import ACCOUNT, DATABASE, Place
from binome.console.postgres.prepare import owner_of, prepare
from binome.console.problems import Problem
from binome.console.words import _

PATIENCE = 600  # seconds: after a crash, PostgreSQL replays its log before it answers


@contextmanager
def running(place: Place, tuning: Mapping[str, str] | None = None) -> Iterator[str]:
    """The cluster's address, for as long as the block lasts; started if nobody has, stopped if nobody else uses it."""
    users = _open(place.home / "postgres.users")
    try:
        with _alone(place.home / "postgres.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_started(place, tuning or settings.tuning())
        yield place.url
    finally:
        with _alone(place.home / "postgres.lock"):
            if _is_last(users):
                _stop(place)
        os.close(users)


def restart_if_fallen(place: Place) -> bool:
    """Start the server again if it has ended though it is in use; whether it was. `Problem` if it does not start."""
    if _ping(place) != pq.Ping.NO_RESPONSE or not (place.data / "PG_VERSION").exists():
        return False
    with _alone(place.home / "postgres.lock"):
        if _ping(place) != pq.Ping.NO_RESPONSE or crash.is_alive(place):
            return False
        _ensure_started(place, settings.tuning())
        return True


def is_running(place: Place) -> bool:
    """Whether the server answers at this instant."""
    return _ping(place) == pq.Ping.OK


def _ensure_started(place: Place, tuning: Mapping[str, str]) -> None:
    if _ping(place) == pq.Ping.NO_RESPONSE:
        prepare(place)
        if not (place.data / "PG_VERSION").exists():
            _make(place)
        _check_version(place)
        crash.clear_traces(place)
        _start(place, tuning)
    _ensure_database(place)


def _ping(place: Place) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping(place.address("postgres").encode()))


def _make(place: Place) -> None:
    """Made beside, then renamed: a creation cut short leaves nothing that looks like a cluster."""
    making = place.data.with_name("postgres.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    os.chown(making, owner_of(place), -1)
    _run(
        place,
        "initdb",
        "-D",
        str(making),
        "-U",
        ACCOUNT,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    )
    making.rename(place.data)


def _check_version(place: Place) -> None:
    found = (place.data / "PG_VERSION").read_text().strip()
    if found != "18":
        raise Problem(
            _("The data in {folder} were written by PostgreSQL {version}; this Binôme brings 18.").format(
                folder=place.data, version=found
            ),
            _("Use the Binôme that wrote them, or restore an export."),
        )


def _start(place: Place, tuning: Mapping[str, str]) -> None:
    log = place.data / "start.log"
    log.unlink(missing_ok=True)
    options = " ".join(f"-c {name}='{value}'" for name, value in tuning.items())
    options += f" -c listen_addresses='' -c unix_socket_directories='{place.sockets}'"
    _run(place, "pg_ctl", "-D", str(place.data), "-w", "-t", str(PATIENCE), "-l", str(log), "-o", options, "start")


def _ensure_database(place: Place) -> None:
    with psycopg.connect(place.address("postgres"), autocommit=True, connect_timeout=30) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _stop(place: Place) -> None:
    if (place.data / "postmaster.pid").exists():
        _run(place, "pg_ctl", "-D", str(place.data), "-w", "-t", "60", "-m", "fast", "stop")


def _run(place: Place, program: str, *arguments: str) -> None:
    account: dict[str, object] = {}
    if place.account:
        account = {"user": place.account, "group": place.account, "extra_groups": []}
    ran = subprocess.run(  # type: ignore[call-overload]  # noqa: S603
        [str(place.programs / program), *arguments],
        cwd="/", env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **account,
    )  # fmt: skip
    if ran.returncode:
        raise _explained(program, ran.stderr + _end_of_logs(place.data))


def _end_of_logs(data: Path) -> str:
    logs = [data / "start.log", *sorted(data.glob("log/*"), key=lambda log: log.stat().st_mtime)[-1:]]
    return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())


def _explained(program: str, said: str) -> Problem:
    if "No space left on device" in said:
        return Problem(_("The disk is full: PostgreSQL cannot write."), _("Free some space, then start again."))
    fatal = re.findall(r"(?:FATAL|error): +(.+)", said)
    return Problem(
        _("The embedded PostgreSQL did not start: {reason}.").format(reason=fatal[-1] if fatal else program),
        _("Its log is in the folder “postgres” of BINOME_HOME. An ordinary PostgreSQL can be given by DATABASE_URL."),
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
