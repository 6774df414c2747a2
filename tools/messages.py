"""The sentences of the product: found in the code and the templates, kept in one catalogue a language.

    python tools/messages.py extract     update binome/**/locale/*/LC_MESSAGES/django.po
    python tools/messages.py missing     say what is not translated

The console keeps its own sentences. Compiling is `python -m binome.console.catalogues`.
"""

import ast
import builtins
import inspect
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template as templates

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "binome"
LANGUAGES = ("fr", "en")
APART = {"config", "console"}
"""Packages that speak without Django's settings, and keep their own sentences."""

HEADER = "# The sentences of Binôme. Updated by tools/messages.py; written by people."
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "plural": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


class Sentence(NamedTuple):
    """One thing said: *text* is the English, a pair when it has a plural."""

    text: str | tuple[str, str]
    context: str | None
    place: str
    line: int


def main(command: str = "extract") -> int:
    """Run one of the two commands; 1 when something is missing."""
    if command == "extract":
        for folder in catalogue_folders():
            for language in LANGUAGES:
                update(folder, language)
        return 0
    missing = [
        f"{language} {sentence.place}: {sentence.text}"
        for folder in catalogue_folders()
        for language in LANGUAGES
        for sentence in untranslated(folder, language)
    ]
    print("\n".join(missing) or "Everything is translated.")
    return int(bool(missing))


def catalogue_folders() -> list[Path]:
    """The folders that keep sentences: the product's own, and those of packages that keep theirs."""
    return [
        PACKAGE / "locale",
        *(PACKAGE / name / "locale" for name in sorted(APART) if (PACKAGE / name / "locale").is_dir()),
    ]


def path(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def load(folder: Path, language: str) -> Catalog:
    """The catalogue as it is; empty if there is none yet."""
    if not path(folder, language).exists():
        return Catalog(locale=language, project="Binôme", header_comment=HEADER)
    with path(folder, language).open("rb") as file:
        return read_po(file, locale=language)


def update(folder: Path, language: str) -> None:
    """Add the sentences that are new, forget those that are gone; nothing is guessed. English says itself."""
    old, new = load(folder, language), Catalog(locale=language, project="Binôme", header_comment=HEADER, fuzzy=False)
    for sentence in sentences(folder):
        known = old.get(_id(sentence), sentence.context)
        said = _id(sentence) if language == "en" else (known.string if known else None)
        new.add(_id(sentence), said, [(sentence.place, 0)], flags=_flags(sentence), context=sentence.context)
    path(folder, language).parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, new, width=0, sort_output=True, include_lineno=False, omit_header=False)
    path(folder, language).write_bytes(_without_dates(buffer.getvalue()))


def untranslated(folder: Path, language: str) -> list[Sentence]:
    """What is said somewhere and has no words, or guessed words, in this language."""
    catalogue = load(folder, language)
    found = ((sentence, catalogue.get(_id(sentence), sentence.context)) for sentence in sentences(folder))
    return [sentence for sentence, known in found if known is None or not _complete(known.string) or known.fuzzy]


def sentences(folder: Path) -> Iterator[Sentence]:
    """Everything said by the files that this folder keeps the sentences of."""
    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix in {".py", ".html", ".txt"} and "tests" not in file.parts and _folder_of(file) == folder:
            yield from (_of_template(file) if file.suffix != ".py" else _of_code(file))
    if folder == PACKAGE / "locale":
        yield from _of_refusals()


def _folder_of(file: Path) -> Path:
    first = file.relative_to(PACKAGE).parts[0]
    return PACKAGE / first / "locale" if first in APART else PACKAGE / "locale"


def _of_code(file: Path) -> Iterator[Sentence]:
    yield from _extracted(file, file.read_text("utf-8"))


def _of_template(file: Path) -> Iterator[Sentence]:
    source = file.read_text("utf-8")
    if "templates" in file.parts and "{%" in source:
        python = templates.templatize(source, origin=str(file))
        yield from _extracted(file, "\n".join(line.lstrip() for line in python.splitlines()))


def _extracted(file: Path, source: str) -> Iterator[Sentence]:
    place = str(file.relative_to(PROJECT))
    for line, function, text, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {}):  # type: ignore[arg-type]
        words = [one for one in (text if isinstance(text, tuple) else (text,)) if isinstance(one, str)]
        if words:
            yield _sentence(function, words, place, line)


def _sentence(function: str, words: list[str], place: str, line: int) -> Sentence:
    context = words.pop(0) if function in {"pgettext", "pgettext_lazy", "npgettext"} else None
    plural = function in {"ngettext", "ngettext_lazy", "npgettext", "plural"}
    return Sentence((words[0], words[1]) if plural else words[0], context, place, line)


def _of_refusals() -> Iterator[Sentence]:
    """An error's docstring is what people read: its first paragraph is a sentence of the product."""
    files = [
        file
        for file in sorted(PACKAGE.rglob("*.py"))
        if "tests" not in file.parts and _folder_of(file) == PACKAGE / "locale"
    ]
    trees = [(file, ast.parse(file.read_text("utf-8"))) for file in files]
    classes = [(file, node) for file, tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    errors = _errors_among([node for _file, node in classes])
    for file, node in classes:
        said = inspect.cleandoc(ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
        if node.name in errors and said:
            yield Sentence(said, None, str(file.relative_to(PROJECT)), node.lineno)


def _errors_among(classes: list[ast.ClassDef]) -> set[str]:
    """The classes that descend from Python's exceptions, however far."""
    known = {name for name, thing in vars(builtins).items() if isinstance(thing, type) and issubclass(thing, Exception)}
    own: set[str] = set()
    while (
        new := {c.name for c in classes if {getattr(b, "id", getattr(b, "attr", "")) for b in c.bases} & (known | own)}
        - own
    ):
        own |= new
    return own


def _id(sentence: Sentence) -> str | tuple[str, str]:
    return sentence.text


def _flags(sentence: Sentence) -> list[str]:
    text = sentence.text if isinstance(sentence.text, str) else sentence.text[1]
    return ["python-format"] if "%(" in text else []


def _complete(said: object) -> bool:
    return all(said) if isinstance(said, tuple | list) else bool(said)


def _without_dates(content: bytes) -> bytes:
    """Dates and tools' versions change the file at each run, and say nothing."""
    noise = (
        b'"POT-Creation-Date',
        b'"PO-Revision-Date',
        b'"Last-Translator',
        b'"Generated-By',
        b'"Language-Team',
        b'"Report-Msgid',
    )
    return b"\n".join(line for line in content.split(b"\n") if not line.startswith(noise))


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    sys.exit(main(*sys.argv[1:2]))
