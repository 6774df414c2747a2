import asyncio

import pytest

from binome.config.asgi import LARGEST, behind_proxies, no_larger


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


LIMITS = {"/in/": 10, "/": 30}


def answered(path: str, *chunks: bytes) -> tuple[int, list[bytes]]:
    """The status, and what the application had read, when a body came in these chunks."""
    read, sent = [], []
    coming = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    coming.append({"type": "http.request", "body": b"", "more_body": False})

    async def application(_scope, receive, send):
        while (message := await receive())["type"] == "http.request" and message["more_body"]:
            read.append(message["body"])
        await send({"type": "http.response.start", "status": 200 if message["type"] == "http.request" else 400})

    async def receive():
        return coming.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(no_larger(application, LIMITS)({"type": "http", "path": path}, receive, send))
    return sent[0]["status"], read


def test_a_body_within_its_addresss_limit_is_read_whole():
    assert answered("/in/x/", b"12345", b"67890") == (200, [b"12345", b"67890"])
    assert answered("/w/x/", b"1" * 30) == (200, [b"1" * 30])


def test_a_body_beyond_it_is_refused_and_read_no_further_whatever_its_length_was_said_to_be():
    assert answered("/in/x/", b"12345", b"678901", b"more") == (413, [b"12345"])


def test_a_refused_request_gets_one_answer():
    sent = []

    async def application(_scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 400})

    async def receive():
        return {"type": "http.request", "body": b"1" * 31, "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(no_larger(application, LIMITS)({"type": "http", "path": "/"}, receive, send))
    assert [message.get("status", message.get("body")) for message in sent] == [413, b"too large"]


def test_every_address_has_a_limit():
    assert list(LARGEST)[-1] == "/"
