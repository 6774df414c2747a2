"""A whole Binôme of its own for what is measured: a new folder, the embedded PostgreSQL, the processes that people run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import django

PROJECT = Path(__file__).resolve().parents[1]
PASSWORD = "measured-by-the-clock"


@dataclass(frozen=True)
class Installation:
    """Where it answers once `process("web")` runs, and where it keeps its data."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def process(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """`binome <command>` as an operator starts it, stopped at the end; its log stays in the folder until then."""
        with (self.home / f"{command[0]}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "binome", *command], cwd=PROJECT, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)

    @contextmanager
    def site(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """The web server, or another command that runs it, once it answers."""
        command = command or ("web",)
        with self.process(*command) as process:
            _wait_until_it_answers(self, process, self.home / f"{command[0]}.log")
            yield process


@contextmanager
def installation() -> Iterator[Installation]:
    """A new one, in this process too: settings read, tables made. Everything goes at the end."""
    made = Installation(_folder(), _free_port())
    os.environ |= {
        "BINOME_HOME": str(made.home), "BINOME_PUBLIC_URL": made.url, "BINOME_BIND": f"127.0.0.1:{made.port}",
        "BINOME_ENV_FILE": "", "BINOME_LOG_LEVEL": "WARNING", "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "binome.config.settings",
    } | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2")  # fmt: skip
    from binome.console.database import available

    try:
        with available() as address:
            os.environ["DATABASE_URL"] = address
            django.setup()
            from binome.console import readiness

            readiness.make_ready()
            yield made
            readiness.close_connections()
    finally:
        shutil.rmtree(made.home, ignore_errors=True)


def a_team(name: str = "Vitesse") -> Any:
    """A workspace and the owner who signs in to it: their membership."""
    from binome.accounts import services as accounts
    from binome.workspaces import services as workspaces

    owner = accounts.create_user(email="owner@example.org", name="Ada", password=PASSWORD, language="fr")
    return workspaces.create_workspace(name, owner=owner)


def conditions() -> dict[str, Any]:
    """What else weighed on the figures."""
    return {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}


def _folder() -> Path:
    """A new folder that PostgreSQL's own account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="binome-bench-", dir=os.environ.get("BENCHMARKS_FOLDER")))
    folder.chmod(0o711)
    return folder


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_until_it_answers(site: Installation, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            urlopen(f"{site.url}/account/login/", timeout=5).close()
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"the web server does not answer:\n{log.read_text()}")
