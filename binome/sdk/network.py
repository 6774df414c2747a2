"""Connections that look before they leap: which addresses may be spoken to, and until when."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from binome.sdk.errors import Rejected, Unavailable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def safe_addresses(host: str, port: int, *, private_networks: bool) -> list[str]:
    """The addresses of *host*; `Rejected` if one of them may not be spoken to, `Unavailable` if it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unavailable(f"{host} has no address") from None
    addresses = [str(info[4][0]) for info in found]
    for address in addresses:
        if not may_be_reached(address, private_networks=private_networks):
            raise Rejected(f"{host} is inside a private network")
    return addresses


def may_be_reached(address: str, *, private_networks: bool) -> bool:
    """Whether this IP address is public; or, if *private_networks*, at least neither link-local nor multicast."""
    ip = _embedded(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_multicast or ip.is_link_local or ip.is_unspecified:
        return False
    return private_networks or ip.is_global


def _embedded(ip: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does (mapped, 6to4, NAT64)."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport whose connections pass `safe_addresses` and end at *deadline* (monotonic seconds)."""

    def __init__(self, private_networks: bool, deadline: float) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=_Guarded(private_networks, deadline), retries=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange; httpcore's failures told in httpx's words."""
        asked = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(asked)
        except _FAILURES as error:
            raise _in_httpx_words(error) from error
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer.stream))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except _FAILURES as error:
            raise _in_httpx_words(error) from error

    def close(self) -> None:
        self._stream.close()


class _Guarded(httpcore.NetworkBackend):
    """Resolves once, checks, and connects to the very address checked."""

    def __init__(self, private_networks: bool, deadline: float) -> None:
        self._private_networks, self._deadline = private_networks, deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError("no address")
        for address in safe_addresses(host, port, private_networks=self._private_networks):
            try:
                stream = self._network.connect_tcp(address, port, _left(self._deadline, timeout), local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return _Timed(stream, self._deadline)
        raise last


class _Timed(httpcore.NetworkStream):
    """A stream that no slow drip of bytes keeps open past its deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, timeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    """Seconds that remain, never 0 (which would mean not to wait at all)."""
    return max(0.001, min(timeout or 60.0, deadline - time.monotonic()))


_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


def _in_httpx_words(error: Exception) -> httpx.TransportError:
    """Not connected is told apart from lost afterwards; the first means that nothing left."""
    match error:
        case httpcore.ConnectError() | httpcore.ConnectTimeout() | httpcore.PoolTimeout():
            return httpx.ConnectError("not connected")
        case httpcore.LocalProtocolError() | httpcore.UnsupportedProtocol():
            return httpx.LocalProtocolError("not a request")
        case httpcore.TimeoutException():
            return httpx.ReadTimeout("no answer in time")
        case _:
            return httpx.ReadError("connection lost")
