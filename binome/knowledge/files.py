"""Files as rows: CSV, JSON Lines, JSON and YAML, packed or not, in the encodings that people's programs write."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _

from binome.kit.text import squeeze

LARGEST = 60 * 2**20
"""Bytes, once unpacked."""

QUESTION = ("question", "q", "title", "titre")
"""What the column of questions may be called."""


class Unreadable(ValueError):
    """This file cannot be read as a list of entries."""


def rows_of(name: str, content: bytes) -> Iterator[Mapping[str, Any]]:
    """The rows of a file by what its name says it is, column names in lower case; {"problem": why} for one that is none."""
    content, name = _unpacked(name.lower(), content)
    text = _decoded(content)
    if name.endswith((".jsonl", ".ndjson")):
        return _lines(text)
    if name.endswith((".yaml", ".yml")):
        return _listed(_loaded(_yaml, text, yaml.YAMLError))
    if name.endswith(".json"):
        return _listed(_loaded(json.loads, text, ValueError))
    if name.endswith((".csv", ".tsv", ".txt")):
        return _table(text)
    raise Unreadable(_("Give a file whose name ends in .csv, .jsonl, .json or .yaml (or the same with .gz)."))


def _unpacked(name: str, content: bytes) -> tuple[bytes, str]:
    if not name.endswith(".gz"):
        return content[: LARGEST + 1], name
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            return packed.read(LARGEST + 1), name.removesuffix(".gz")
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(_("This file is not a sound gzip file.")) from error


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Unreadable(_("This file is larger than 60 MB."))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse_damaged(content, error)
        return content.decode("cp1252", errors="replace")


def _refuse_damaged(content: bytes, error: UnicodeDecodeError) -> None:
    """A file that is UTF-8 but for some bytes would be nonsense if read as Windows does."""
    read = content.decode("utf-8", errors="replace")
    broken = read.count("\ufffd")
    if sum(not letter.isascii() for letter in read) - broken > broken:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(_("Line {n} holds bytes that are not text (UTF-8).").format(n=line)) from error


def _lines(text: str) -> Iterator[Mapping[str, Any]]:
    for line in text.split("\n"):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            yield _named(row) if isinstance(row, dict) else {"problem": _("it is not a JSON object")}


def _listed(content: Any) -> Iterator[Mapping[str, Any]]:
    rows = content.get("entries", content.get("faq")) if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise Unreadable(_("This file should hold a list of entries."))
    return iter([_named(row) if isinstance(row, dict) else {"problem": _("it is not an entry")} for row in rows])


def _named(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {_name(str(name)): value for name, value in row.items()}


def _name(column: str) -> str:
    return column.strip().lower().replace(" ", "_")


def _yaml(text: str) -> Any:
    """YAML of plain data; one with aliases is refused: a page of them can stand for more than any memory holds."""
    if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, Loader=yaml.CSafeLoader)):
        raise Unreadable(_("This file uses aliases (* and &), which are not read: write each entry in full."))
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _loaded(load: Any, text: str, failure: type[Exception]) -> Any:
    try:
        return load(text)
    except (failure, RecursionError) as error:
        said = re.sub(r'\s+in "<[^"]*>",', ",", str(error))  # a parser's name for what it was given
        raise Unreadable(_("This file is not well formed: {error}").format(error=squeeze(said)[:200])) from error


def _table(text: str) -> Iterator[Mapping[str, Any]]:
    head = text[:5000]
    separator = max(",;\t", key=head.split("\n", 1)[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [_name(name or "") for name in reader.fieldnames or []]
    except csv.Error as error:
        raise Unreadable(_("This file is not well formed: {error}").format(error=str(error)[:200])) from error
    if not set(names) & set(QUESTION):
        raise Unreadable(_("The first line should name the columns: question, answer, language…"))
    reader.fieldnames = names
    try:
        for row in reader:
            yield {"problem": _("it has more cells than the first line")} if None in row else row
    except csv.Error as error:
        raise Unreadable(_("This file is not well formed: {error}").format(error=str(error)[:200])) from error
