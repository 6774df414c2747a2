"""The disk fills up under a running installation, for good: what was acknowledged is kept, the rest is asked for again."""

import json
import os
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from binome.channels.room import RESERVE
from binome.console.postgres.place import place
from binome.sdk.signing import sign
from tests.fixtures import home
from tests.integration.console.installation import PROJECT, Installation

MEGABYTES = 300
CONNECT = """
    import django
    django.setup()
    from binome.accounts import services as accounts
    from binome.channels import services as channels
    from binome.workspaces import services as workspaces
    owner = accounts.create_user(email="ada@example.org", name="Ada", password="a long enough one", language="en")
    team = workspaces.create_workspace("Full", owner=owner).workspace
    values = {"reply_url": "https://example.org/replies"}
    channel = channels.connect_channel(team, connector="webhook", name="Webhook", values=values, actor="test")
    print(channel.public_id, channels.secret(channel, "signing_secret"))
"""


@dataclass
class Small:
    """An installation on a small disk of its own, with one webhook; *secret* signs what is pushed."""

    installation: Installation
    address: str
    secret: str

    def push(self, number: int) -> "httpx.Response":
        said = {"id": f"m{number}", "thread": f"t{number % 7}", "text": f"Bonjour {number} " + "é" * 600}
        data = {**said, "author": {"id": f"a{number % 7}", "name": "Nadia"}, "sent_at": "2026-03-07T09:15:00Z"}
        body = json.dumps({"type": "message.created", "data": data}).encode()
        signed = sign(self.secret, message_id=f"e{number}", body=body)
        return httpx.post(self.address, content=body, headers=signed, timeout=40)

    def status(self, number: int) -> int:
        try:
            return self.push(number).status_code
        except httpx.TransportError:
            return 0

    @property
    def filler(self) -> Path:
        return self.installation.home / "filler"

    def fill(self, leaving: int) -> None:
        """Take all the room but *leaving* bytes."""
        with self.filler.open("ab") as file:
            while (free := _free(self.installation.home)) > leaving:
                try:
                    os.posix_fallocate(file.fileno(), file.tell(), min(free - leaving, 2**22))
                except OSError:
                    return
                file.seek(0, os.SEEK_END)

    def make_room(self) -> None:
        self.filler.unlink()

    def entered(self) -> Counter[str]:
        """How many messages there are of each id."""
        with psycopg.connect(place(self.installation.home).url) as database:
            rows = database.execute("SELECT external_id FROM inbox_message WHERE by = 'member'").fetchall()
        return Counter(external_id for (external_id,) in rows)


@pytest.fixture
def disk() -> Iterator[Path]:
    """A file system of 300 MB, in a folder that is marked as in use."""
    around = home.new_home()
    folder = around / "disk"
    folder.mkdir(mode=0o711)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=711", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        home.remove(around)
        pytest.skip("a small disk can only be mounted by root (and not in every container)")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    home.remove(around)


@pytest.fixture
def small(disk: Path, prepared: Path) -> Iterator[Small]:
    for name in ("postgres", "secret-key"):
        subprocess.run(["cp", "-a", prepared / name, disk], check=True)
    installation = Installation(disk, home.new_port())
    installation.start()
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CONNECT)],
        env=installation.environment(
            DATABASE_URL=place(disk).url, DJANGO_SETTINGS_MODULE="binome.config.settings"
        ), cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    public_id, secret = ran.stdout.split()
    yield Small(installation, f"http://127.0.0.1:{installation.port}/in/{public_id}/", secret)
    installation.end()


def test_what_cannot_be_stored_is_refused_in_time_and_said_and_all_goes_on_once_there_is_room(small: Small) -> None:
    assert [small.status(number) for number in range(5)] == [202] * 5
    small.fill(leaving=RESERVE - 2**20)
    refused = small.push(5)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json() == {"problem": "the disk of the server is full: this was not stored, send it again later"}
    small.installation.wait_until(lambda: "the disk is full: free some space" in small.installation.log.read_text())
    told = small.installation.run("doctor")
    assert "✗ Disk: 0.1 GB free.\n  → Free some space: below 0.2 GB, messages may be refused.\n" in told.stdout
    assert "Traceback" not in told.stdout + told.stderr

    small.make_room()
    assert small.push(5).status_code == 202
    small.installation.wait_until(lambda: len(small.entered()) == 6)
    assert set(small.entered().values()) == {1}


def test_a_disk_filled_to_the_last_byte_loses_nothing_and_doubles_nothing(small: Small) -> None:
    acknowledged = {number for number in range(20) if small.status(number) == 202}
    small.fill(leaving=0)
    statuses = {number: small.status(number) for number in range(20, 60)}
    assert set(statuses.values()) <= {503}
    _write_until_nothing_can_be_written(small)
    statuses |= {number: small.status(number) for number in range(60, 70)}
    assert 202 not in statuses.values()
    small.make_room()
    small.installation.wait_until(lambda: small.status(1_000) == 202)
    everything = range(70)
    assert {small.status(number) for number in everything} == {202}
    small.installation.wait_until(lambda: len(small.entered()) == len(everything) + 1)
    assert set(small.entered().values()) == {1}
    assert acknowledged == set(range(20))
    findings = small.installation.run("doctor").stdout
    assert "✓ Journal" in findings
    assert "Traceback" not in small.installation.log.read_text()


def test_a_postgresql_that_stopped_for_want_of_room_is_started_again_once_there_is_some(small: Small) -> None:
    assert small.status(1) == 202
    small.installation.wait_until(lambda: len(small.entered()) == 1)
    small.fill(leaving=0)
    for process in small.installation.postgres():
        with suppress(psutil.NoSuchProcess):
            process.kill()
    small.installation.wait_until(lambda: "the disk is full: free some space" in small.installation.log.read_text())
    assert small.status(2) == 503
    small.make_room()
    small.installation.wait_until(lambda: small.status(2) == 202)
    small.installation.wait_until(lambda: len(small.entered()) == 2)
    said = small.installation.log.read_text()
    assert "The embedded PostgreSQL had stopped; it runs again." in said
    assert "Traceback" not in said


def test_binome_and_its_doctor_say_on_a_full_disk_what_the_matter_is(small: Small) -> None:
    small.installation.stop()
    small.fill(leaving=0)
    ran = small.installation.run("up")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("The disk is full")
    assert ran.stderr.endswith("Free some space, then start again.\n")
    doctor = small.installation.run("doctor", "--json")
    found = {line["name"]: line for line in map(json.loads, doctor.stdout.splitlines())}
    assert found["disk"]["state"] == found["database"]["state"] == "bad"
    assert found["database"]["says"].startswith("The disk is full")
    assert "Traceback" not in doctor.stdout + doctor.stderr


def _write_until_nothing_can_be_written(small: Small) -> None:
    """PostgreSQL had set room aside; now that is used too."""
    for _attempt in range(40):
        try:
            with psycopg.connect(place(small.installation.home).url, autocommit=True) as database:
                database.execute("CREATE TABLE IF NOT EXISTS ballast (text text)")
                database.execute(
                    "INSERT INTO ballast SELECT repeat(md5(n::text), 20) FROM generate_series(1, 4000) AS n"
                )
                database.execute("SELECT pg_switch_wal()")
        except psycopg.Error:
            small.fill(leaving=0)


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
