"""Dovecot and OpenSMTPD on loopback: started with a configuration of their own, waited for, stopped by their pids.

    python -m tests.servers.mail.servers     starts them, prints where they are, stops them at Ctrl-C

Sending goes through Dovecot's submission service (signing in, STARTTLS), which hands over to OpenSMTPD, which delivers
every address by LMTP to Dovecot again: nothing leaves this machine.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers.mail.certificates import write_certificates

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
NEEDED = ("dovecot", "smtpd")
PASSWORD = "the-password-of-everybody"
PASSWORD_WITH_ACCENTS = "été à Évry €"
PEOPLE = {
    "contact@asso.example": PASSWORD,
    "anais@example.org": PASSWORD,
    "accents@example.org": PASSWORD_WITH_ACCENTS,
}


@dataclass(frozen=True)
class Servers:
    """Where they are; passwords are in `PEOPLE`."""

    imap: int
    imaps: int
    submission: int
    lmtp: int
    smtp: int
    folder: Path

    def settings(self, address: str) -> dict[str, str]:
        """What the connector needs to reach this mailbox."""
        return {
            "address": address,
            "imap_host": "127.0.0.1",
            "imap_port": str(self.imaps),
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.submission),
            "ca_file": str(self.folder / "ca.pem"),
        }


def missing() -> list[str]:
    """Which programs are not installed (`install.sh` does it)."""
    return [name for name in NEEDED if shutil.which(name, path=PATH) is None]


@contextmanager
def running() -> Iterator[Servers]:
    """Both servers, from the moment they answer to the end of the block."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="binome-mail-")))
        folder.chmod(0o755)
        servers = Servers(*free_ports(5), folder)
        write_certificates(folder)
        _write_dovecot(servers)
        _write_smtpd(servers)
        stack.enter_context(_started(["dovecot", "-F", "-c", str(folder / "dovecot.conf")], servers.imap, folder))
        stack.enter_context(_started(["smtpd", "-d", "-f", str(folder / "smtpd.conf")], servers.smtp, folder))
        yield servers


def _write_dovecot(servers: Servers) -> None:
    folder = servers.folder
    mail = folder / "mail"
    mail.mkdir()
    shutil.chown(mail, "mail", "mail")
    (folder / "users").write_text("".join(f"{name}:{{PLAIN}}{word}\n" for name, word in PEOPLE.items()))
    (folder / "dovecot.conf").write_text(f"""
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp submission
listen = 127.0.0.1
hostname = mail.example
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:{mail}/%u
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={mail}/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {servers.imap}
  }}
  inet_listener imaps {{
    port = {servers.imaps}
    ssl = yes
  }}
}}
service submission-login {{
  inet_listener submission {{
    port = {servers.submission}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {servers.lmtp}
  }}
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {servers.smtp}
""")


def _write_smtpd(servers: Servers) -> None:
    configuration = servers.folder / "smtpd.conf"
    configuration.write_text(f"""
table vusers {{ "@" = "mail" }}
listen on 127.0.0.1 port {servers.smtp} hostname mail.example
action "deliver" lmtp "127.0.0.1:{servers.lmtp}" rcpt-to virtual <vusers>
match from any for any action "deliver"
""")
    configuration.chmod(0o600)


@contextmanager
def _started(command: list[str], port: int, folder: Path) -> Iterator[None]:
    log = (folder / f"{command[0]}.out").open("wb")
    with log, subprocess.Popen(command, stdout=log, stderr=log, env={"PATH": PATH}, start_new_session=True) as process:
        try:
            wait_for(process, port, folder / f"{command[0]}.out")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when something answers on *port*; `RuntimeError` when the process has stopped, or after 10 s."""
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} stopped: {log.read_text('utf-8', 'replace')[-2000:]}")
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer on port {port}")


def free_ports(number: int) -> list[int]:
    """As many ports of this machine on which nobody listens."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


if __name__ == "__main__":
    with running() as found:
        print(f"{found}\n{PEOPLE}\npid {os.getpid()}; Ctrl-C stops them", flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()
