"""Where the mailbox is, and how to get in."""

import ipaddress
import ssl
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path

from binome.sdk.errors import Rejected
from binome.sdk.network import safe_addresses
from binome.sdk.types import Account

SECONDS = 20.0
"""For each exchange with a server."""


@dataclass(frozen=True)
class Server:
    """*security*: "tls" from the first byte, "starttls", or "none" (on this machine alone)."""

    host: str
    port: int
    security: str


@dataclass(frozen=True)
class Place:
    """One mailbox and the server that sends for it."""

    address: str
    name: str
    username: str
    password: str = field(repr=False)
    imap: Server
    smtp: Server
    folder: str
    sent_folder: str
    since_days: int
    ca_file: str

    @classmethod
    def of(cls, account: Account) -> "Place":
        """The place that the operator described; nothing is verified before it is used."""
        address = parseaddr(account.text("address"))[1]
        return cls(
            address=address,
            name=account.text("from_name"),
            username=account.text("username", address),
            password=account.secret("password"),
            imap=_server(account, "imap", 993, "tls"),
            smtp=_server(account, "smtp", 587, "starttls"),
            folder=account.text("folder", "INBOX"),
            sent_folder=account.text("sent_folder"),
            since_days=_number(account.text("since_days"), 0),
            ca_file=account.text("ca_file"),
        )

    def context(self, server: Server) -> ssl.SSLContext | None:
        """Certificates are always verified, by the operator's own authority if there is one. None: no encryption."""
        if server.security == "none":
            return None
        if self.ca_file and not Path(self.ca_file).is_file():
            raise Rejected(f"there is no certificate authority at {self.ca_file}")
        try:
            return ssl.create_default_context(cafile=self.ca_file or None)
        except ssl.SSLError:
            raise Rejected(f"{self.ca_file} is not a certificate authority") from None


def refuse_cleartext(server: Server) -> None:
    """Return if a password may travel to this server; `Rejected` if it would go over a network in clear."""
    if server.security == "none" and not _is_this_machine(server.host):
        raise Rejected(f"{server.host} is not on this machine: it must be reached with encryption")


def look_before(server: Server) -> None:
    """Refuse addresses that are no mail server's: a machine's own metadata, above all. Private networks are allowed."""
    safe_addresses(server.host, server.port, private_networks=True)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server(account: Account, kind: str, port: int, security: str) -> Server:
    return Server(
        account.text(f"{kind}_host"),
        _number(account.text(f"{kind}_port"), port),
        account.text(f"{kind}_security", security),
    )


def _number(said: str, default: int) -> int:
    return int(said) if said.isascii() and said.isdigit() else default
