"""The terminal's language: French or English by the LANG of the terminal, before any setting is read."""

import gettext
import os
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


def language() -> str:
    """`fr` or `en`: the first of LC_ALL, LC_MESSAGES, LANG that says something."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def _(message: str) -> str:
    return gettext.translation("django", str(LOCALE), [language()], fallback=True).gettext(message)


def plural(one: str, many: str, count: int) -> str:
    return gettext.translation("django", str(LOCALE), [language()], fallback=True).ngettext(one, many, count)
