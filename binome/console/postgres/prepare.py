"""Makes the ground ready for a cluster: its account, its folders, a copy of its programs where it may run them."""

import os
import pwd
import shutil
import stat
import subprocess
import time
from pathlib import Path

from binome.console.postgres import crash
from binome.console.postgres.place import PACKAGE, Place, folder_of_packages, folder_of_programs_copied
from binome.console.problems import Problem
from binome.console.words import _


def prepare(place: Place) -> None:
    """Everything that must exist before `initdb` or a start; cheap when nothing is missing."""
    if place.account:
        _ensure_account(place.account)
    if not place.programs.exists():
        _copy_programs(folder_of_programs_copied())
    if place.is_apart:
        _move_into(place)
    if place.sockets != place.data:
        _ensure_private_folder(place.sockets, owner_of(place))


def owner_of(place: Place) -> int:
    """The number of the user who owns the data."""
    return pwd.getpwnam(place.account).pw_uid if place.account else os.geteuid()


def _ensure_account(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        command = [
            "useradd",
            "--system",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            name,
        ]
        try:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError) as error:
            raise Problem(
                _("PostgreSQL does not run as root, and the system account “{name}” could not be made.").format(
                    name=name
                ),
                _("Run Binôme as an ordinary user, or give DATABASE_URL."),
            ) from error


def _copy_programs(target: Path) -> None:
    making = target.with_name(f"{target.name}.{os.getpid()}")
    packages = folder_of_packages()
    for name in (f"{PACKAGE}/pginstall18", f"{PACKAGE}.libs"):
        if (packages / name).exists():
            shutil.copytree(packages / name, making / name, symlinks=True)
    for path in (target.parent, making, *making.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | stat.S_IRGRP | stat.S_IROTH | _execution(path))
    making.rename(target)


def _execution(path: Path) -> int:
    return stat.S_IXGRP | stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0


def _move_into(place: Place) -> None:
    """Links HOME/postgres to the cluster; data that no link claims belong to an installation since removed."""
    link = place.home / "postgres"
    if link.is_symlink() and link.readlink() == place.data:
        return
    if place.data.exists():
        crash.end_processes_in(place.data)
        place.data.rename(place.data.with_name(f"postgres.removed-{int(time.time())}"))
    place.data.parent.mkdir(parents=True, exist_ok=True)
    for folder in (place.data.parent, place.data.parent.parent):
        folder.chmod(0o711)
    link.unlink(missing_ok=True)
    link.symlink_to(place.data)


def _ensure_private_folder(folder: Path, owner: int) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and folder.lstat().st_uid == 0:
        os.chown(folder, owner, -1)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise Problem(
            _("The folder {folder} belongs to somebody else.").format(folder=folder),
            _("Remove it, or choose a shorter path for BINOME_HOME."),
        )
