"""A whole installation in one terminal: database, tables, static files, then web, worker and listen until Ctrl-C."""

import signal
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from importlib import import_module

import click
from django.conf import settings

from binome.console import installation, processes
from binome.console.ports import check_free, host_and_port, within
from binome.console.supervisor import Supervisor
from binome.console.words import _

PROCESSES = {"web": processes.serve, "worker": processes.work, "listen": processes.read_channels}


@click.command(help=_("Start everything in this terminal."))
def up() -> None:
    _open()


@click.command(help=_("Start everything, with a small community to play with."))
def demo() -> None:
    _open(demo=True)


def _open(*, demo: bool = False) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    host, port = host_and_port(settings.ENV.bind)
    check_free(host, port)
    with installation.opened():
        sign_in = _bring_in_the_demo() if demo else _first_steps()
        import_module("binome.console.readiness").close_connections()  # processes are forked with none open
        supervisor = Supervisor(PROCESSES)
        try:
            supervisor.start()
            _watch(supervisor, f"http://{within(host)}:{port}/", sign_in)
        except KeyboardInterrupt:
            click.echo(_("Stopping…"))
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            supervisor.stop()


def _bring_in_the_demo() -> Sequence[str]:
    community = import_module("binome.console.demo")
    community.load()
    address, password = community.sign_in()
    page = settings.ENV.public_url + community.sample_page()
    return (
        _("Sign in as {address}, password {password}").format(address=address, password=password),
        _("A page such as yours, with the chat on it: {page}").format(page=page),
    )


def _first_steps() -> Sequence[str]:
    """Where the owner is created, as long as there is none; the link serves whoever sees this screen, and nobody else."""
    token = import_module("binome.accounts.first_run").token()
    link = f"{settings.ENV.public_url}/welcome/?token={token}"
    return (_("To begin, create the owner here: {link}").format(link=link),) if token else ()


def _watch(supervisor: Supervisor, address: str, sign_in: Sequence[str]) -> None:
    announced = False
    while True:
        supervisor.look_after()
        if not announced and _answers(address):
            announced = True
            _announce(sign_in)
        time.sleep(0.5 if announced else 0.1)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _announce(sign_in: Sequence[str]) -> None:
    click.echo()
    click.secho(_("Binôme is open at {address}").format(address=settings.ENV.public_url), bold=True)
    for line in sign_in:
        click.echo(line)
    click.echo(_("Ctrl-C stops it."))
    click.echo()
