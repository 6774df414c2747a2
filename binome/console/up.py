"""A whole installation in one terminal: database, tables, static files, then its processes until Ctrl-C."""

import signal
import urllib.error
import urllib.request
from collections.abc import Sequence
from importlib import import_module
from threading import Thread

import click
from django.conf import settings

from binome.console import installation, processes, serving
from binome.console.ports import check_free, host_and_port, within
from binome.console.postgres.keeping import Keeper
from binome.console.supervisor import run_together
from binome.console.words import _


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
    made_ready = _make_ready_meanwhile() if demo and not (settings.ENV.home / "postgres").exists() else None
    with installation.opened():
        if made_ready:
            made_ready.join()
        sign_in = _bring_in_the_demo() if demo else processes.first_steps()
        import_module("binome.console.readiness").close_connections()  # processes are forked with none open
        web = serving.processes(settings.ENV.bind, serving.USUAL)
        opening = Opening(f"http://{within(host)}:{port}/", sign_in)
        behind = {"worker": processes.work, "study": processes.think, "listen": processes.read_channels}
        run_together({**web, **behind}, opening.look)


def _make_ready_meanwhile() -> Thread:
    """Load what the demo's entries will be read with while PostgreSQL is made, which leaves this process idle."""

    def load() -> None:
        import_module("sklearn.linear_model")
        import_module("sklearn.feature_extraction.text")
        import_module("binome.kit.encoder").encode(["…"])

    thread = Thread(target=load, name="loading")
    thread.start()
    return thread


def _bring_in_the_demo() -> Sequence[str]:
    community = import_module("binome.console.demo")
    community.load()
    address, password = community.sign_in()
    page = settings.ENV.public_url + community.sample_page()
    return (
        _("Sign in as {address}, password {password}").format(address=address, password=password),
        _("A page such as yours, with the chat on it: {page}").format(page=page),
    )


class Opening:
    """Says once where Binôme is open, as soon as it answers, and looks after the database."""

    def __init__(self, address: str, sign_in: Sequence[str]) -> None:
        self.address, self.sign_in, self.announced = address, sign_in, False
        self.keeper = Keeper(click.echo)

    def look(self) -> float:
        self.keeper.look()
        if not self.announced and _answers(self.address):
            self.announced = True
            _announce(self.sign_in)
        return 0.5 if self.announced else 0.1


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
