"""The mail that carries a reply."""

import hashlib
import re
from email.charset import QP, Charset
from email.header import Header
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr

from binome.connectors.email.place import Place
from binome.connectors.email.threads import usable_id
from binome.sdk.clock import now
from binome.sdk.errors import Rejected
from binome.sdk.types import OutgoingMessage

MOST_REFERENCES = 20
ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@[^\s<>@,;:\"()\[\]\\]{1,255}")
UTF8 = Charset("utf-8")
UTF8.body_encoding = QP


def compose(message: OutgoingMessage, place: Place) -> bytes:
    """The whole mail, lines ended by CR LF; `Rejected` if it cannot be addressed."""
    mail = MIMENonMultipart("text", "plain", charset="utf-8")
    mail.set_payload(re.sub(r"\r\n?", "\n", message.text), charset=UTF8)
    mail["From"] = formataddr((_one_line(place.name), _address(place.address)))
    mail["To"] = _address(message.recipient)
    subject = _subject(message)
    mail["Subject"] = Header(subject, "us-ascii" if subject.isascii() else "utf-8", header_name="Subject").encode()
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<{message_id(message.key, place.address)}>"
    for name, value in {**_thread(message), **_by_machine(message)}.items():
        mail[name] = value
    return re.sub(rb"\r?\n", b"\r\n", mail.as_bytes(policy=compat32.clone(max_line_length=0)))


def message_id(key: str, address: str) -> str:
    """The same for the same key, so that whoever receives it twice keeps one."""
    domain = address.rpartition("@")[2].encode("idna").decode() if address else ""
    return f"binome.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain or 'localhost'}"


def _subject(message: OutgoingMessage) -> str:
    """An answer's subject begins with Re:, once."""
    subject = _one_line(message.subject)[:300]
    answered = message.in_reply_to and not re.match(r"(?i)re\s?:", subject)
    return f"Re: {subject}".strip() if answered else subject


def _thread(message: OutgoingMessage) -> dict[str, str]:
    """What keeps the mail in its thread: the first message of it, the latest ones, the one answered."""
    known = [*message.references, message.in_reply_to]
    ids = [f"<{one}>" for one in dict.fromkeys(known) if usable_id(one)]
    if len(ids) > MOST_REFERENCES:
        ids = [ids[0], *ids[1 - MOST_REFERENCES :]]
    answered = {"In-Reply-To": f"<{message.in_reply_to}>"} if usable_id(message.in_reply_to) else {}
    return {**answered, "References": "\n ".join(ids)} if ids else answered


def _by_machine(message: OutgoingMessage) -> dict[str, str]:
    """No machine may answer a machine (RFC 3834)."""
    return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"} if message.by_machine else {}


def _address(said: str) -> str:
    address = parseaddr(_one_line(said))[1]
    if not ADDRESS.fullmatch(address) or not address.isascii():
        raise Rejected("this is not an address that a mail can be sent to")
    return address


def _one_line(text: str) -> str:
    return " ".join(text.split())
