from collections.abc import Iterator

import pytest

from tests.fixtures import home
from tests.integration.console.installation import Installation


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A new installation, ended and removed after the test."""
    folder = home.new_home()
    installation = Installation(folder, home.new_port())
    yield installation
    installation.end()
    home.remove(folder)
