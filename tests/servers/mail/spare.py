"""pymap and aiosmtpd on loopback, for machines where nothing can be installed but Python packages. No encryption.

One pymap process holds one mailbox; aiosmtpd, in this process, puts what it is given into the mailbox of its recipient.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from imapclient import IMAPClient

from tests.servers.mail.servers import PASSWORD, free_ports, wait_for

PEOPLE = ("contact@asso.example", "anais@example.org")


@dataclass(frozen=True)
class SpareServers:
    """Where they are; everybody's password is `PASSWORD`."""

    imap: Mapping[str, int]
    smtp: int

    def settings(self, address: str) -> dict[str, str]:
        """What the connector needs to reach this mailbox."""
        return {
            "address": address,
            "imap_host": "127.0.0.1",
            "imap_port": str(self.imap[address]),
            "imap_security": "none",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.smtp),
            "smtp_security": "none",
        }


@contextmanager
def running() -> Iterator[SpareServers]:
    """All servers, from the moment they answer to the end of the block."""
    with ExitStack() as stack:
        *imap, smtp = free_ports(len(PEOPLE) + 1)
        servers = SpareServers(dict(zip(PEOPLE, imap, strict=True)), smtp)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="binome-mail-")))
        for person, port in servers.imap.items():
            stack.enter_context(_mailbox(person, port, folder))
        stack.enter_context(_postman(servers))
        yield servers


@contextmanager
def _mailbox(person: str, port: int, folder: Path) -> Iterator[None]:
    command = [str(Path(sys.executable).parent / "pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    command += ["dict", "--demo-user", person, "--demo-password", PASSWORD]
    out = folder / f"{port}.out"
    with out.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for(process, port, out)
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def _postman(servers: SpareServers) -> Iterator[None]:
    controller = Controller(
        _Postman(servers.imap),
        hostname="127.0.0.1",
        port=servers.smtp,
        authenticator=_authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and given.login.decode() in PEOPLE and given.password.decode() == PASSWORD
    return AuthResult(success=right, handled=False)


class _Postman:
    """Delivers for who has signed in; who has no mailbox here is refused."""

    def __init__(self, imap: Mapping[str, int]) -> None:
        self._imap = imap

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 sign in first"
        if address not in self._imap:
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        for address in envelope.rcpt_tos:
            with IMAPClient("127.0.0.1", self._imap[address], ssl=False) as client:
                client.login(address, PASSWORD)
                client.append("INBOX", envelope.content)
        return "250 2.0.0 delivered"
