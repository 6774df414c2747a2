"""HTTP for connectors: to declared hosts only, never into a private network unawares, one meaning for each answer.

The name is resolved once and the connection goes to the very address that was checked, so a name cannot point
elsewhere between the two. Redirects are not followed, compressed bodies are not asked for, and time and size are
limited over the whole exchange. Nothing is tried twice.
"""

import json
import logging
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import httpx

from binome.sdk.answers import lost, raise_for, unreadable
from binome.sdk.errors import Rejected, Unavailable
from binome.sdk.network import GuardedTransport

for _name in ("httpx", "httpcore"):  # they write whole addresses and headers, where tokens are
    logging.getLogger(_name).setLevel(logging.WARNING)

_answered_by: ContextVar[httpx.BaseTransport | None] = ContextVar("answered_by", default=None)


@contextmanager
def answered_by(transport: httpx.BaseTransport) -> Iterator[None]:
    """Within the block every request is given to *transport* (a test's double) instead of the network."""
    token = _answered_by.set(transport)
    try:
        yield
    finally:
        _answered_by.reset(token)


@dataclass(frozen=True)
class Answer:
    """A success. *complete* is False when the body was cut: lost on the way, too long, or compressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    complete: bool
    write: bool

    @property
    def is_json(self) -> bool:
        return "json" in self.headers.get("content-type", "")

    def json(self) -> Any:
        """The body as JSON; unreadable, it is `OutcomeUnknown` after a write and `Malformed` after a read."""
        try:
            if self.complete:
                return json.loads(self.body)
        except (ValueError, RecursionError):
            pass
        raise unreadable(write=self.write)


@dataclass(frozen=True)
class Http:
    """Speaks to *hosts* and no others.

    *secrets* are blotted out of every error. *seconds* bounds the whole exchange, *max_bytes* the body. Plain http and
    addresses of private networks are refused unless *private_networks*; link-local ones (metadata services) always.
    """

    hosts: Collection[str]
    secrets: Collection[str] = field(default=(), repr=False)
    private_networks: bool = False
    seconds: float = 15.0
    max_bytes: int = 2_000_000

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Read; the seven failures of `binome.sdk.errors`."""
        return self.call("GET", url, headers=headers)

    def post(self, url: str, content: bytes, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Write; what was lost after it left is `OutcomeUnknown`."""
        return self.call("POST", url, headers=headers, content=content, write=True)

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        write: bool = False,
    ) -> Answer:
        """One exchange, never repeated; returns successes only."""
        host = self._declared_host(url)
        try:
            answer = self._exchange(httpx.Request(method, url, headers=_plain(headers), content=content), write)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Unavailable(f"{host} cannot be reached") from None
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, UnicodeError):
            raise Rejected(f"this cannot be put into a request to {host}") from None
        except httpx.TransportError as error:
            raise lost(f"{host}: {type(error).__name__}", write=write) from None
        raise_for(answer.status, answer.headers, reason=self._scrub(answer.body), write=write)
        return answer

    def _exchange(self, request: httpx.Request, write: bool) -> Answer:
        deadline = time.monotonic() + self.seconds
        transport = _answered_by.get() or GuardedTransport(self.private_networks, deadline)
        with httpx.Client(transport=transport, trust_env=False, timeout=self.seconds) as client:
            response = client.send(request, stream=True)
            body, complete = self._body(response)
            response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body, complete and "content-encoding" not in headers, write)

    def _body(self, response: httpx.Response) -> tuple[bytes, bool]:
        """At most *max_bytes*, and whether that was all: once the status is known, a body lost is no more than that."""
        body = bytearray()
        try:
            for chunk in [response.content] if response.is_stream_consumed else response.iter_raw():
                body += chunk
                if len(body) > self.max_bytes:
                    return bytes(body[: self.max_bytes]), False
        except httpx.TransportError:
            return bytes(body), False
        return bytes(body), True

    def _declared_host(self, url: str) -> str:
        try:
            address = httpx.URL(url)
            declared = {httpx.URL(scheme="https", host=host).raw_host for host in self.hosts}
        except httpx.InvalidURL:
            raise Rejected("this is not an address") from None
        if not address.host or address.raw_host not in declared:
            raise Rejected(f"{address.host} is not a host that this channel may speak to")
        if address.scheme != "https" and not (address.scheme == "http" and self.private_networks):
            raise Rejected(f"{address.host} must be reached by https")
        return address.host

    def _scrub(self, body: bytes) -> str:
        """The beginning of what the platform said, without what it should not repeat."""
        said = body[:2_000].decode("utf-8", "replace")
        for secret in sorted(filter(None, self.secrets), key=len, reverse=True):
            said = said.replace(secret, "•••")
        return " ".join(said.split())[:200]


def _plain(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"user-agent": "binome", "accept-encoding": "identity", **(headers or {})}
