"""An IMAP server small enough to be read, for what real ones do not do on demand: renumber, refuse, break off."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes
from socketserver import StreamRequestHandler

USER, PASSWORD = "contact@asso.example", "the-password-of-this-mailbox"
TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass
class Folder:
    """Messages by UID, each with the day on which it came."""

    validity: int = 1
    next_uid: int = 1
    held: dict[int, tuple[bytes, date]] = field(default_factory=dict)

    def add(self, raw: bytes, day: date) -> None:
        self.held[self.next_uid] = (raw, day)
        self.next_uid += 1

    def renumber(self) -> None:
        """What a server does that lost its index: new numbers, new validity."""
        kept = list(self.held.values())
        self.validity, self.next_uid, self.held = self.validity + 1, 1, {}
        for raw, day in kept:
            self.add(raw, day)


@dataclass
class Store:
    """What the server knows; *failure* is played instead of an answer ("login": refused, "tired", "drop")."""

    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder(), "Sent": Folder()})
    failure: str = ""
    connections: int = 0
    asked: list[str] = field(default_factory=list)


class Handler(StreamRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True
    store: Store

    def handle(self) -> None:
        self.store.connections += 1
        self._folder = Folder()
        self._say(b"* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            tag, _, rest = line.strip().partition(b" ")
            words = [quoted or bare for quoted, bare in TOKEN.findall(rest)]
            verb = words.pop(0).decode().lower() if words else ""
            if verb == "uid":
                verb = "uid_" + words.pop(0).decode().lower()
            self.store.asked.append(verb)
            if self.store.failure == "drop" and verb != "capability":
                return
            answer: Callable[[list[bytes]], bytes] | None = getattr(self, f"_do_{verb}", None)
            self._say(tag + b" " + (answer(words) if answer else b"BAD unknown"))

    def _do_capability(self, words: list[bytes]) -> bytes:
        self._say(b"* CAPABILITY IMAP4rev1 SPECIAL-USE")
        return b"OK done"

    def _do_login(self, words: list[bytes]) -> bytes:
        if self.store.failure == "tired":
            return b"NO [UNAVAILABLE] Temporary authentication failure"
        right = [word.decode() for word in words] == [USER, PASSWORD] and self.store.failure != "login"
        return b"OK in" if right else b"NO [AUTHENTICATIONFAILED] no " + words[-1]

    def _do_list(self, words: list[bytes]) -> bytes:
        for name in self.store.folders:
            self._say(b'* LIST (%s) "/" "%s"' % (b"\\Sent" if name == "Sent" else b"", name.encode()))
        return b"OK done"

    def _do_examine(self, words: list[bytes]) -> bytes:
        folder = self.store.folders.get(words[0].decode())
        if folder is None:
            return b"NO [NONEXISTENT] no such folder"
        self._folder = folder
        self._say(b"* %d EXISTS" % len(folder.held))
        self._say(b"* OK [UIDVALIDITY %d] valid" % folder.validity)
        self._say(b"* OK [UIDNEXT %d] next" % folder.next_uid)
        return b"OK [READ-ONLY] done"

    def _do_uid_search(self, words: list[bytes]) -> bytes:
        kind, value = words[0].upper(), words[1].decode()
        held = self._folder.held
        if kind == b"UID":
            start = int(value.partition(":")[0])
            found = [uid for uid in held if uid >= start or uid == max(held)]
        elif kind == b"SINCE":
            found = [uid for uid, (_, day) in held.items() if day >= datetime.strptime(value, "%d-%b-%Y").date()]
        else:
            wanted = words[2].decode()
            found = [uid for uid, (raw, _) in held.items() if wanted in str(message_from_bytes(raw).get(value, ""))]
        self._say(b"* SEARCH" + b"".join(b" %d" % uid for uid in found))
        return b"OK done"

    def _do_uid_fetch(self, words: list[bytes]) -> bytes:
        sizes = b"RFC822.SIZE" in words[1]
        for number, uid in enumerate(int(word) for word in words[0].split(b",")):
            raw = self._folder.held[uid][0]
            if sizes:
                self._say(b"* %d FETCH (UID %d RFC822.SIZE %d)" % (number + 1, uid, len(raw)))
            else:
                self._say(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (number + 1, uid, len(raw), raw))
        return b"OK done"

    def _do_append(self, words: list[bytes]) -> bytes:
        self._say(b"+ go on")
        raw = self.rfile.read(int(words[-1].strip(b"{}+")))
        self.rfile.readline()
        self.store.folders[words[0].decode()].add(raw, date(2026, 3, 7))
        return b"OK kept"

    def _do_logout(self, words: list[bytes]) -> bytes:
        self._say(b"* BYE")
        return b"OK bye"

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
