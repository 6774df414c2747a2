"""A raw mail (RFC 5322) in the words of no platform."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from binome.connectors.email.automatic import is_automatic
from binome.connectors.email.bodies import CONTROL, Part, body_of
from binome.connectors.email.charsets import decode_header
from binome.connectors.email.threads import message_ids, short, thread_of
from binome.sdk.clock import now
from binome.sdk.errors import Malformed
from binome.sdk.types import Author, IncomingMessage

CLOCKS_DIFFER = timedelta(hours=1)
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)


def key(raw: bytes) -> str:
    """The mail's own identifier, the same wherever a copy of it is read; a digest of the mail when it has none."""
    return _own_id(BytesHeaderParser(policy=compat32).parsebytes(raw), raw)


@dataclass(frozen=True)
class Mail:
    """A mail taken apart."""

    message: Part
    raw: bytes

    @classmethod
    def read(cls, raw: bytes) -> "Mail":
        """Take it apart; only parts nested beyond all use are `Malformed`."""
        try:
            return cls(message_from_bytes(raw, policy=compat32), raw)
        except RecursionError:
            raise Malformed("parts within parts without end") from None

    def to_incoming(self, our_address: str) -> IncomingMessage:
        """The message, its thread and its author; *our_address* tells what we wrote ourselves."""
        own_id, author = _own_id(self.message, self.raw), self._author(our_address.lower())
        references = [one for one in self._references() if one != own_id]
        subject = _readable(self.message, "subject")[:300]
        body = body_of(self.message)
        return IncomingMessage(
            external_id=own_id,
            thread_id=thread_of(own_id, references, subject, author.external_id),
            author=author,
            text=body.text,
            sent_at=self._sent_at(),
            subject=subject,
            html=body.html,
            in_reply_to=references[-1] if references else "",
            references=tuple(references[:1] + references[1:][-49:]),
            attachments=body.attachments,
            automatic=is_automatic(
                lambda name: _raw(self.message, name), self.message.get_content_type(), _from(self.message)[1]
            ),
        )

    def _references(self) -> list[str]:
        """Earlier messages, oldest first; the one answered comes last."""
        earlier = message_ids(_raw(self.message, "references"))
        answered = message_ids(_raw(self.message, "in-reply-to"))[:1]
        return [one for one in earlier if one not in answered] + answered

    def _author(self, our_address: str) -> Author:
        """Who wrote; a form on our own site writes as us, and says who asks in Reply-To."""
        name, address = _from(self.message)
        reply_name, reply_to = next(iter(_people(self.message, "reply-to")), ("", ""))
        if reply_to and reply_to.lower() != our_address and address.lower() == our_address:
            name, address = reply_name, reply_to
        email = reply_to or address
        language = _readable(self.message, "content-language")[:2].lower()
        known = address.lower()[:240] or "unknown"
        return Author(known, name[:200], email=email[:320], language=language, is_us=known == our_address)

    def _sent_at(self) -> datetime:
        """When it was sent; when our server received it, if the sender's clock says nothing or runs ahead."""
        received = _instant(_raw(self.message, "received").rpartition(";")[2])
        said = _instant(_raw(self.message, "date"))
        latest = (received or now()) + CLOCKS_DIFFER
        return said if said and said <= latest else received or now()


def _own_id(message: Part, raw: bytes) -> str:
    found = message_ids(_raw(message, "message-id"))
    return short(found[0]) if found else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _raw(message: Part, name: str) -> str:
    """The first header of this name, unfolded, as it came ("" if there is none)."""
    found = next((str(value) for header, value in message.raw_items() if header.lower() == name), "")
    return found.replace("\r", "").replace("\n", "").replace("\0", "").strip()


def _readable(message: Part, name: str) -> str:
    return decode_header(_raw(message, name)).translate(CONTROL)


def _from(message: Part) -> tuple[str, str]:
    """Name and address of the author."""
    people = _people(message, "from") or _people(message, "sender") or _people(message, "return-path")
    return people[0] if people else ("", "")


def _people(message: Part, name: str) -> list[tuple[str, str]]:
    """Names and addresses; taken apart before they are decoded, since a decoded name may hold any sign."""
    found = getaddresses([_raw(message, name)])
    return [
        (decode_header(person).translate(CONTROL), _clean_address(address))
        for person, address in found
        if "@" in address
    ]


def _clean_address(address: str) -> str:
    return decode_header(address).translate(CONTROL).replace(" ", "")


def _instant(said: str) -> datetime | None:
    """A date of RFC 5322, in UTC (as which one without a zone is read); None for what is no date of our times."""
    try:
        instant = parsedate_to_datetime(said.strip())
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return instant if instant >= OLDEST else None
