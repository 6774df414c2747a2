from datetime import UTC, datetime

import pytest

from binome.sdk.answers import failure, raise_for, unreadable
from binome.sdk.clock import stopped_at
from binome.sdk.double import WRITE_FAILURES
from binome.sdk.errors import (
    AccessExpired,
    AccessRevoked,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", range(200, 300))
def test_a_success_raises_nothing(status: int) -> None:
    raise_for(status, {}, write=True)
    raise_for(status, {}, write=False)


def test_every_status_has_one_of_the_seven_meanings() -> None:
    for status in [*range(100, 200), *range(300, 1000)]:
        for write in (True, False):
            met = type(failure(status, {}, write=write))
            assert met in {AccessExpired, AccessRevoked, RateLimited, Unavailable, Rejected, OutcomeUnknown}, status
            assert write or met is not OutcomeUnknown, status


def test_no_write_is_taken_for_undone_after_a_server_error() -> None:
    assert {type(failure(status, {}, write=True)) for status in range(500, 600)} == {OutcomeUnknown}


def test_a_read_is_only_put_off_by_a_server_error() -> None:
    assert {type(failure(status, {}, write=False)) for status in range(500, 600)} == {Unavailable}


@pytest.mark.parametrize(("name", "error"), [item for item in WRITE_FAILURES.items() if item[0].isdigit()])
def test_what_doubles_expect_of_a_write_is_what_it_means(name: str, error: type[Exception]) -> None:
    assert type(failure(int(name), {}, write=True)) is error


@pytest.mark.parametrize(
    ("status", "error"), [(401, AccessExpired), (403, AccessRevoked), (404, Rejected), (409, Rejected)]
)
def test_a_read_refused_says_whether_we_are_let_in(status: int, error: type[Exception]) -> None:
    assert type(failure(status, {}, write=False)) is error


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30.0),
        ("Sat, 07 Mar 2026 12:00:45 GMT", 45.0),
        ("Sat, 07 Mar 2026 11:00:00 GMT", 1.0),
        ("999999999", 86_400.0),
        ("", 60.0),
        ("soon", 60.0),
        ("²", 60.0),
        ("-5", 60.0),
    ],
)
def test_one_waits_as_long_as_asked_and_a_day_at_most(said: str, seconds: float) -> None:
    with stopped_at(NOON):
        error = failure(429, {"retry-after": said}, write=True)
    assert isinstance(error, RateLimited)
    assert error.after == seconds


def test_an_unreadable_success_is_in_doubt_only_after_a_write() -> None:
    assert type(unreadable(write=True)) is OutcomeUnknown
    assert type(unreadable(write=False)) is Malformed
