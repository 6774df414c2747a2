"""The three processes of an installation, each alone in its terminal or under `binome up`; any number, on any machines."""

import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module

import click
import django
import uvicorn
from django.conf import settings

from binome.console import installation
from binome.console.ports import check_free, host_and_port
from binome.console.words import _

WORKER, LISTENER = "binome worker", "binome listen"
"""The names under which PostgreSQL shows these processes' connections: how `binome doctor` finds them."""


@click.command(help=_("Run the web server alone."))
@click.option("--bind", metavar="HOST:PORT", help=_("Where to listen; by default BINOME_BIND."))
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help=_("How many processes serve pages.")
)
def web(bind: str | None, workers: int) -> None:
    check_free(*host_and_port(bind or settings.ENV.bind))
    with installation.opened():
        serve(bind, workers)


@click.command(help=_("Run a worker alone: reading, deciding, sending."))
def worker() -> None:
    with installation.opened():
        work()


@click.command(help=_("Run the reader of channels alone."))
def listen() -> None:
    with installation.opened():
        read_channels()


def serve(bind: str | None = None, workers: int = 1) -> None:
    """Serve pages until told to stop; open event streams are given two seconds to end."""
    host, port = host_and_port(bind or settings.ENV.bind)
    uvicorn.run(
        "binome.config.asgi:application", host=host, port=port, workers=workers, lifespan="off", proxy_headers=False,
        server_header=False, log_config=None, access_log=False, timeout_graceful_shutdown=2,
    )  # fmt: skip


def work() -> None:
    """Do the work that waits until told to stop."""
    os.environ["PGAPPNAME"] = WORKER
    _until_told_to_stop("run_worker")


def read_channels() -> None:
    """Read the channels whose turn it is until told to stop."""
    os.environ["PGAPPNAME"] = LISTENER
    _until_told_to_stop("run_listen")


def _until_told_to_stop(loop: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    django.setup()  # models load only after this; done already unless this process was started afresh
    run: Callable[[threading.Event], None] = getattr(import_module("binome.console.loops"), loop)
    run(stop)
