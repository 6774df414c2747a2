"""An installation that a command may work in: settings read, database up and up to date, Django ready."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import django
from django.utils import translation

from binome.console import database
from binome.console.catalogues import compile_catalogues
from binome.console.words import language


@contextmanager
def opened() -> Iterator[None]:
    """For as long as the block lasts; what it says is in the terminal's language."""
    with database.available() as address:
        os.environ["DATABASE_URL"] = address
        compile_catalogues()
        django.setup()
        readiness = import_module("binome.console.readiness")  # models load only once Django is set up
        readiness.make_ready()
        translation.activate(language())
        try:
            yield
        finally:
            readiness.close_connections()
