"""Several processes in one terminal: their lines prefixed, the fallen raised again, all stopped together.

The first time, the processes are forked from this one, which has everything loaded: opening takes a third of the time
and they share their memory. Once threads run here, forking is no longer safe, so whoever fell is started afresh.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import click

from binome.console.words import _

COLOURS = ("cyan", "magenta", "yellow", "green", "blue")
STEADY = 60.0
"""Seconds: who ran this long has not failed at its start."""
LONGEST_PAUSE = 30.0
PATIENCE = 8.0
"""Seconds between asking to stop and forcing."""

Run = Callable[[], None]


def run_together(runs: Mapping[str, Run], look: Callable[[], float]) -> None:
    """All of them until Ctrl-C or SIGTERM; *look* is called again and again, and says how many seconds to wait."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    supervisor = Supervisor(runs)
    try:
        supervisor.start()
        while True:
            supervisor.look_after()
            time.sleep(look())
    except KeyboardInterrupt:
        click.echo(_("Stopping…"))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        supervisor.stop()


@dataclass
class Child:
    """One process and how often it fell in a row."""

    name: str
    run: Run
    colour: str
    process: BaseProcess | None = None
    started: float = 0.0
    falls: int = 0
    raise_at: float = 0.0


class Supervisor:
    """Runs each of these functions in a process of its own until `stop`."""

    def __init__(self, runs: Mapping[str, Run]) -> None:
        self.children = [
            Child(name, run, COLOURS[rank % len(COLOURS)]) for rank, (name, run) in enumerate(runs.items())
        ]
        self.width = max(map(len, runs))
        self.theirs, self.ours = multiprocessing.Pipe(duplex=False)

    def start(self) -> None:
        method = "fork" if sys.platform == "linux" else "spawn"
        outputs = [(child, self._raise(child, method)) for child in self.children]
        for child, output in outputs:
            self._relay(child, output)

    def look_after(self) -> None:
        """Raise again who fell, after a pause that doubles at each fall."""
        now = time.monotonic()
        for child in self.children:
            if child.process and child.process.exitcode is not None:
                self._note_fall(child, child.process.exitcode, now)
            if child.process is None and now >= child.raise_at:
                self._relay(child, self._raise(child, "spawn"))

    def stop(self) -> None:
        """Ask all to stop, then force those who have not."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _raise(self, child: Child, method: str) -> Connection:
        output, theirs = multiprocessing.Pipe(duplex=False)
        kept = self.ours if method == "fork" else None
        process: BaseProcess = getattr(multiprocessing.get_context(method), "Process")(  # noqa: B009 - typed for none of the methods
            target=_live, args=(child.run, theirs, self.theirs, kept), name=child.name
        )
        process.start()
        theirs.close()
        child.process, child.started = process, time.monotonic()
        return output

    def _note_fall(self, child: Child, code: int, now: float) -> None:
        child.falls = 1 if now - child.started > STEADY else child.falls + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (child.falls - 1))
        child.process, child.raise_at = None, now + pause
        self._say(child, f"stopped (code {code}); again in {pause:.0f} s")

    def _relay(self, child: Child, output: Connection) -> None:
        threading.Thread(target=self._pass_on, args=(child, output), daemon=True).start()

    def _pass_on(self, child: Child, output: Connection) -> None:
        with os.fdopen(os.dup(output.fileno()), errors="replace") as lines:
            output.close()
            for line in lines:
                self._say(child, line.rstrip())

    def _say(self, child: Child, line: str) -> None:
        click.echo(f"{click.style(child.name.ljust(self.width), fg=child.colour)} │ {line}")


def _live(run: Run, output: Connection, supervisor: Connection, kept: Connection | None) -> None:
    """In the child: in a session of its own, so that Ctrl-C reaches the supervisor alone."""
    os.setsid()
    if kept:
        kept.close()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(output.fileno(), stream.fileno())
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    threading.Thread(target=_end_with, args=(supervisor,), daemon=True).start()
    run()


def _end_with(supervisor: Connection) -> None:
    """The other end of this pipe is the supervisor's: it closes when the supervisor dies, however it dies."""
    os.read(supervisor.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
