import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from binome.sdk.errors import ConnectorError, Malformed, OutcomeUnknown, Rejected, Unavailable
from binome.sdk.http import Http
from binome.sdk.network import may_be_reached

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@contextmanager
def answering(*parts: bytes | Callable[[], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says *parts* to whatever is asked, then hangs up; its address, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_answer, args=(listening, parts, asked))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/path?token=secret-in-path", asked
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def _answer(listening: socket.socket, parts: tuple[bytes | Callable[[], None], ...], asked: list[bytes]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            asked.append(_request(connection))
            try:
                for part in parts:
                    connection.sendall(part) if isinstance(part, bytes) else part()
            except OSError:
                pass


def _request(connection: socket.socket) -> bytes:
    """All of one request, or what came of it."""
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if b"\r\n\r\n" in received and len(body) >= int(length[1] if length else 0):
            break
    return received


def http(**options: object) -> Http:
    return Http(["127.0.0.1"], **{"private_networks": True, "seconds": 5.0, **options})  # type: ignore[arg-type]


def test_an_answer_is_read() -> None:
    with answering(OK) as (url, asked):
        answer = http().post(url, b"hello", headers={"idempotency-key": "k1"})
    assert (answer.status, answer.json()) == (200, {})
    assert asked[0].startswith(b"POST /path?token=secret-in-path HTTP/1.1\r\n")
    assert b"idempotency-key: k1" in asked[0]
    assert asked[0].endswith(b"hello")


def test_a_private_network_is_not_entered_unless_allowed() -> None:
    with answering(OK) as (url, asked):
        with pytest.raises(Rejected, match="https"):
            http(private_networks=False).get(url)
        with pytest.raises(Rejected, match="private network"):
            http(private_networks=False).get(url.replace("http:", "https:"))
    assert asked == []


def test_a_name_that_points_into_a_private_network_is_not_followed() -> None:
    with pytest.raises(Rejected, match="private network"):
        Http(["localhost"]).get("https://localhost/")


def test_a_name_is_resolved_once_and_the_address_checked_is_the_one_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and a private one afterwards leads nowhere private."""
    answers = ["203.0.114.7", "127.0.0.1"]
    reached: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        reached.append(address[0])
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unavailable):
        Http(["rebinding.example"]).get("https://rebinding.example/")
    assert reached == ["203.0.114.7"]
    assert answers == ["127.0.0.1"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "255.255.255.255",
    ],
)  # fmt: skip
def test_no_address_that_is_not_public_may_be_reached(address: str) -> None:
    assert not may_be_reached(address, private_networks=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_may_be_reached(address: str) -> None:
    assert may_be_reached(address, private_networks=False)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "224.0.0.1"])
def test_the_services_of_clouds_are_never_reached(address: str) -> None:
    assert not may_be_reached(address, private_networks=True)


def test_a_host_that_is_not_declared_is_not_spoken_to() -> None:
    with answering(OK) as (url, asked), pytest.raises(Rejected, match="not a host"):
        Http(["example.org"], private_networks=True).get(url)
    assert asked == []


@pytest.mark.parametrize("url", ["", "nowhere", "file:///etc/passwd", "http://[::1", "https://", "ftp://127.0.0.1/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Rejected):
        http().get(url)


def test_a_redirect_is_not_followed() -> None:
    with answering(OK) as (elsewhere, not_asked):
        moved = f"HTTP/1.1 307 Moved\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n".encode()
        with answering(moved) as (url, asked), pytest.raises(Rejected):
            http().post(url, b"x")
    assert (len(asked), not_asked) == (1, [])


@pytest.mark.parametrize(
    "parts",
    [(), (b"HTTP/1.1 200",), (b"nonsense\r\n\r\n",), (b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",)],
    ids=["hung up", "cut in the status", "no HTTP", "server error"],
)
def test_what_is_lost_after_a_write_is_in_doubt_and_never_sent_again(parts: tuple[bytes, ...]) -> None:
    with answering(*parts) as (url, asked):
        with pytest.raises(OutcomeUnknown):
            http().post(url, b"x")
        with pytest.raises(Unavailable):
            http().get(url)
    assert len(asked) == 2


def test_nobody_there_means_that_nothing_was_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable):
        http().post(f"http://127.0.0.1:{port}/", b"x")


def test_an_answer_that_drips_is_not_waited_for_beyond_the_limit() -> None:
    waiting = socket.socketpair()
    waiting[0].settimeout(0.1)

    def drip() -> None:
        try:
            waiting[0].recv(1)
        except TimeoutError:
            return

    drops: list[bytes | Callable[[], None]] = [b"HTTP/1.1 200 OK\r\nx: "]
    for _ in range(100):
        drops += [b"y", drip]
    with waiting[0], waiting[1], answering(*drops, b"\r\n\r\n") as (url, asked), pytest.raises(OutcomeUnknown):
        http(seconds=0.5).post(url, b"x")
    assert len(asked) == 1


def test_a_body_too_long_is_not_taken_in() -> None:
    long = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + b'"' + b"x" * 500_000 + b'"'
    with answering(long) as (url, _):
        answer = http(max_bytes=1_000).get(url)
        assert len(answer.body) == 1_000
        with pytest.raises(Malformed):
            answer.json()


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"[" * 100_000])
def test_an_unreadable_success_is_in_doubt_after_a_write(body: bytes) -> None:
    said = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    with answering(said) as (url, _):
        with pytest.raises(OutcomeUnknown):
            http().post(url, b"x").json()
        with pytest.raises(Malformed):
            http().get(url).json()


def test_a_compressed_body_is_not_opened() -> None:
    said = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}"
    with answering(said) as (url, _), pytest.raises(Malformed):
        http().get(url).json()


def test_what_a_platform_says_is_told_without_our_secrets() -> None:
    said = b"wrong token: the-secret-token, and secret-in-path"
    answer = b"HTTP/1.1 400 Bad\r\ncontent-length: %d\r\n\r\n" % len(said) + said
    with answering(answer) as (url, _), pytest.raises(Rejected) as met:
        http(secrets=["the-secret-token", "secret-in-path"]).post(url, b"x")
    assert str(met.value) == "400 wrong token: •••, and •••"


@pytest.mark.parametrize("end", ["\r\nX: y", " é€"])
def test_a_header_that_is_none_is_not_repeated_in_the_error(end: str) -> None:
    with answering(OK) as (url, asked), pytest.raises(ConnectorError) as met:
        http().post(url, b"x", headers={"authorization": f"Bearer the-secret{end}"})
    assert "the-secret" not in str(met.value)
    assert asked in ([], [b""])
