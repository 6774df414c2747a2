"""What an export holds, once read: messages, and rows that are none."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from binome.kit.text import clean

MEMBER, TEAM = "member", "team"


class Unreadable(ValueError):
    """This file cannot be read as past exchanges."""


class BadRow(ValueError):
    """One row is no message; its text says why, for people."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the past. *by*: member or team; *closed*: the thread was closed with it.

    *edited_from*: the draft before a person changed it."""

    thread: str
    id: str
    at: datetime
    by: str
    author: str
    text: str
    channel: str = ""
    language: str = ""
    closed: bool = False
    edited_from: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be read: its number from 1, and why."""

    row: int
    why: str


def instant(value: object) -> datetime:
    """The instant that an export gives: ISO 8601 (without a zone, UTC is meant), or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, int | float) or (isinstance(value, str) and value.strip().replace(".", "", 1).isdigit()):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        at = datetime.fromisoformat(str(value).strip().replace(" UTC", "+00:00"))
    except (ValueError, OverflowError, OSError) as error:
        raise BadRow(_("“{date}” is not a date").format(date=str(value)[:40])) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def words(value: object, length: int = 20_000) -> str:
    """A text as it is kept."""
    return clean(value if isinstance(value, str) else "" if value is None else str(value))[:length]
