"""Runs a command beside an ordinary PostgreSQL: on TCP, with a password, as a role that is no superuser.

The server is the system's own (`apt install postgresql postgresql-N-pgvector`) where it knows vectors. Debian 12 has no
pgvector for its PostgreSQL 15: there, the PostgreSQL 16 of the wheel is run as an ordinary one, and the line says so.
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
        f"-p {port} -k {data} -h 127.0.0.1",
        "start",
    )
    try:
        print(f"PostgreSQL {_populate(port)} ({origin})", flush=True)
        yield f"postgresql://binome:{PASSWORD}@127.0.0.1:{port}/binome"
    finally:
        _run(ground, programs, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        home.remove(folder)


def _programs(folder: Path) -> tuple[Path, str]:
    """The wheel's are copied to where PostgreSQL's account may run them."""
    for version in sorted((int(one.name) for one in SYSTEM.glob("*")), reverse=True):
        extension = Path(f"/usr/share/postgresql/{version}/extension/vector.control")
        if version >= 15 and extension.exists():
            return SYSTEM / str(version) / "bin", "the system’s"
    for name in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):
        if (folder_of_packages() / name).exists():
            shutil.copytree(folder_of_packages() / name, folder / "programs" / name, symlinks=True)
    return folder / "programs" / PACKAGE / "pginstall" / "bin", "the wheel’s: the system’s has no pgvector"


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
