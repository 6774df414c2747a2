"""Reads and writes JSON Lines; what is unreadable is told in one sentence that names file and line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

EXIT_UNREADABLE = 2


class Unreadable(click.ClickException):
    """Input that cannot be read: told in one sentence, exit code 2."""

    exit_code = EXIT_UNREADABLE


def read_lines(path: Path, fields: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    """The objects of the file, blank lines left out; Unreadable when one is not an object with these fields.

    Numbers given as `id` are read as text.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _object(line, f"{path}, line {number}", fields)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path} is not UTF-8 text (byte {error.start}).") from error
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one object a line; Unreadable when the file cannot be written."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unreadable(f"{path} cannot be written: {error.strerror}.") from error


def _object(line: str, place: str, fields: Mapping[str, type]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(f"{place}: not JSON.") from error
    if not isinstance(row, dict):
        raise Unreadable(f"{place}: an object was expected.")
    if isinstance(row.get("id"), int):
        row["id"] = str(row["id"])
    for field, kind in fields.items():
        if not isinstance(row.get(field), kind):
            raise Unreadable(f"{place}: “{field}” is missing or not text.")
    return row
