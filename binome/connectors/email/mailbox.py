"""The folder read by IMAP: pages of raw messages, a cursor that survives the server's renumbering, copies kept."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError
from imapclient.imapclient import SENT

from binome.connectors.email.place import SECONDS, Place, look_before, refuse_cleartext
from binome.sdk.clock import now
from binome.sdk.errors import AccessRevoked, ConnectorError, Malformed, RateLimited, Rejected, Unavailable

PAGE_MESSAGES, PAGE_BYTES = 50, 20_000_000
LARGEST = 20_000_000
"""Bytes of one message that are read; the rest (of its last attachment) stays in the mailbox."""


@dataclass(frozen=True)
class Found:
    """Raw messages in the order of their arrival, and where to read on from."""

    messages: tuple[bytes, ...]
    cursor: str


@dataclass(frozen=True)
class Position:
    """UIDVALIDITY, the last UID read, and the day of it: if the server renumbers, all since that day is read again."""

    validity: int
    last: int
    day: date

    def __str__(self) -> str:
        return f"{self.validity}:{self.last}:{self.day.isoformat()}"

    @classmethod
    def read(cls, cursor: str) -> "Position":
        """The position that was written so."""
        try:
            validity, last, day = cursor.split(":")
            return cls(int(validity), int(last), date.fromisoformat(day))
        except ValueError:
            raise Malformed("not a cursor of this channel") from None


class Mailbox:
    """One account on an IMAP server; a connection is made for each thing asked, and closed."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def page(self, cursor: str) -> Found:
        """What came after *cursor*, marked as nothing; '' begins now, or *since_days* ago."""
        with self._signed_in() as client:
            state = self._open(client, self._place.folder)
            validity = int(state[b"UIDVALIDITY"])
            before = Position.read(cursor) if cursor else None
            known = before.last if before and before.validity == validity else _newest(client, state)
            if not cursor and not self._place.since_days:
                return Found((), str(Position(validity, known, now().date())))
            uids = self._waiting(client, before, validity)
            chosen, caught_up = _fitting(client, uids)
            messages = tuple(filter(None, (_fetch(client, uid) for uid in chosen)))
            last = max(chosen, default=known)  # where nothing is recent enough, all that is there is older
            day = before.day if before and not caught_up else now().date()
            return Found(messages, str(Position(validity, last, day)))

    def keep(self, raw: bytes, message_id: str) -> None:
        """Put a copy into the folder of sent mail, unless there is none or the server has done it."""
        with self._signed_in() as client:
            folder = self._sent_folder(client)
            if folder and not self._holds(client, folder, "Message-ID", message_id):
                client.append(folder, raw, flags=[SEEN], msg_time=now())

    def knows(self, message_id: str) -> bool:
        """Whether a copy of it, or an answer to it, is there."""
        with self._signed_in() as client:
            folder = self._sent_folder(client)
            if folder and self._holds(client, folder, "Message-ID", message_id):
                return True
            answered = ("In-Reply-To", "References")
            return any(self._holds(client, self._place.folder, header, message_id) for header in answered)

    def try_access(self) -> None:
        """Sign in and look into the folder."""
        with self._signed_in() as client:
            self._open(client, self._place.folder)

    def _waiting(self, client: IMAPClient, before: Position | None, validity: int) -> list[int]:
        """UIDs to read, lowest first. "n:*" always gives the last message, even one already read."""
        if before and before.validity == validity:
            return sorted(uid for uid in client.search(["UID", f"{before.last + 1}:*"]) if uid > before.last)
        since = before.day if before else now().date() - timedelta(days=self._place.since_days)
        return sorted(client.search(["SINCE", since - timedelta(days=1)]))

    def _open(self, client: IMAPClient, folder: str) -> dict[bytes, Any]:
        try:
            state: dict[bytes, Any] = client.select_folder(folder, readonly=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            raise Rejected(f"this mailbox has no folder {folder}") from None
        return state

    def _sent_folder(self, client: IMAPClient) -> str:
        return str(self._place.sent_folder or client.find_special_folder(SENT) or "")

    def _holds(self, client: IMAPClient, folder: str, header: str, message_id: str) -> bool:
        self._open(client, folder)
        return bool(client.search(["HEADER", header, f"<{message_id}>"]))

    @contextmanager
    def _signed_in(self) -> Iterator[IMAPClient]:
        """A connection, its failures told in the sdk's words."""
        server = self._place.imap
        refuse_cleartext(server)
        context = self._place.context(server)
        client: IMAPClient | None = None
        try:
            look_before(server)
            tls = server.security == "tls"
            client = IMAPClient(
                server.host, server.port, ssl=tls, ssl_context=context if tls else None, timeout=SECONDS
            )
            client.normalise_times = False
            if server.security == "starttls":
                client.starttls(context)
            _sign_in(client, self._place)
            yield client
        except ConnectorError:
            raise
        except LoginError as error:
            raise _refusal(error) from None
        except ssl.SSLCertVerificationError as error:
            raise Unavailable(f"{server.host}: certificate refused ({error.verify_message})") from None
        except (IMAPClientError, OSError, UnicodeError) as error:
            raise Unavailable(f"{server.host}: {type(error).__name__}") from None
        finally:
            if client is not None:
                _leave(client)


def _sign_in(client: IMAPClient, place: Place) -> None:
    """LOGIN carries ASCII alone; what has accents goes by AUTHENTICATE PLAIN, in UTF-8."""
    if (place.username + place.password).isascii():
        client.login(place.username, place.password)
    else:
        client.plain_login(place.username, place.password)


def _leave(client: IMAPClient) -> None:
    with suppress(IMAPClientError, OSError, AttributeError):
        client.logout()
    with suppress(IMAPClientError, OSError, AttributeError):
        client.shutdown()


def _refusal(error: LoginError) -> ConnectorError:
    """A server that is tired (RFC 5530: UNAVAILABLE, LIMIT), or gone, is not a wrong password."""
    said = str(error).upper()
    if isinstance(error.__context__, IMAPClientAbortError) or "UNAVAILABLE" in said or "TEMPORAR" in said:
        return Unavailable("signing in is not possible at the moment")
    if "[LIMIT]" in said or "TOO MANY" in said or "OVERQUOTA" in said:
        return RateLimited(after=300)
    return AccessRevoked("the mailbox refuses this name and password")


def _newest(client: IMAPClient, state: dict[bytes, Any]) -> int:
    """The UID of the last message that came; some servers do not say which will be the next."""
    following = state.get(b"UIDNEXT")
    return int(following) - 1 if following else max(client.search(["ALL"]), default=0)


def _fitting(client: IMAPClient, uids: Sequence[int]) -> tuple[list[int], bool]:
    """As many of the first as make a page, one at least; and whether that is all."""
    candidates = uids[:PAGE_MESSAGES]
    sizes = client.fetch(candidates, ["RFC822.SIZE"])
    total = 0
    chosen: list[int] = []
    for uid in candidates:
        total += min(int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0)), LARGEST)
        if chosen and total > PAGE_BYTES:
            break
        chosen.append(uid)
    return chosen, len(chosen) == len(uids)


def _fetch(client: IMAPClient, uid: int) -> bytes:
    """The raw message, unread marks untouched; b"" if somebody has just removed it."""
    parts = client.fetch([uid], [f"BODY.PEEK[]<0.{LARGEST}>"]).get(uid, {})
    return next((bytes(parts[name]) for name in parts if name.startswith(b"BODY[]") and parts[name]), b"")
