"""Reads and writes JSON Lines; what is unreadable is told in one sentence that names file and line."""

import errno
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from binome.console.words import _


class Unreadable(click.ClickException):
    """Input that cannot be read: told in one sentence, exit code 2."""

    exit_code = 2


class Output(click.Path):
    """A file to write; Unreadable, before anything is read for it, when it has no name or there is no such folder."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, readable=False, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        path = Path(os.fspath(value))
        if not path.name:
            raise Unreadable(_("The file to write has no name."))
        folder = Path(os.path.realpath(path)).parent
        if not os.path.isdir(folder):
            raise Unreadable(_("The folder {folder} does not exist.").format(folder=folder))
        try:
            path.stat()
        except FileNotFoundError:
            pass
        except OSError as error:
            raise _unwritable(path, error) from error
        return super().convert(value, param, ctx)


def read_lines(
    path: Path, fields: Mapping[str, type], lists: Iterable[str] = (), words: Iterable[str] = ()
) -> Iterator[dict[str, Any]]:
    """The objects of the file, blank lines left out, ids as text (numbers allowed) and each met once.

    Unreadable when a line is not an object, lacks one of the fields, has one of another type, or an id met before.
    The *lists* may be absent, but hold nothing but texts; so may the *words*, which are a text, a number (kept as
    text) or null.
    """
    met: set[str] = set()
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    place = _("{file}, line {number}").format(file=path, number=number)
                    yield _checked(line, place, fields, lists, words, met)
    except UnicodeDecodeError as error:
        raise Unreadable(_("{file} is not UTF-8 text.").format(file=path)) from error
    except OSError as error:
        raise Unreadable(_("{file} cannot be read: {why}.").format(file=path, why=_reason(error))) from error


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one object a line, as they come; Unreadable when the file cannot be written."""
    with written(path) as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """The file where *path* leads, to be written; Unreadable when it cannot be.

    It is there only once all of it is: until then it has another name beside. A pipe or a device gets what is written
    as it comes.
    """
    try:
        with _replaced(Path(os.path.realpath(path))) if _is_plain(path) else path.open("a", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def _replaced(path: Path) -> Iterator[TextIO]:
    unfinished = path.with_name(f".{secrets.token_hex(4)}.unfinished")
    try:
        with unfinished.open("x", encoding="utf-8") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _is_plain(path: Path) -> bool:
    """Whether this is a file of a folder, there or to be. What stands in /dev and /proc (/dev/stdout) is held open by
    somebody, even where it leads to such a file."""
    folder = Path(os.path.realpath(path.parent))
    return (path.is_file() or not path.exists()) and folder != Path("/dev") and not folder.is_relative_to("/proc")


def _unwritable(path: Path, error: OSError) -> Unreadable:
    return Unreadable(_("{file} cannot be written: {why}.").format(file=path, why=_reason(error)))


def _reason(error: OSError) -> str:
    reasons = {
        errno.EACCES: _("this account may not"),
        errno.EPERM: _("this account may not"),
        errno.EROFS: _("its disk can only be read"),
        errno.ENOSPC: _("the disk is full"),
        errno.EISDIR: _("it is a folder"),
        errno.ENOENT: _("it is not there"),
        errno.ENOTDIR: _("what stands before its name is no folder"),
        errno.ENAMETOOLONG: _("its name is too long"),
        errno.ELOOP: _("its links lead back to themselves"),
        errno.EPIPE: _("nobody reads it any more"),
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error)


def _checked(
    line: str, place: str, fields: Mapping[str, type], lists: Iterable[str], words: Iterable[str], met: set[str]
) -> dict[str, Any]:
    row = _object(line, place)
    row |= {field: str(row[field]) for field in ("id", *words) if _is_number(row.get(field))}
    for field, kind in fields.items():
        if not isinstance(row.get(field), kind):
            raise Unreadable(_("{place}: “{field}” is missing or is not text.").format(place=place, field=field))
    for field in lists:
        if not _is_texts(row.get(field)):
            raise Unreadable(_("{place}: “{field}” is not a list of texts.").format(place=place, field=field))
    for field in words:
        if not isinstance(row.get(field), str | None):
            raise Unreadable(_("{place}: “{field}” is neither text nor null.").format(place=place, field=field))
    if row["id"] in met:
        raise Unreadable(_("{place}: the id “{id}” was already used above.").format(place=place, id=row["id"]))
    met.add(row["id"])
    return row


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("{place}: this is not JSON.").format(place=place)) from error
    if "\\u" in line:  # half of a pair of escapes is no character, and nothing downstream can hold it
        row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(row, dict):
        raise Unreadable(_("{place}: an object in braces was expected.").format(place=place))
    return row


def _refuse(constant: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(constant)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(text, str) for text in value))
