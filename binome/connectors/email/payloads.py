"""A raw mail (RFC 5322) in the words of no platform."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime

from binome.connectors.email.automatic import is_automatic, is_of_a_machine
from binome.connectors.email.bodies import CONTROL, Part, body_of
from binome.connectors.email.charsets import decode_header
from binome.connectors.email.composing import ADDRESS
from binome.connectors.email.threads import message_ids, short, thread_of
from binome.sdk.clock import now
from binome.sdk.types import Author, IncomingMessage

CLOCKS_DIFFER, LONGEST_QUEUE = timedelta(hours=1), timedelta(days=5)
"""By which a sender's clock may be ahead of a server's, and for how long a mail may wait to leave (RFC 5321 §4.5.4.1)."""
FAILED = re.compile(r"\b(?:dmarc|spf)=(?:soft)?fail\b")
MAILTO = re.compile(r"(?i)mailto:([^>?\s]+)")
LONGEST_HEADER = 20_000
"""Characters of one header that are read: the library takes the square of its length to take some apart."""
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)


class _Short(Compat32):
    """Headers of a length that people have use for."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


SHORT = _Short()


def key(raw: bytes) -> str:
    """The mail's own identifier, the same wherever a copy of it is read; a digest of the mail when it has none."""
    return _own_id(BytesHeaderParser(policy=SHORT).parsebytes(raw), raw)


@dataclass(frozen=True)
class Mail:
    """A mail taken apart."""

    message: Part
    raw: bytes

    @classmethod
    def read(cls, raw: bytes) -> "Mail":
        """Take it apart."""
        return cls(message_from_bytes(raw, policy=SHORT), raw)

    def to_incoming(self, our_address: str) -> IncomingMessage:
        """The message, its thread and its author; *our_address* tells what we wrote ourselves."""
        own_id, author = _own_id(self.message, self.raw), self._author(our_address.lower())
        references = [one for one in self._references() if one != own_id]
        subject = _readable(self.message, "subject")[:300]
        in_our_name = author.external_id == our_address.lower() and not author.is_us
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
            automatic=in_our_name
            or is_automatic(lambda name: _raw(self.message, name), self.message.get_content_type(), author.external_id),
        )

    def _references(self) -> list[str]:
        """Earlier messages, oldest first; the one answered comes last."""
        earlier = message_ids(_raw(self.message, "references"))
        answered = message_ids(_raw(self.message, "in-reply-to"))[:1]
        return [one for one in earlier if one not in answered] + answered

    def _author(self, our_address: str) -> Author:
        """Whoever is to be answered, so that an answer goes to no other: Reply-To, where it is neither us nor the list.

        A form writes as itself (us, a service, an address that nobody reads), and says who asks in Reply-To.
        """
        name, address = _from(self.message)
        not_them = {our_address, *_people_of_list(self.message)}
        told = [one for one in _people(self.message, "reply-to") if ADDRESS.fullmatch(one[1])]
        others = [one for one in told if one[1].lower() not in not_them]
        reply_name, email = next(iter(others), (name, address))
        by_form = address.lower() == our_address or is_of_a_machine(address)
        language = _readable(self.message, "content-language")[:2].lower()
        known = email.lower()[:240] or "unknown"
        named = reply_name or ("" if by_form else name)
        is_us = known == our_address and not self.is_forged()
        return Author(known, named[:200], email=email[:320], language=language, is_us=is_us)

    def is_forged(self) -> bool:
        """Whether our own server has found that it does not come from where it says (RFC 8601; its line is the first)."""
        found = _raw(self.message, "authentication-results").lower()
        return "dmarc=pass" not in found and FAILED.search(found) is not None

    def _sent_at(self) -> datetime:
        """When it was sent; when a first server received it, if the sender's clock says nothing or cannot be right."""
        received = [one for one in map(_instant, map(_after_semicolon, _each(self.message, "received"))) if one]
        first, last = (received[-1], received[0]) if received else (None, now())
        said = _instant(_raw(self.message, "date"))
        right = said and (first or OLDEST) - LONGEST_QUEUE <= said <= last + CLOCKS_DIFFER
        return said if said and right else first or last


def _own_id(message: Part, raw: bytes) -> str:
    found = message_ids(_raw(message, "message-id"))
    return short(found[0]) if found else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _raw(message: Part, name: str) -> str:
    """The first header of this name, unfolded, as it came ("" if there is none)."""
    return next(iter(_each(message, name)), "")


def _each(message: Part, name: str) -> list[str]:
    """All headers of this name, the latest first, unfolded, as they came."""
    found = [str(value) for header, value in message.raw_items() if header.lower() == name]
    return [one.replace("\r", "").replace("\n", "").replace("\0", "").strip() for one in found]


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


def _people_of_list(message: Part) -> list[str]:
    """The addresses by which one writes to the whole list that this came by (RFC 2369)."""
    return [address.lower() for address in MAILTO.findall(_raw(message, "list-post"))]


def _clean_address(address: str) -> str:
    """The address alone, also where a quote that is never closed has drawn the name into it."""
    return decode_header(address).translate(CONTROL).replace(" ", "").rpartition("<")[2].rstrip(">")


def _after_semicolon(hop: str) -> str:
    """The date of a line that a server added."""
    return hop.rpartition(";")[2]


def _instant(said: str) -> datetime | None:
    """A date of RFC 5322, in UTC (as which one without a zone is read); None for what is no date of our times."""
    try:
        instant = parsedate_to_datetime(said.strip())
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return instant if instant >= OLDEST else None
