"""Runs a command beside an ordinary PostgreSQL: on TCP, with a password, as a role that is no superuser.

The server is the oldest that Binôme supports and this machine can have, in this order:

1. the system's own, from 15 on, where it knows vectors (`apt install postgresql-N-pgvector`);
2. the system's own PostgreSQL 15 where it does not (Debian 12 packages no pgvector for it), copied to a folder where
   pgvector 0.5.1 is put beside it: the one, built for 15, that the wheel of pgserver 0.0.9 carries;
3. the PostgreSQL 15.5 of that wheel;
4. without a network: the PostgreSQL 16 of the wheel that Binôme installs.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from binome.console.postgres.place import PACKAGE, Place, folder_of_packages, place
from binome.console.postgres.prepare import owner_of, prepare
from tests.fixtures import home

SYSTEM = Path("/usr/lib/postgresql")
PASSWORD = "ordinary"
OLDEST = 15
WHEEL = "pgserver==0.0.9"


@contextmanager
def ordinary_postgres() -> Iterator[str]:
    """The address of a database of an ordinary server, for as long as the block lasts."""
    folder, port = home.new_home(), home.new_port()
    programs, origin = _programs(folder)
    ground = place(folder)
    prepare(ground)
    data = folder / "ordinary"
    data.mkdir(mode=0o700)
    os.chown(data, owner_of(ground), -1)
    _make(ground, programs, data)
    _run(
        ground,
        programs,
        "pg_ctl",
        "-D",
        data,
        "-w",
        "-l",
        data / "log",
        "-o",
        f"-p {port} -k {data} -h 127.0.0.1 -c fsync=off",
        "start",
    )
    try:
        print(f"PostgreSQL {_populate(port)} ({origin})", flush=True)
        yield f"postgresql://binome:{PASSWORD}@127.0.0.1:{port}/binome"
    finally:
        _run(ground, programs, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        home.remove(folder)


def _programs(folder: Path) -> tuple[Path, str]:
    """The programs to run, where PostgreSQL's account may run them, and whose they are."""
    known = sorted(int(one.name) for one in SYSTEM.glob("*") if one.name.isdigit() and int(one.name) >= OLDEST)
    for version in known:
        if Path(f"/usr/share/postgresql/{version}/extension/vector.control").exists():
            return SYSTEM / str(version) / "bin", "the system’s"
    wheel = _wheel_of_15(folder / "wheel")
    if wheel is None:
        return _installed_wheel(folder), "the installed wheel’s: there is no network to find an older one"
    if OLDEST in known:
        return _system_with_vectors(folder / "system", wheel), "the system’s, with the vectors of an older wheel"
    return wheel / "bin", "an older wheel’s"


def _wheel_of_15(folder: Path) -> Path | None:
    """Where PostgreSQL 15 with pgvector was unpacked; None when it cannot be fetched."""
    uv = Path(sys.executable).with_name("uv")
    fetched = subprocess.run(
        [uv, "pip", "install", "-q", "--target", folder, "--no-deps", "--only-binary", ":all:", "--python-version", "3.11", WHEEL],
        capture_output=True,
    )  # fmt: skip
    return folder / "pgserver" / "pginstall" if fetched.returncode == 0 else None


def _system_with_vectors(folder: Path, wheel: Path) -> Path:
    """A copy of the system's, which finds its files from where it stands, with the wheel's extension."""
    for part in (f"usr/lib/postgresql/{OLDEST}", f"usr/share/postgresql/{OLDEST}"):
        shutil.copytree(f"/{part}", folder / part, symlinks=True, ignore_dangling_symlinks=True)
    shutil.copy(wheel / "lib/postgresql/vector.so", folder / f"usr/lib/postgresql/{OLDEST}/lib")
    for file in (wheel / "share/postgresql/extension").glob("vector*"):
        shutil.copy(file, folder / f"usr/share/postgresql/{OLDEST}/extension")
    return folder / f"usr/lib/postgresql/{OLDEST}/bin"


def _installed_wheel(folder: Path) -> Path:
    for name in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):
        if (folder_of_packages() / name).exists():
            shutil.copytree(folder_of_packages() / name, folder / "programs" / name, symlinks=True)
    return folder / "programs" / PACKAGE / "pginstall" / "bin"


def _make(ground: Place, programs: Path, data: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir="/tmp") as password:
        password.write(PASSWORD)
        password.flush()
        os.chmod(password.name, 0o644)
        _run(
            ground, programs, "initdb", "-D", data, "-U", "postgres", "--encoding=UTF8", "--locale=C",
            "--auth=scram-sha-256", f"--pwfile={password.name}", "--no-sync",
        )  # fmt: skip


def _populate(port: int) -> str:
    """A role that owns its database and may create others (for the tests'), with vectors in all of them."""
    address = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}"
    with psycopg.connect(f"{address}/template1", autocommit=True) as template:
        template.execute("CREATE EXTENSION vector")
        template.execute(f"CREATE ROLE binome LOGIN CREATEDB PASSWORD '{PASSWORD}'")
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE binome OWNER binome")
        version = connection.info.server_version
        return f"{version // 10000}.{version % 10000}"


def _run(ground: Place, programs: Path, program: str, *arguments: object) -> None:
    account = {"user": ground.account, "group": ground.account, "extra_groups": []} if ground.account else {}
    subprocess.run(
        [str(programs / program), *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, cwd="/", **account
    )


if __name__ == "__main__":
    with ordinary_postgres() as address:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": address}).returncode)
