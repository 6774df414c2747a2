"""The four processes of an installation, each alone in its terminal or under `binome up`; any number, on any machines."""

import os
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click
import django
from django.conf import settings

from binome.console import installation, serving
from binome.console.ports import check_free, host_and_port
from binome.console.postgres.keeping import Keeper, kept
from binome.console.supervisor import run_together
from binome.console.words import _

WORKER, STUDENT, LISTENER = "binome worker", "binome study", "binome listen"
"""The names under which PostgreSQL shows these processes' connections: how `binome doctor` finds them."""

BOTH = f"{WORKER}, {STUDENT}"
"""The name of a worker that studies too."""

WORKS_AT, STUDIES_AT = 10, 19
"""How far they stand back, as nice(1) counts."""

_SHARE = Path("/proc/self/autogroup")
"""Where Linux shares the processor among sessions first: nice(1) then says nothing beyond the session (sched(7))."""


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
@click.option(
    "--studies/--no-studies", default=True, show_default=True,
    help=_("Whether it also learns, imports and rehearses, or leaves that to `binome study`."),
)  # fmt: skip
def worker(studies: bool) -> None:
    os.environ["PGAPPNAME"] = BOTH if studies else WORKER  # before the first connection, which is kept
    with installation.opened(), kept(click.echo):
        work(studies=studies)


@click.command(help=_("Run the studies alone: learning, importing, rehearsing."))
def study() -> None:
    os.environ["PGAPPNAME"] = STUDENT
    with installation.opened(), kept(click.echo):
        think()


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


def work(*, studies: bool = False) -> None:
    """Do the work that waits until told to stop: receive first, think later, so that it stands back a little."""
    os.environ["PGAPPNAME"] = BOTH if studies else WORKER
    _stand_back(WORKS_AT)
    _until_told_to_stop("run_worker", studies=studies)


def think() -> None:
    """Study until told to stop: nobody waits for it, so that it stands back behind everybody."""
    os.environ["PGAPPNAME"] = STUDENT
    _stand_back(STUDIES_AT)
    _until_told_to_stop("run_studies")


def read_channels() -> None:
    """Read the channels whose turn it is until told to stop."""
    os.environ["PGAPPNAME"] = LISTENER
    _until_told_to_stop("run_listen")


def _stand_back(far: int) -> None:
    """Be nice(1); in a session of its own (under the supervisor, say), have the session be so too."""
    os.nice(far)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # not Linux, or sessions are not told apart
            _SHARE.write_text(str(far))


def _until_told_to_stop(loop: str, **how: bool) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    django.setup()  # models load only after this; done already unless this process was started afresh
    getattr(import_module("binome.console.loops"), loop)(stop, **how)
