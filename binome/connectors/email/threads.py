"""Which conversation a mail belongs to, by what it says of itself."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from binome.connectors.email.charsets import characters

LONGEST = 240
ID = re.compile(r"<\s*([^<>\s]+)\s*>")
ANSWER = re.compile(r"(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:(?:re|r[eé]f|rép|aw|sv|antw|tr|fw|fwd|wg)(?:\[\d+\])?\s?:\s*)+")


def message_ids(header: str) -> list[str]:
    """The identifiers in a header, without their brackets, each once, in order; a bare one counts too."""
    header = characters(header)
    found = ID.findall(header) or [word for word in header.split() if "@" in word]
    return list(dict.fromkeys(short(one) for one in found))


def short(message_id: str) -> str:
    """The identifier, or its digest when it is longer than is kept."""
    if len(message_id) <= LONGEST:
        return message_id
    return f"sha256:{hashlib.sha256(message_id.encode('utf-8', 'replace')).hexdigest()}"


def usable_id(message_id: str) -> bool:
    """Whether it can stand in a header of ours: somebody else wrote it."""
    plain = message_id.isascii() and message_id.isprintable()
    return plain and "@" in message_id and not re.search(r"[\s<>]", message_id) and len(message_id) <= LONGEST


def thread_of(own_id: str, references: Sequence[str], subject: str, address: str) -> str:
    """The first message of the thread, as far as this one says.

    When an answer names no earlier message (some services strip these headers), all such answers by one person under
    one subject make a thread; any other mail without them begins its own.
    """
    if references:
        return references[0]
    bare = ANSWER.sub("", subject)
    if bare == subject.lstrip() or not bare.strip():
        return own_id
    words = unicodedata.normalize("NFKC", " ".join(bare.split())).casefold()
    return f"subject:{hashlib.sha256(f'{address.lower()} {words}'.encode('utf-8', 'replace')).hexdigest()[:32]}"
