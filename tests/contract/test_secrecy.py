import logging
import traceback
from dataclasses import is_dataclass
from importlib import import_module
from typing import Any

import pytest

from binome.sdk.double import Double
from binome.sdk.errors import ConnectorError
from binome.sdk.registry import Installed


def test_no_secret_is_in_a_repr(installed: Installed, connector: Any, double: Double) -> None:
    parts = [value for value in vars(connector).values() if is_dataclass(value)]
    said = repr([double.account, connector, *parts])
    assert [secret for secret in double.account.secrets.values() if secret in said] == []


def test_no_secret_is_in_an_error_or_a_log(replier: Installed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    double_of = import_module(f"{replier.package}.tests.double").double
    with double_of() as usual:
        names = ["", *usual.failures]
        secrets = [*usual.account.secrets.values(), "secret-path"]
    told = "".join(_told(replier, double_of, name) for name in names)
    assert [secret for secret in secrets if secret in told] == []
    assert [secret for secret in secrets if secret in caplog.text] == []


def _told(replier: Installed, double_of: Any, name: str) -> str:
    """All that an error page or a log could show of one attempt."""
    with double_of() as double:
        if name:
            double.fail(name)
        try:
            return repr(replier.connect(double.account).reply(double.outgoing("k1")))
        except ConnectorError as error:
            return "".join(traceback.format_exception(error)) + repr(error)


def test_no_host_is_spoken_to_but_those_declared(replier: Installed, connector: Any, double: Double) -> None:
    connector.reply(double.outgoing("k1"))
    declared = replier.manifest.hosts_of(double.account)
    assert set(double.hosts) <= declared
    assert bool(double.hosts) == bool(declared)
