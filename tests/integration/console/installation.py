"""A whole installation in a folder of its own, started as a person starts it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

from tests.fixtures import home

PROJECT = Path(__file__).resolve().parents[3]
INHERITED = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV")

LONGEST_STOP = 75
"""Seconds: what the supervisor grants its processes (8) and then PostgreSQL its last checkpoint (60), which a busy disk needs."""


class Installation:
    """`binome` with a home and a port of its own; what it says is kept in *log*."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.log = home / "said"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "PYTHONPATH": str(PROJECT),
            "LANG": "C.UTF-8",
            "BINOME_ENV_FILE": "",
            "BINOME_HOME": str(self.home),
            "BINOME_BIND": f"127.0.0.1:{self.port}",
            "BINOME_PUBLIC_URL": f"http://localhost:{self.port}",
            **more,
        }

    def run(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "binome", *arguments]
        return subprocess.run(
            command, env=self.environment(**more), cwd=PROJECT, capture_output=True, text=True, timeout=120
        )

    def start(self, command: str = "up") -> None:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "binome", command],
                env=self.environment(), cwd=PROJECT, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_until(lambda: "is open at" in self.log.read_text())

    def wait_until(self, true: Callable[[], bool]) -> None:
        for _ in range(600):
            if true():
                return
            assert self.process
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"in vain:\n{self.log.read_text()}")

    def answers(self) -> bool:
        try:
            httpx.get(f"http://127.0.0.1:{self.port}/", timeout=10)
        except httpx.TransportError:
            return False
        return True

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(LONGEST_STOP)

    def family(self) -> list[psutil.Process]:
        """The process, its children, and the embedded PostgreSQL."""
        assert self.process
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True), *self.postgres()]

    def left_of(self, family: list[psutil.Process]) -> list[psutil.Process]:
        return [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    def postgres(self) -> list[psutil.Process]:
        data = str(self.home / "postgres")
        processes = psutil.process_iter(["name", "cwd", "status"])
        return [p for p in processes if p.info["cwd"] == data and p.info["status"] != psutil.STATUS_ZOMBIE]

    def kill_everything(self) -> None:
        """What a power cut does, as far as processes are concerned."""
        for one in self.family():
            with suppress(psutil.NoSuchProcess):  # ended by itself, its parent gone
                one.kill()
        assert self.process
        self.process.wait()

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill_everything()


def copy_of(prepared: Path) -> Iterator[Installation]:
    """An installation like the closed one in this home."""
    folder = home.new_home()
    for name in ("postgres", "secret-key"):
        subprocess.run(["cp", "-a", prepared / name, folder], check=True)
    yield from made_in(folder)


def made_in(folder: Path) -> Iterator[Installation]:
    """An installation in this folder, ended and removed afterwards."""
    installation = Installation(folder, home.new_port())
    yield installation
    installation.end()
    home.remove(folder)
