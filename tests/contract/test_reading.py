from typing import Any

import pytest

from binome.sdk.double import Double
from binome.sdk.errors import Malformed
from binome.sdk.registry import Installed


def _started(connector: Any) -> str:
    cursor: str = connector.read("").cursor
    return cursor


def test_reading_twice_from_one_cursor_gives_the_same(reader: Installed, connector: Any, double: Double) -> None:
    cursor = _started(connector)
    for _ in range(3):
        double.put()
    first, second = connector.read(cursor), connector.read(cursor)
    assert len(first.payloads) == 3
    assert first.payloads == second.payloads


def test_a_cursor_never_goes_back(reader: Installed, connector: Any, double: Double) -> None:
    cursor, seen = _started(connector), []
    for _ in range(4):
        double.put()
        batch = connector.read(cursor)
        seen += [payload.key for payload in batch.payloads]
        cursor = batch.cursor
    assert len(seen) == len(set(seen)) == 4
    assert connector.read(cursor).payloads == ()


def test_an_old_cursor_still_gives_what_it_gave_and_more(reader: Installed, connector: Any, double: Double) -> None:
    cursor = _started(connector)
    double.put()
    before = connector.read(cursor).payloads
    double.put()
    after = connector.read(cursor).payloads
    assert (len(before), len(after)) == (1, 2)
    assert after[:1] == before


def test_each_thing_read_has_a_key_that_fits_the_ledger(reader: Installed, connector: Any, double: Double) -> None:
    cursor = _started(connector)
    double.put()
    [payload] = connector.read(cursor).payloads
    assert 0 < len(payload.key) <= 255
    [incoming] = connector.parse(payload)
    assert incoming.sent_at.utcoffset() is not None


def test_a_cursor_of_another_kind_is_malformed(reader: Installed, connector: Any, double: Double) -> None:
    with pytest.raises(Malformed):
        connector.read("what is this?")
