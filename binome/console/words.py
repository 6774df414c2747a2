"""The terminal's language: French or English by the LANG of the terminal, before any setting is read."""

import gettext
import os
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
FOLDERS = (PACKAGE / "console" / "locale", PACKAGE / "config" / "locale")


def language() -> str:
    """`fr` or `en`: the first of LC_ALL, LC_MESSAGES, LANG that says something."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def sentences(language: str) -> gettext.NullTranslations:
    """The console's sentences, then those of the environment, in this language."""
    first, *others = [gettext.translation("django", str(folder), [language], fallback=True) for folder in FOLDERS]
    for other in others:
        first.add_fallback(other)
    return first


def _(message: str) -> str:
    return _here().gettext(message)


def plural(one: str, many: str, count: int) -> str:
    return _here().ngettext(one, many, count)


@cache
def _here() -> gettext.NullTranslations:
    return sentences(language())
