import asyncio

import pytest

from binome.config.asgi import behind_proxies


def seen_by(count: int, *lines: bytes) -> tuple[str, int]:
    """The visitor's address after *count* proxies, when the request came from 10.0.0.1 with these headers."""
    seen = []

    async def application(scope, _receive, _send):
        seen.append(scope["client"])

    scope = {"type": "http", "client": ("10.0.0.1", 5), "headers": [(b"x-forwarded-for", line) for line in lines]}
    asyncio.run(behind_proxies(application, count)(scope, None, None))
    return seen[0]


def test_without_proxies_what_a_visitor_claims_is_ignored():
    assert seen_by(0, b"203.0.113.9") == ("10.0.0.1", 5)


@pytest.mark.parametrize(
    ("count", "lines", "address"),
    [
        (1, [b"203.0.113.9"], "203.0.113.9"),
        (1, [b"1.2.3.4, 203.0.113.9"], "203.0.113.9"),
        (2, [b"1.2.3.4, 203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        (2, [b"1.2.3.4, 203.0.113.9", b"10.1.1.1"], "203.0.113.9"),
        (1, [b"2001:db8::1"], "2001:db8::1"),
    ],
)
def test_each_proxy_of_ours_is_believed_and_nobody_before_them(count, lines, address):
    assert seen_by(count, *lines) == (address, 0)


def test_a_request_that_came_past_the_proxies_keeps_its_own_address():
    assert seen_by(1) == ("10.0.0.1", 5)
