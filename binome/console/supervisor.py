"""Several processes in one terminal: their lines prefixed, the fallen raised again, all stopped together."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

SUPERVISED = "BINOME_SUPERVISED"
COLOURS = ("cyan", "magenta", "yellow", "green")
STEADY = 60.0  # seconds: who ran this long has not failed at its start
LONGEST_PAUSE = 30.0
PATIENCE = 8.0  # seconds between asking to stop and forcing


@dataclass
class Child:
    """One process and how often it fell in a row."""

    name: str
    colour: str
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    falls: int = 0
    raise_at: float = 0.0
    readers: list[threading.Thread] = field(default_factory=list)


class Supervisor:
    """Runs `binome NAME` for each name until `stop`."""

    def __init__(self, names: Sequence[str], environment: Mapping[str, str]) -> None:
        self.children = [Child(name, COLOURS[rank % len(COLOURS)]) for rank, name in enumerate(names)]
        self.environment = {**os.environ, **environment, SUPERVISED: "1", "PYTHONUNBUFFERED": "1"}
        self.width = max(map(len, names))

    def start(self) -> None:
        for child in self.children:
            self._raise(child)

    def look_after(self) -> None:
        """Raise again who fell, after a pause that doubles at each fall."""
        now = time.monotonic()
        for child in self.children:
            if child.process and child.process.poll() is not None:
                self._note_fall(child, now)
            if child.process is None and now >= child.raise_at:
                self._raise(child)

    def stop(self) -> None:
        """Ask all to stop, then force those who have not."""
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in self.children:
            for reader in child.readers:
                reader.join(1)

    def _raise(self, child: Child) -> None:
        """In a session of its own, so that Ctrl-C reaches us alone; its input is a pipe that dies with us."""
        child.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "binome", child.name],
            env=self.environment, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        child.started = time.monotonic()
        child.readers = [threading.Thread(target=self._relay, args=(child, child.process), daemon=True)]
        child.readers[0].start()

    def _note_fall(self, child: Child, now: float) -> None:
        code = child.process.returncode if child.process else 0
        child.falls = 1 if now - child.started > STEADY else child.falls + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (child.falls - 1))
        child.process, child.raise_at = None, now + pause
        self._say(child, f"stopped (code {code}); again in {pause:.0f} s")

    def _relay(self, child: Child, process: "subprocess.Popen[bytes]") -> None:
        for line in process.stdout or ():
            self._say(child, line.decode(errors="replace").rstrip())

    def _say(self, child: Child, line: str) -> None:
        click.echo(f"{click.style(child.name.ljust(self.width), fg=child.colour)} │ {line}")
