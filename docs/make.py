"""Writes the reference pages that are made from the code: `make docs`. A test holds them to it."""

import os
from importlib import import_module
from pathlib import Path

import django
from pydantic.fields import FieldInfo

from binome.config.environment import PROJECT, Environment
from binome.console.catalogues import compile_catalogues
from binome.console.words import sentences

HERE = Path(__file__).parent
FRAME = {
    "en": (
        (
            "# Environment variables\n\nAn installation is set up by variables of its environment, or by lines NAME=value in a "
            "file `.env` beside the project. All of them have a default. A value that cannot be used is refused at the "
            "start, by name.\n\n| Variable | Default | Meaning |\n| --- | --- | --- |\n"
        ),
        "(empty)",
    ),
    "fr": (
        (
            "# Variables d’environnement\n\nUne installation se règle par les variables de son environnement, ou par des lignes "
            "NOM=valeur dans un fichier `.env` à côté du projet. Toutes ont une valeur par défaut. Une valeur inutilisable "
            "est refusée au démarrage, par son nom.\n\n| Variable | Par défaut | Ce qu’elle règle |\n| --- | --- | --- |\n"
        ),
        "(vide)",
    ),
}
"""What stands around the table, and how an empty default is said."""


def pages() -> dict[Path, str]:
    """Each page's path and its text."""
    compile_catalogues()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "binome.config.settings")
    django.setup()
    return {
        HERE / "reference" / "environment.md": _environment("en"),
        HERE / "reference" / "environment.fr.md": _environment("fr"),
        HERE / "reference" / "api.md": import_module("docs.interface").page(),
    }


def _environment(language: str) -> str:
    say, (before, nothing) = sentences(language).gettext, FRAME[language]
    rows = [(_name(name, field), _default(field, nothing), say(field.description or "")) for name, field in _fields()]
    return before + "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def _fields() -> list[tuple[str, FieldInfo]]:
    return list(Environment.model_fields.items())


def _name(name: str, field: FieldInfo) -> str:
    return f"`{field.validation_alias or f'BINOME_{name.upper()}'}`"


def _default(field: FieldInfo, nothing: str) -> str:
    value = field.default
    if isinstance(value, Path):
        value = value.relative_to(PROJECT)
    if isinstance(value, bool):
        value = str(value).lower()
    return nothing if value == "" else f"`{value}`"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
