"""Whether there is room to take more in. What arrives is refused in time, so that what is stored can still be worked on."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from binome.kit import disk

RESERVE = 64 * 2**20
"""Bytes left to PostgreSQL's own log, without which it stops at once, and to those who make room."""

RETRY_AFTER = "60"
"""Seconds after which whoever was refused may try again."""


class NoRoom(Exception):
    """The server’s disk is full: this was not stored. Send it again in a few minutes."""


def check() -> None:
    """`NoRoom` if nothing more may be taken in."""
    if is_short():
        raise NoRoom(_("The server’s disk is full: this was not stored. Send it again in a few minutes."))


def is_short() -> bool:
    """The disk of this installation's data, or that of its embedded database, is full or nearly."""
    return any(disk.free(folder) < RESERVE for folder in _folders())


def caused(error: BaseException) -> bool:
    """Whether this failure comes of a full disk: it says so, or the database fell while the disk was full."""
    if isinstance(error, NoRoom) or disk.is_full(error):
        return True
    return isinstance(error, OperationalError | InterfaceError) and is_short()


def _folders() -> Iterator[Path]:
    """An ordinary PostgreSQL has its own disk, of which nothing is known here."""
    return (folder for folder in (settings.HOME, settings.HOME / "postgres") if folder.exists())
