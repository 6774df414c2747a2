"""Every sentence that a person may see is in the French catalogues, whole.

Sentences are found as Django finds them: in Python by `gettext` and its kin, in templates by `trans` and `blocktrans`, in scripts by
`gettext(…)`. A file's catalogue is in the nearest folder `locale` above it.
"""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_javascript, extract_python
from django.utils.translation.template import templatize

from tests.architecture.house import HOUSE, PROJECT, tracked_files

KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "plural": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
CONTEXTUAL = {"pgettext", "pgettext_lazy", "npgettext"}
CATALOGUES = sorted(HOUSE.glob("**/locale/fr/LC_MESSAGES/*.po"))
LOCALES = {path.parents[2] for path in CATALOGUES}


def test_every_sentence_is_in_its_catalogue_in_french():
    missing = [
        f"{path.relative_to(PROJECT)}:{line} {msgid!r}"
        for path in tracked_files()
        if path.is_relative_to(HOUSE) and not {"tests", "migrations"} & set(path.parts)
        for line, msgid in _sentences(path)
        if msgid not in _french(path)
    ]
    assert missing == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_catalogue_has_no_doubtful_or_empty_entry(catalogue):
    entries = polib.pofile(str(catalogue))
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert [entry.msgid for entry in entries.untranslated_entries() if not entry.obsolete] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_translation_keeps_the_blanks_to_fill(catalogue):
    wrong = [entry.msgid for entry in polib.pofile(str(catalogue)).translated_entries() if not _same_blanks(entry)]
    assert wrong == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_french_is_typeset_as_french(catalogue):
    """A narrow no-break space before ? ! ; %, a no-break space before : and inside « », a curly apostrophe."""
    ordinary = re.compile(
        r"[ \w»)][ ]?(?<!\u202f)[?!](?=\s|$)|[ ][;%](?=\s|$)|\w[;](?=\s)|[ ]:(?=\s|$)|«[ ]|[ ]»|\w'\w"
    )
    code = re.compile(r"`[^`]*`|https?://\S+|&\w+;|<[^>]*>")
    texts = [text for entry in polib.pofile(str(catalogue)) for text in _texts(entry)]
    assert [text for text in texts if ordinary.search(code.sub("", text))] == []


def _french(path: Path) -> set[str]:
    nearest = next((above / "locale" for above in path.parents if above / "locale" in LOCALES), None)
    return _msgids(nearest) if nearest else set()


_known: dict[Path, set[str]] = {}


def _msgids(locale: Path) -> set[str]:
    if locale not in _known:
        files = (locale / "fr" / "LC_MESSAGES").glob("*.po")
        _known[locale] = {entry.msgid for file in files for entry in polib.pofile(str(file)) if not entry.obsolete}
    return _known[locale]


def _sentences(path: Path) -> Iterator[tuple[int, str]]:
    if path.suffix == ".py":
        yield from _called(extract_python(BytesIO(path.read_bytes()), KEYWORDS, [], {}))
    elif path.suffix == ".js":
        yield from _called(extract_javascript(BytesIO(path.read_bytes()), KEYWORDS, [], {}))
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        yield from _in_template(path.read_text())


def _called(calls) -> Iterator[tuple[int, str]]:
    for line, function, messages, _comments in calls:
        said = [messages] if isinstance(messages, str) else [one for one in messages or () if isinstance(one, str)]
        position = 1 if function in CONTEXTUAL else 0
        if len(said) > position and said[position]:
            yield line, said[position]


_LITERAL = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""


def _in_template(text: str) -> Iterator[tuple[int, str]]:
    """Django turns a template into lines of calls, which is what its own extraction reads."""
    for number, line in enumerate(templatize(text).splitlines(), start=1):
        for literal in re.findall(rf"\bn?(?:pgettext\(u?{_LITERAL}, *u?|gettext\(u?)({_LITERAL})", line):
            yield number, ast.literal_eval(literal)


def _texts(entry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _same_blanks(entry) -> bool:
    blanks = re.compile(r"%\(\w+\)[sd]|\{\w*[^}]*\}|%[sd]")
    wanted = set(blanks.findall(entry.msgid_plural or entry.msgid))
    return all(set(blanks.findall(text)) <= wanted | set(blanks.findall(entry.msgid)) for text in _texts(entry)) and (
        bool(entry.msgid_plural) or set(blanks.findall(entry.msgstr)) == wanted
    )
