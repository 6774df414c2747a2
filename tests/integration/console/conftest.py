import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures import home
from tests.integration.console.installation import Installation


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """The home of an installation that was opened once, then closed: making one takes longer than copying it."""
    installation = Installation(home.new_home(), home.new_port())
    installation.start()
    assert installation.stop() == 0
    yield installation.home
    home.remove(installation.home)


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A new installation, ended and removed after the test."""
    yield from _installation(home.new_home())


@pytest.fixture
def opened(prepared: Path) -> Iterator[Installation]:
    """An installation that has been opened once and is closed again."""
    folder = home.new_home()
    for name in ("postgres", "secret-key"):
        subprocess.run(["cp", "-a", prepared / name, folder], check=True)
    yield from _installation(folder)


def _installation(folder: Path) -> Iterator[Installation]:
    installation = Installation(folder, home.new_port())
    yield installation
    installation.end()
    home.remove(folder)
