from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures import home
from tests.integration.console.installation import Installation, copy_of, made_in


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
    yield from made_in(home.new_home())


@pytest.fixture
def opened(prepared: Path) -> Iterator[Installation]:
    """An installation that has been opened once and is closed again."""
    yield from copy_of(prepared)
