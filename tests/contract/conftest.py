"""Each test runs once for every connector that can do what it asks for, by the name of its argument."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from binome.sdk.double import Double
from binome.sdk.registry import Installed, connectors

ASKED = {
    "installed": "",
    "reader": "reads",
    "listener": "listens",
    "replier": "replies",
    "finder": "finds",
    "moderator": "moderates",
}
"""Argument of a test → the capability that it is about."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for argument, capability in ASKED.items():
        if argument in metafunc.fixturenames:
            able = [one for one in connectors().values() if not capability or capability in one.manifest.capabilities]
            metafunc.parametrize(argument, able, ids=[one.manifest.id for one in able])


@pytest.fixture
def double(request: pytest.FixtureRequest) -> Iterator[Double]:
    """The pretend platform of the connector that the test is about."""
    installed: Installed = next(request.getfixturevalue(name) for name in ASKED if name in request.fixturenames)
    with import_module(f"{installed.package}.tests.double").double() as one:
        yield one


@pytest.fixture
def connector(request: pytest.FixtureRequest, double: Double) -> Any:
    """The connector, connected to the pretend platform."""
    installed: Installed = next(request.getfixturevalue(name) for name in ASKED if name in request.fixturenames)
    return installed.connect(double.account)
