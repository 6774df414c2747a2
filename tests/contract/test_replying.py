from importlib import import_module
from typing import Any

import pytest

from binome.sdk.double import Double
from binome.sdk.errors import ConnectorError, OutcomeUnknown
from binome.sdk.limits import TooLong, refuse_too_long
from binome.sdk.registry import Installed


def test_a_reply_arrives(replier: Installed, connector: Any, double: Double) -> None:
    sent = connector.reply(double.outgoing("k1"))
    assert double.arrived("k1") == 1
    assert 0 < len(sent.external_id) <= 500


def test_the_same_key_twice_arrives_once_or_can_be_found(replier: Installed, connector: Any, double: Double) -> None:
    first, second = connector.reply(double.outgoing("k1")), connector.reply(double.outgoing("k1"))
    assert double.arrived("k1") == 1 or "finds" in replier.manifest.capabilities
    assert first.external_id == second.external_id


def test_each_failure_is_told_as_what_it_is(replier: Installed, double: Double) -> None:
    assert {name: _played(replier, name) for name in double.failures} == dict(double.failures)


def _played(replier: Installed, name: str) -> type[ConnectorError]:
    """The error met when this failure is played; when it leaves no doubt, also that nothing arrived."""
    with import_module(f"{replier.package}.tests.double").double() as double:
        double.fail(name)
        with pytest.raises(ConnectorError) as met:
            replier.connect(double.account).reply(double.outgoing("k1"))
        assert met.type is OutcomeUnknown or double.arrived("k1") == 0, name
        return met.type


def test_a_message_sent_is_found(finder: Installed, connector: Any, double: Double) -> None:
    sent = connector.reply(double.outgoing("k1"))
    assert connector.find(double.outgoing("k1")) == sent


def test_a_message_never_sent_is_not_found(finder: Installed, connector: Any, double: Double) -> None:
    try:
        assert connector.find(double.outgoing("k2")) is None
    except OutcomeUnknown:
        assert double.arrived("k2") == 0


def test_too_long_a_text_is_refused_before_any_call(replier: Installed, double: Double) -> None:
    limits = replier.manifest.limits
    refuse_too_long("é" * limits.characters, limits)
    with pytest.raises(TooLong):
        refuse_too_long("é" * (limits.characters + 1), limits)
    assert double.hosts == []
