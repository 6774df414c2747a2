"""What every test may use: a database, the running site, a browser, the real data."""

from pathlib import Path

import pytest

pytest_plugins = (
    "tests.fixtures.database",
    "tests.fixtures.site",
    "tests.fixtures.browser",
    "tests.fixtures.people",
    "tests.fixtures.places",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", type=Path, default=Path("../shared/data"), help="folder of the real data")


@pytest.fixture(scope="session")
def data(request: pytest.FixtureRequest) -> Path:
    """The folder of the real data; tests that need it say so when it is absent."""
    folder = Path(request.config.getoption("--data"))
    if not folder.is_dir():
        pytest.skip(f"the real data are not in {folder}: give their folder with --data")
    return folder
