"""Keyset paging: a page begins after the last row seen, however deep one has gone."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Row = TypeVar("Row")


class BadCursor(ValueError):
    """This page address is not one of ours."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and where the next ones begin (None: there are no more)."""

    rows: Sequence[Row]
    next: str | None


def write_cursor(at: datetime, row_id: int) -> str:
    """An address in a list ordered by instant, then id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row_id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, int]:
    """The instant and id that `write_cursor` was given; `BadCursor` for anything else."""
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return datetime.fromisoformat(at), int(row_id)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(BadCursor.__doc__) from error
