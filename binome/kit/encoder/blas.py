"""One thread per matrix product, whatever the environment says, for as long as somebody computes here.

By default products of this size are shared between all the cores there seem to be; where some are busy or borrowed,
the threads wait for one another and the encoder becomes ten times slower.
"""

from __future__ import annotations

import os
from threading import Lock
from types import TracebackType
from typing import Any

from threadpoolctl import ThreadpoolController


class OneBlasThread:
    """A context in which BLAS uses one thread; the limit is the process's, so the last to leave puts it back."""

    def __init__(self) -> None:
        self._libraries = ThreadpoolController()
        self._lock = Lock()
        self._inside = 0
        self._limit: Any = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._limit = self._libraries.limit(limits=1, user_api="blas")
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.restore_original_limits()


def cores() -> int:
    """How many cores this process may use, as far as the system tells: more threads than that would only wait for each other."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
