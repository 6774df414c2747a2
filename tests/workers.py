"""Workers in processes of their own, on the run's test database, that a test may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from binome.console.postgres.place import place
from binome.journal.models import Entry, Reader

PROJECT = Path(__file__).resolve().parents[1]
BEGIN = """
import django
django.setup()
from binome.sdk import registry
from tests.doubles import the_notebook
known = {**registry.connectors(), "notebook": the_notebook()}
registry.connectors = lambda: known
"""


@contextmanager
def worker(code: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that runs this code in the product; killed at the end of the block if it still lives."""
    process = subprocess.Popen([sys.executable, "-c", BEGIN + code], cwd=PROJECT, env=_environment())
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End it as a power cut would, and wait until PostgreSQL has noticed."""
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Return as soon as this is true; fail if it never is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def all_decided(messages: int) -> bool:
    """So many messages were read, what was told of them is sealed, and the assistant has heard all of it.

    What leaves is to be looked at after this, never before: a reply may be written between two looks.
    """
    connection.close()  # each look is a new one
    read = Entry.objects.filter(kind="MessageUnderstood")
    if read.count() != messages or Entry.objects.filter(position=None).exists():
        return False
    last = read.latest("position").position
    return Reader.objects.filter(name="assistant.respond", position__gte=last).exists()


def _environment() -> dict[str, str]:
    server = settings.ENV.database_url or place(settings.ENV.home).url
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "BINOME_HOME": str(settings.ENV.home),
        "BINOME_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": f"postgresql:///?{urlencode(conninfo_to_dict(server, dbname=connection.settings_dict['NAME']))}",
        "PYTHONPATH": str(PROJECT),
    }
