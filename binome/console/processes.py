"""The three processes of an installation, each alone in its terminal or under `binome up`; any number, on any machines."""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from importlib import import_module

import click
import django
from django.conf import settings

from binome.console import installation, serving
from binome.console.ports import check_free, host_and_port
from binome.console.postgres.keeping import Keeper, kept
from binome.console.supervisor import run_together
from binome.console.words import _

WORKER, LISTENER = "binome worker", "binome listen"
"""The names under which PostgreSQL shows these processes' connections: how `binome doctor` finds them."""

NICE = 10
"""How far the worker stands back, as nice(1) counts."""


@click.command(help=_("Run the web server alone."))
@click.option("--bind", metavar="HOST:PORT", help=_("Where to listen; by default BINOME_BIND."))
@click.option(
    "--workers", type=click.IntRange(1), default=serving.USUAL, show_default=True,
    help=_("How many processes serve pages."),
)  # fmt: skip
def web(bind: str | None, workers: int) -> None:
    here = bind or settings.ENV.bind
    check_free(*host_and_port(here))
    with installation.opened():
        for line in first_steps():
            click.echo(line)
        if workers == 1:
            with kept(click.echo):
                serving.serve(here)
        else:
            import_module("binome.console.readiness").close_connections()  # processes are forked with none open
            run_together(serving.processes(here, workers), Keeper(click.echo).look_now_and_then)


@click.command(help=_("Run a worker alone: reading, deciding, sending."))
def worker() -> None:
    os.environ["PGAPPNAME"] = WORKER  # before the first connection, which is kept
    with installation.opened(), kept(click.echo):
        work()


@click.command(help=_("Run the reader of channels alone."))
def listen() -> None:
    os.environ["PGAPPNAME"] = LISTENER
    with installation.opened(), kept(click.echo):
        read_channels()


def first_steps() -> Sequence[str]:
    """Where the owner is created, as long as there is none; the link serves whoever sees this screen, and nobody else."""
    token = import_module("binome.accounts.first_run").token()
    link = f"{settings.ENV.public_url}/welcome/?token={token}"
    return (_("To begin, create the owner here: {link}").format(link=link),) if token else ()


def work() -> None:
    """Do the work that waits until told to stop: receive first, think later, so that it stands back a little."""
    os.environ["PGAPPNAME"] = WORKER
    os.nice(NICE)
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
