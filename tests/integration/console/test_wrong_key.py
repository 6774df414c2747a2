"""Another secret key than the one that sealed the credentials: said before anything is done with it."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import psycopg
import pytest

from binome.console.postgres.place import place
from tests.integration.console.installation import PROJECT, Installation, copy_of

ANOTHER = "another key, of thirty-two characters or more"
CONNECT = """
    import django
    django.setup()
    from binome.accounts.models import User
    from binome.channels import services as channels
    from binome.workspaces import services as workspaces
    team = workspaces.create_workspace("Locked", owner=User.objects.create_user("ada@example.org")).workspace
    values = {"reply_url": "https://example.org/replies"}
    channels.connect_channel(team, connector="webhook", name="Program", values=values, actor="test")
"""


@pytest.fixture(scope="module")
def locked(prepared: Path) -> Iterator[Path]:
    """The home of an installation with credentials sealed with its own key, closed."""
    for one in copy_of(prepared):
        one.start()
        environment = one.environment(DATABASE_URL=place(one.home).url, DJANGO_SETTINGS_MODULE="binome.config.settings")
        run([sys.executable, "-c", textwrap.dedent(CONNECT)], env=environment, cwd=PROJECT, check=True)
        one.wait_until(lambda: _facts(one, "position IS NULL") == 0)
        one.stop()
        yield one.home


@pytest.fixture
def sealed(locked: Path) -> Iterator[Installation]:
    yield from copy_of(locked)


@pytest.mark.parametrize("command", ["up", "web", "worker", "listen", "demo"])
def test_nothing_starts_with_another_key_and_it_is_said_with_what_to_do(sealed: Installation, command: str) -> None:
    ran = sealed.run(command, BINOME_SECRET_KEY=ANOTHER)
    assert ran.returncode == 2
    assert ran.stderr.startswith(
        "The channels’ credentials were sealed with another secret key.\nPut back the secret key"
    )
    assert "Traceback" not in ran.stderr + ran.stdout


def test_who_lost_the_key_goes_on_without_the_credentials_and_is_told_what_that_means(sealed: Installation) -> None:
    ran = sealed.run("doctor", "--forget-lost-key", BINOME_SECRET_KEY=ANOTHER)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Forgotten; to be connected again: Program.\nWhat the journal says until now can no")
    again = sealed.run("export", "faq", BINOME_SECRET_KEY=ANOTHER)
    assert (again.returncode, again.stderr) == (0, "")
    doctor = sealed.run("doctor", BINOME_SECRET_KEY=ANOTHER).stdout
    assert "✓ Credentials: open with this secret key." in doctor
    assert "✗ Journal: altered at position 1." in doctor


def test_with_the_right_key_nothing_is_forgotten(sealed: Installation) -> None:
    ran = sealed.run("doctor", "--forget-lost-key")
    assert ran.stdout.startswith("Forgotten; to be connected again: none.\n")
    assert "✓ Credentials: open with this secret key." in sealed.run("doctor").stdout


def _facts(installation: Installation, where: str) -> int:
    with psycopg.connect(place(installation.home).url) as database:
        return int(database.execute(f"SELECT count(*) FROM journal_entry WHERE {where}").fetchone()[0])
