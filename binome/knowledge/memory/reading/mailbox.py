"""mbox: mail as programs keep it. Who answers most different people is the team; quoted words are cut off."""

import email
import email.policy
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import IO, Any

from django.utils.translation import gettext as _

from binome.knowledge.memory.reading.plaintext import plain
from binome.knowledge.memory.said import MEMBER, TEAM, BadRow, Said, words

LARGEST = 2_000_000
"""Bytes of one mail that are looked at: its words come first, its attachments after."""

_QUOTE = re.compile(
    r"^(?:>.*|On .{4,200} wrote:\s*|Le .{4,200} a écrit\s*:\s*|-{2,}\s*(?:Original Message|Message d.origine).*|_{10,})$",
    re.IGNORECASE | re.MULTILINE,
)


def letters(lines: IO[bytes]) -> Iterator[bytes]:
    """The mails of an mbox, one after the other."""
    kept: list[bytes] = []
    size, blank = 0, True
    for line in lines:
        if blank and line.startswith(b"From ") and kept:
            yield b"".join(kept)
            kept, size = [], 0
        if not (line.startswith(b"From ") and not kept) and size < LARGEST:
            kept.append(line[1:] if line.startswith(b">From ") else line)
            size += len(line)
        blank = not line.strip()
    if kept:
        yield b"".join(kept)


def ours(lines: IO[bytes]) -> set[str]:
    """The address that writes to most different people, if it is more than one."""
    reached: dict[str, set[str]] = defaultdict(set)
    threads: Counter[str] = Counter()
    for raw in letters(lines):
        mail = _parsed(raw[:60_000])
        writer, *_rest = [*_addresses(mail, "from"), ""]
        reached[writer].update(_addresses(mail, "to"))
        threads[writer] += bool(mail.get("in-reply-to"))
    best = max(reached, key=lambda one: (len(reached[one]), threads[one]), default="")
    return {best} if best else set()


def message(row: dict[str, Any], number: int) -> Iterator[Said]:
    """A mail without what it quotes."""
    mail = _parsed(row["raw"])
    writer = _addresses(mail, "from")
    if not writer or not mail.get("date"):
        raise BadRow(_("it has no sender or no date"))
    text = _QUOTE.split(_body(mail), maxsplit=1)[0].strip()
    if not text:
        return
    try:
        at = parsedate_to_datetime(str(mail["date"]))
    except ValueError as error:
        raise BadRow(_("“{date}” is not a date").format(date=str(mail["date"])[:40])) from error
    names = [name for name, _address in getaddresses([str(mail["from"])]) if name]
    yield Said(
        thread=words(_thread(mail), 200),
        id=words(str(mail.get("message-id", "")).strip(), 200),
        at=at if at.tzinfo else at.astimezone(),
        by=TEAM if writer[0] in row["team"] else MEMBER,
        author=words(names[0] if names and writer[0] in row["team"] else writer[0], 200),
        text=words(text),
        channel="E-mail",
    )


def _parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def _thread(mail: EmailMessage) -> str:
    """The first mail that this one goes back to; itself if it answers none."""
    before = f"{mail.get('references', '')} {mail.get('in-reply-to', '')}".split()
    return before[0] if before else str(mail.get("message-id", "")).strip()


def _addresses(mail: EmailMessage, header: str) -> list[str]:
    return [address.lower() for _name, address in getaddresses([str(mail.get(header, ""))]) if address]


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, ValueError):
        content = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
    return plain(str(content)) if part.get_content_type() == "text/html" else str(content)
