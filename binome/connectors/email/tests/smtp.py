"""An SMTP server small enough to be read, which can fail at any step in any way."""

import base64
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler

from binome.connectors.email.tests.imap import PASSWORD, USER


@dataclass
class Post:
    """*taken*: the messages accepted. *answers*: what to say instead, by step; "" there breaks off the connection.

    Steps: connect, ehlo, auth, mail, rcpt, data, message (refused at the end), taken (accepted, then this is said).
    """

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    connections: int = 0


class BrokenOff(Exception):
    """This connection ends here."""


class Handler(StreamRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True
    post: Post

    def handle(self) -> None:
        self.post.connections += 1
        try:
            self._answer("connect", "220 ready")
            while line := self.rfile.readline():
                self._command(line.decode().strip())
        except BrokenOff:
            return

    def _command(self, line: str) -> None:
        verb = line[:4].strip().lower()
        if verb == "ehlo":
            self._answer("ehlo", "250-here\r\n250 AUTH PLAIN")
        elif verb == "auth":
            right = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
            self._answer("auth", "235 in" if line.endswith(right) else f"535 5.7.8 no {PASSWORD}")
        elif verb == "data":
            self._data()
        else:
            self._answer(verb, "250 ok")

    def _data(self) -> None:
        self._answer("data", "354 go on")
        if "data" in self.post.answers:
            return
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if "message" not in self.post.answers:
            self.post.taken.append(b"".join(lines))
        self._answer("message" if "message" in self.post.answers else "taken", "250 2.0.0 taken")

    def _answer(self, step: str, usual: str) -> None:
        said = self.post.answers.get(step, usual)
        if not said:
            raise BrokenOff
        self.wfile.write(said.encode() + b"\r\n")
