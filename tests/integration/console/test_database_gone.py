"""The database is cut, stopped, started again: processes apart go on by themselves."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import psycopg
import pytest

from binome.console.postgres import cluster
from binome.console.postgres.place import Place, place
from tests.integration.console.installation import PROJECT, Installation


@pytest.fixture
def apart(opened: Installation) -> Iterator[Installation]:
    """`binome web` and `binome worker`, beside a PostgreSQL that is not theirs to start or stop."""
    with ExitStack() as stack, cluster.running(place(opened.home)):
        for command in ("web", "worker"):
            opened.process = stack.enter_context(_running(opened, command))
        opened.wait_until(lambda: _status(opened) == 404)
        _a_fact_is_sealed(opened, place(opened.home))  # the worker has opened, and works
        yield opened


@pytest.fixture
def ground(apart: Installation) -> Place:
    return place(apart.home)


def test_connections_that_are_cut_are_made_again(apart, ground):
    for _again in range(3):
        with psycopg.connect(ground.url) as database:
            cut = database.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            assert cut.fetchone()[0] >= 2
        assert _status(apart) == 404
        _a_fact_is_sealed(apart, ground)


def test_a_server_that_stops_and_starts_again_is_found_again(apart, ground):
    cluster._stop(ground)
    answer = httpx.get(_page(apart), timeout=40, headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert "Traceback" not in answer.text
    with cluster.running(ground):
        apart.wait_until(lambda: _status(apart) == 404)
        _a_fact_is_sealed(apart, ground)


def _running(installation: Installation, command: str) -> "subprocess.Popen[bytes]":
    log = installation.log.open("a")
    process = subprocess.Popen(
        [sys.executable, "-m", "binome", command],
        env=installation.environment(DATABASE_URL=place(installation.home).url), cwd=PROJECT, stdout=log, stderr=log,
    )  # fmt: skip
    log.close()
    return _ended(process)


@contextmanager
def _ended(process: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _page(installation: Installation) -> str:
    """An address that asks the database, and finds nothing."""
    return f"http://127.0.0.1:{installation.port}/widget/nobody/"


def _status(installation: Installation) -> int:
    try:
        return httpx.get(_page(installation), timeout=40).status_code
    except httpx.TransportError:
        return 0


def _a_fact_is_sealed(installation: Installation, ground: Place) -> None:
    """The worker works: a new fact gets its position."""
    with psycopg.connect(ground.url) as database:
        database.execute(
            "INSERT INTO journal_entry (kind, about, actor, at, digest) VALUES ('Seen', '{}', 'test', now(), '')"
        )
    installation.wait_until(lambda: _unsealed(ground) == 0)


def _unsealed(ground: Place) -> int:
    with psycopg.connect(ground.url) as database:
        return int(database.execute("SELECT count(*) FROM journal_entry WHERE position IS NULL").fetchone()[0])
