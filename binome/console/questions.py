"""What `binome doctor` asks the database. Loaded once Django is set up."""

from django.db import connection

from binome.channels import services as channels
from binome.console import readiness
from binome.console.finding import Finding, bad, good, warning
from binome.console.words import _, plural
from binome.journal import services as journals


def tables() -> Finding:
    if count := len(readiness.migrations_to_apply()):
        says = plural("Tables: {count} migration to apply.", "Tables: {count} migrations to apply.", count)
        return bad(
            "tables",
            says.format(count=count),
            _("Run `binome up`, or any other command that runs a process: it applies them."),
        )
    return good("tables", _("Tables: up to date."))


def static_files() -> Finding:
    if readiness.static_files_are_fresh():
        return good("static_files", _("Static files: built."))
    return warning("static_files", _("Static files: older than their sources."), _("`binome up` builds them."))


def journal() -> Finding:
    """Every digest is computed again: this is what shows that no fact was altered."""
    try:
        count = journals.verify()
    except journals.BrokenChain as broken:
        return bad(
            "journal",
            _("Journal: altered at position {position}.").format(position=broken.position),
            _another_key() if broken.position == 1 else _by_hand(),
        )
    says = plural("Journal: {count} fact, unaltered.", "Journal: {count} facts, unaltered.", count)
    return good("journal", says.format(count=count))


def _by_hand() -> str:
    return _("Somebody changed the database by hand. Restore a backup made before, and find out who.")


def _another_key() -> str:
    """With another key no digest matches, from the first on."""
    return _(
        "Put back the secret key with which this journal was written (BINOME_SECRET_KEY or HOME/secret-key). "
        "If it is that one: somebody changed the database by hand."
    )


def credentials() -> Finding:
    """The secret key is the one that sealed the channels' credentials."""
    locked = [channel.name for channel in channels.locked_channels()]
    if locked:
        return bad(
            "credentials",
            _("Credentials: sealed with another secret key: {channels}.").format(channels=", ".join(locked)),
            _("Put back the secret key of this installation; if it is lost: binome doctor --forget-lost-key"),
        )
    return good("credentials", _("Credentials: open with this secret key."))


def process(name: str, application: str) -> Finding:
    """Processes of this kind that hold a connection now, on whatever machine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE %s = ANY (string_to_array(application_name, ', ')) AND datname = current_database()",
            [application],
        )
        count = cursor.fetchone()[0]
    if count:
        return good(name, _("`binome {name}`: running.").format(name=name))
    return warning(
        name, _("`binome {name}`: not running.").format(name=name), _("Start `binome up`, or this process alone.")
    )
