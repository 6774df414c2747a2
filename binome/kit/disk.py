"""Room on disks: how much is left, and whether an error says that there is none."""

import errno
import shutil
from pathlib import Path

DISK_FULL = "53100"
"""PostgreSQL's code for a disk on which it cannot write."""


def free(folder: Path) -> int:
    """Bytes that may still be written where this folder is."""
    return shutil.disk_usage(folder).free


def is_full(error: BaseException | None) -> bool:
    """Whether this error, or one that caused it, says that a disk is full."""
    seen = 0
    while error and seen < 10:
        if (
            getattr(error, "sqlstate", None) == DISK_FULL
            or getattr(error, "errno", None) == errno.ENOSPC
            or "No space left on device" in str(error)
        ):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False
