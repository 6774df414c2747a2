"""What `binome doctor` looks at, one function each: those of this machine, then those that ask the database."""

import platform
import shutil
import stat
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version

import django
from django.conf import settings

from binome.console import catalogues
from binome.console import database as databases
from binome.console.finding import Finding, bad, good, warning
from binome.console.processes import LISTENER, STUDENT, WORKER
from binome.console.words import _, plural
from binome.sdk import pictures as reading

GIGABYTE = 1024**3


def configuration() -> Finding:
    """Reading the settings reads every variable; a wrong one is named by the error."""
    return good("configuration", _("Configuration: read; data in {home}.").format(home=settings.ENV.home))


def versions() -> Finding:
    return good(
        "versions",
        _("Versions: Binôme {binome}, Python {python}, Django {django}, {system}.").format(
            binome=version("binome"),
            python=platform.python_version(),
            django=django.__version__,
            system=platform.platform(),
        ),
    )


def secret_key() -> Finding:
    """Whoever reads the key can read the channels' credentials."""
    path = settings.ENV.key_file
    if settings.ENV.secret_key:
        return good("secret_key", _("Secret key: given by the environment."))
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return bad(
            "secret_key",
            _("Secret key: other accounts of this machine may read {path}.").format(path=path),
            _("Run: chmod 600 {path}").format(path=path),
        )
    return good("secret_key", _("Secret key: readable by its owner alone."))


def debugging() -> Finding:
    if settings.ENV.debug and settings.ENV.is_https:
        return bad("debugging", _("Errors are shown in full to visitors."), _("Remove BINOME_DEBUG, then start again."))
    return good("debugging", _("Errors are not shown to visitors."))


def disk() -> Finding:
    free = shutil.disk_usage(settings.ENV.home).free
    says = _("Disk: {free:.1f} GB free.").format(free=free / GIGABYTE)
    remedy = _("Free some space: below 0.2 GB, messages may be refused.")
    if free < 0.2 * GIGABYTE:
        return bad("disk", says, remedy)
    return warning("disk", says, remedy) if free < GIGABYTE else good("disk", says)


def translations() -> Finding:
    if count := len(list(catalogues.stale_catalogues())):
        says = plural(
            "Translations: {count} catalogue to compile.", "Translations: {count} catalogues to compile.", count
        )
        return warning("translations", says.format(count=count), _("`binome up` does it; or run: make setup"))
    return good("translations", _("Translations: compiled."))


def pictures() -> Finding:
    """An extra that few need: without it all is well, and one must know it."""
    if missing := reading.missing():
        says = _(
            "Pictures that members send: not read, shown to nobody unasked; to a person each time. To read them: {how}"
        )
        return good("pictures", says.format(how=f"pip install {' '.join(missing)}"))
    return good("pictures", _("Pictures that members send: read, for nudity and for those that you know."))


def database(address: str) -> Finding:
    """Also sets Django up: what follows asks through it."""
    found = databases.check(address)
    django.setup()
    where = _("the ordinary one at DATABASE_URL") if settings.ENV.database_url else _("the embedded one")
    return good("database", _("Database: PostgreSQL {version}, {where}.").format(version=found, where=where))


ON_THIS_MACHINE: Mapping[str, Callable[[], Finding]] = {
    "versions": versions,
    "secret_key": secret_key,
    "debugging": debugging,
    "disk": disk,
    "translations": translations,
    "pictures": pictures,
}


def in_database() -> Mapping[str, Callable[[], Finding]]:
    """The checks that need Django and a database; the tables first, without which there is no more to ask."""
    questions = import_module("binome.console.questions")
    if questions.tables().state != "good":
        return {"tables": questions.tables}
    return {
        "tables": questions.tables,
        "static_files": questions.static_files,
        "journal": questions.journal,
        "credentials": questions.credentials,
        "worker": lambda: questions.process("worker", WORKER),
        "study": lambda: questions.process("study", STUDENT),
        "listen": lambda: questions.process("listen", LISTENER),
    }
