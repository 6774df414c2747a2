from dataclasses import replace
from typing import Any

import pytest

from binome.sdk.double import Double
from binome.sdk.errors import Forged, Malformed
from binome.sdk.registry import Installed


def test_an_authentic_request_brings_a_message(listener: Installed, connector: Any, double: Double) -> None:
    [payload] = connector.accept(double.request())
    assert 0 < len(payload.key) <= 255
    assert len(connector.parse(payload)) == 1


def test_a_replayed_request_has_the_same_key(listener: Installed, connector: Any, double: Double) -> None:
    first, second = connector.accept(double.request()), connector.accept(double.request())
    assert [payload.key for payload in first] == [payload.key for payload in second]


def test_a_forged_request_is_refused(listener: Installed, connector: Any, double: Double) -> None:
    assert double.forgeries()
    for forged in double.forgeries():
        with pytest.raises(Forged):
            connector.accept(forged)


def test_nobody_is_let_in_where_no_secret_is_set(listener: Installed, double: Double) -> None:
    """An empty secret would be one that everybody knows; who has none (the widget) checks something else."""
    bare = listener.connect(replace(double.account, secrets={}))
    for forged in double.forgeries():
        with pytest.raises(Forged):
            bare.accept(forged)
    if listener.manifest.secrets:
        with pytest.raises(Forged):
            bare.accept(double.request())


def test_an_authentic_request_with_any_body_is_kept_or_malformed(
    listener: Installed, connector: Any, double: Double
) -> None:
    for body in (b"", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * 5_000):
        try:
            connector.accept(replace(double.request(), body=body))
        except (Malformed, Forged):
            continue
