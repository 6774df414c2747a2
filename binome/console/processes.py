"""The three processes of an installation, each alone in its terminal or under `binome up`; any number, on any machines."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import django
import uvicorn
from django.conf import settings

from binome.console import database
from binome.console.ports import check_free, host_and_port
from binome.console.supervisor import SUPERVISED
from binome.console.words import _


@click.command(help=_("Run the web server alone."))
@click.option("--bind", metavar="HOST:PORT", help=_("Where to listen; by default BINOME_BIND."))
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help=_("How many processes serve pages."))
def web(bind: str | None, workers: int) -> None:
    host, port = host_and_port(bind or settings.ENV.bind)
    check_free(host, port)
    with _installation():
        uvicorn.run(
            "binome.config.asgi:application", host=host, port=port, workers=workers, lifespan="off",
            proxy_headers=False, server_header=False, log_config=None, access_log=False, timeout_graceful_shutdown=2,
        )  # fmt: skip


@click.command(help=_("Run a worker alone: reading, deciding, sending."))
def worker() -> None:
    with _installation():
        from binome.console import loops  # models load only once Django is set up

        _until_told_to_stop(loops.run_worker)


@click.command(help=_("Run the reader of channels alone."))
def listen() -> None:
    with _installation():
        from binome.console import loops

        _until_told_to_stop(loops.run_listen)


@contextmanager
def _installation() -> Iterator[None]:
    """A database that answers and is up to date. Under `binome up` all this is done: only follow its fate."""
    if SUPERVISED in os.environ:
        threading.Thread(target=_end_with_supervisor, daemon=True).start()
        django.setup()
        yield
        return
    with database.available() as address:
        os.environ["DATABASE_URL"] = address
        django.setup()
        from binome.console import readiness

        readiness.make_ready()
        yield


def _until_told_to_stop(run: Callable[[threading.Event], None]) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    run(stop)


def _end_with_supervisor() -> None:
    """The supervisor holds the other end of our input: it closes when the supervisor dies, however it dies."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
