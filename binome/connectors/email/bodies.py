"""The parts of a mail: its text, its HTML, its attachments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from binome.connectors.email.charsets import decode, decode_header, is_charset
from binome.connectors.email.htmltext import is_bottomless, text_of
from binome.connectors.email.quoting import new_text
from binome.sdk.types import Attachment

Part = Message
MOST_PARTS, MOST_ATTACHMENTS, LONGEST_TEXT, LONGEST_HTML = 500, 50, 200_000, 2_000_000
"""The whole of a longer mail stays in the payload."""
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")
CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n"} | {127: None}


@dataclass(frozen=True)
class Body:
    """*text*: what was written now; *html*: as it came, to be made safe before it is shown."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


def body_of(message: Part) -> Body:
    """The parts, sorted by what they are for; damaged ones give what can be read of them."""
    texts: list[str] = []
    htmls: list[str] = []
    files: list[Attachment] = []
    for part in islice(_leaves(message), MOST_PARTS):
        if not _is_written(part):
            files.append(_attachment(part, len(files) + 1))
        else:
            (htmls if part.get_content_type() == "text/html" else texts).append(_text(part))
    html = "\n".join(htmls)[:LONGEST_HTML]
    html = "" if is_bottomless(html) else html
    text = _written_now("\n\n".join(filter(str.strip, texts))[:LONGEST_TEXT], html)[:LONGEST_TEXT]
    return Body(text, html, tuple(files[:MOST_ATTACHMENTS]))


def _written_now(text: str, html: str) -> str:
    """The plain text when there is one; the HTML's otherwise."""
    if text.strip():
        return new_text(text)
    return new_text(text_of(html) or text_of(html, whole=True)) if html else ""


def _leaves(part: Part) -> Iterator[Part]:
    """Every part that is not a mere wrapping; a mail within the mail is one piece."""
    pending = [part]
    while pending:
        current = _labelled(pending.pop(0))
        inner = current.get_payload()
        if current.get_content_maintype() == "multipart" and isinstance(inner, list):
            pending[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield current


def _labelled(part: Part) -> Part:
    """The part without a charset that is none: the standard library stumbles over some."""
    charset = part.get_param("charset", "")
    if not isinstance(charset, str) or not is_charset(charset):
        part.del_param("charset")
    return part


def _is_written(part: Part) -> bool:
    """Whether a person reads this part in the mail itself, not as a file."""
    disposition = (part.get_content_disposition() or "").strip()
    named = part.get_filename() is not None
    readable = part.get_content_type() in ("text/plain", "text/html") or part.get_content_maintype() == "multipart"
    return readable and disposition != "attachment" and not (named and disposition != "inline")


def _text(part: Part) -> str:
    text = decode(_content(part), str(part.get_param("charset", "")))
    text = text.replace("\r\n", "\n").translate(CONTROL)
    if part.get_content_type() == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
        return _unfolded(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _unfolded(text: str, *, delete_space: bool) -> str:
    """Lines that end with a space go on (RFC 3676), except quoted ones and the mark of a signature."""
    out: list[str] = []
    goes_on = False
    for raw in text.split("\n"):
        line = raw.removeprefix(" ")
        apart = line.startswith(">") or line == "-- "
        if goes_on and not apart:
            out[-1] += line
        else:
            out.append(line)
        goes_on = line.endswith(" ") and not apart
        if goes_on and delete_space:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def _attachment(part: Part, number: int) -> Attachment:
    content_type = part.get_content_type()
    if not TYPE.fullmatch(content_type):
        content_type = "application/octet-stream"
    return Attachment(_name(part, content_type, number), content_type, _content(part))


def _name(part: Part, content_type: str, number: int) -> str:
    """The file's name without any path or control character."""
    said = decode_header(part.get_filename() or "").translate(CONTROL)
    name = re.split(r"[\\/]", said)[-1].strip(" .")[:150]
    return name or f"{number}.{content_type.rpartition('/')[2][:20]}"


def _content(part: Part) -> bytes:
    """The decoded bytes; a mail within the mail is written out again."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(_as_bytes(one) for one in inner if isinstance(one, Message))
    try:
        decoded = part.get_payload(decode=True)
    except (ValueError, LookupError):
        decoded = None
    return decoded if isinstance(decoded, bytes) else str(inner or "").encode("utf-8", "surrogateescape")


def _as_bytes(message: Part) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError):
        return b""
