"""The command `binome doctor`: what is well, what is not, and what to do about it."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module

import click

from binome.console.finding import Finding, State, bad
from binome.console.problems import problem_in
from binome.console.words import _

SIGNS = {State.GOOD: ("✓", "green"), State.WARNING: ("!", "yellow"), State.BAD: ("✗", "red")}

Check = Callable[[], Finding]


@click.command(help=_("Check this installation and say what to do."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object a line, for programs."))
@click.option(
    "--forget-lost-key",
    is_flag=True,
    help=_("Go on with another secret key: forget the credentials that only the lost one opens."),
)
def doctor(as_json: bool, forget_lost_key: bool) -> None:
    if forget_lost_key:
        _forget_lost_key()
        return
    found = []
    for finding in _examine():
        found.append(finding)
        click.echo(json.dumps(asdict(finding), ensure_ascii=False) if as_json else _line(finding))
    sys.exit(1 if any(finding.state == State.BAD for finding in found) else 0)


def _forget_lost_key() -> None:
    from binome.console import checks, database

    with database.available() as address:
        checks.database(address)  # sets Django up
        channels = import_module("binome.channels.services").forget_locked_credentials(actor="console")
    names = ", ".join(channel.name for channel in channels) or _("none")
    click.echo(_("Forgotten; to be connected again: {channels}.").format(channels=names))
    click.echo(_("What the journal says until now can no longer be proved: `binome doctor` will say so."))


def _examine() -> Iterator[Finding]:
    """Each check in turn; those that need what is broken are left out."""
    with ExitStack() as stack:
        yield (configuration := _settled("configuration", _read_settings))
        if configuration.state == State.BAD:
            return
        from binome.console import checks, database

        yield from (_settled(name, check) for name, check in checks.ON_THIS_MACHINE.items())
        yield (reachable := _settled("database", lambda: checks.database(stack.enter_context(database.available()))))
        if reachable.state != State.BAD:
            yield from (_settled(name, check) for name, check in checks.in_database().items())


def _read_settings() -> Finding:
    from binome.console import checks

    return checks.configuration()


def _settled(name: str, check: Check) -> Finding:
    """The check's finding; what people can put right is a finding like others."""
    try:
        return check()
    except Exception as error:
        problem = problem_in(error)
        if problem is None:
            raise
        return bad(name, problem.what, problem.remedy)


def _line(finding: Finding) -> str:
    sign, colour = SIGNS[finding.state]
    said = f"{click.style(sign, fg=colour)} {finding.says}"
    return f"{said}\n  → {finding.remedy}" if finding.remedy else said
