"""The command `binome`. Each subcommand's code is loaded only when it is run, so that help is instant."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click

from binome.console.words import _

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "binome.config.settings")
# Small matrices are slower with more threads, and several processes share the machine.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "2")

COMMANDS = {
    "up": ("binome.console.up:up", _("Start everything in this terminal.")),
    "demo": ("binome.console.up:demo", _("Start everything, with a small community to play with.")),
    "doctor": ("binome.console.doctor:doctor", _("Check this installation and say what to do.")),
    "answer": ("binome.console.answer:answer", _("Answer a file of questions from a file of entries.")),
    "understand": ("binome.console.understand:understand", _("Read a file of messages and say what they are.")),
    "rehearse": ("binome.console.rehearse:rehearse", _("Run a past again and see what the AI would have done alone.")),
    "import": ("binome.console.transfer:bring_in", _("Bring data in from a file.")),
    "export": ("binome.console.transfer:take_out", _("Write data to a file.")),
    "why": ("binome.console.why:why", _("Explain one decision of the AI, and decide it again.")),
    "forget": ("binome.console.forget:forget", _("Forget a member of the community, with all that they wrote.")),
    "web": ("binome.console.processes:web", _("Run the web server alone.")),
    "worker": ("binome.console.processes:worker", _("Run a worker alone: reading, deciding, sending.")),
    "study": ("binome.console.processes:study", _("Run the studies alone: learning, importing, rehearsing.")),
    "listen": ("binome.console.processes:listen", _("Run the reader of channels alone.")),
}

IN_AN_INSTALLATION = {"import", "export", "why", "forget"}
"""Commands whose code needs the tables: they are loaded once the installation is open."""


class Commands(click.Group):
    """The commands of the table above whose module is there."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return [name for name, (where, _summary) in COMMANDS.items() if find_spec(where.partition(":")[0])]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        if name in IN_AN_INSTALLATION:
            context.with_resource(import_module("binome.console.installation").opened())
        module, _colon, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(context)])


@click.command(cls=Commands, help=_("Binôme, the AI teammate of a community manager."))
@click.version_option(package_name="binome", message="Binôme %(version)s")
def cli() -> None:
    pass


def main() -> None:
    """Run the command; what people can put right is said in a sentence, with exit code 2."""
    try:
        cli(prog_name="binome", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        if not _tell(error):
            raise
        sys.exit(2)


def _tell(error: Exception) -> bool:
    """Say in a sentence what the person can put right; a defect of Binôme is left to show where it is."""
    from binome.console.problems import problem_in

    problem = problem_in(error)
    if problem is None:
        return False
    click.secho(problem.what, fg="red", bold=True, err=True)
    if problem.remedy:
        click.echo(problem.remedy, err=True)
    return True
