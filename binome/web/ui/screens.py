"""Screens are found, never listed: a subpackage of `binome.web` with `urls.py` is one; `navigation.py` puts it in the rail."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.urls import URLResolver, include, path

import binome.web
from binome.web.ui import navigation


def names() -> Iterator[str]:
    """The screens of this installation, in alphabetical order."""
    for found in iter_modules(binome.web.__path__):
        if found.ispkg and find_spec(f"binome.web.{found.name}.urls"):
            yield found.name


def addresses() -> list[URLResolver]:
    """The addresses of all screens; each `urls.py` has its `app_name` and writes its paths whole."""
    return [path("", include(f"binome.web.{name}.urls")) for name in names()]


def declare_all() -> None:
    """Read what each screen says of its place in the navigation."""
    for name in names():
        if find_spec(f"binome.web.{name}.navigation"):
            for entry in import_module(f"binome.web.{name}.navigation").ENTRIES:
                navigation.declare(entry)
