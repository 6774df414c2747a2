"""Bytes to text, whatever the mail says of its charset."""

import base64
import binascii
import quopri
import re

KNOWN = re.compile(
    r"(?:utf|iso-?8859|iso-?2022|windows|cp|koi8|gbk?|gb18030|gb2312|big5|shift|euc|mac|tis|ks_c|hz|ascii|us-ascii|latin|l1)"
    r"[-_a-z0-9]*"
)
WESTERN = {
    "iso-8859-1",
    "iso8859-1",
    "latin-1",
    "latin1",
    "l1",
    "us-ascii",
    "ascii",
    "windows-1252",
    "cp1252",
    "utf-8",
    "utf8",
    "",
}
WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "shift_jis": "cp932",
}
WORDS = re.compile(r"=\?([^?\s]{1,60})\?([bqBQ])\?([^?\r\n]*)\?=(\s+(?==\?[^?\s]{1,60}\?[bqBQ]\?))?")


def decode(data: bytes, charset: str = "") -> str:
    """The text; never fails.

    Western labels are the ones that lie: valid UTF-8 is read as such, the rest as Windows-1252, which contains Latin-1.
    """
    name = _plain(charset)
    if name in WESTERN or not is_charset(name):
        return _western(data)
    try:
        return data.decode(WIDER.get(name, name), "replace")
    except (LookupError, UnicodeError):
        return _western(data)


def is_charset(label: str) -> bool:
    """Whether this names a charset, as against some other codec or nothing at all."""
    return KNOWN.fullmatch(_plain(label)) is not None


def decode_header(raw: str) -> str:
    """A header's value as a person would read it: encoded words (RFC 2047), bare eight-bit characters, on one line."""
    return " ".join(_decode_words(characters(raw)).split())


def characters(raw: str) -> str:
    """A header as the parser leaves it, its bare eight-bit bytes made characters that can be stored."""
    return _western(raw.encode("utf-8", "surrogateescape")).replace("\0", "")


def _decode_words(text: str) -> str:
    """Neighbours in one charset are joined before they are decoded: a character may be cut between two."""
    out: list[str] = []
    pending, charset, end = b"", "", 0
    for word in WORDS.finditer(text):
        name = word[1].partition("*")[0].lower()
        joined = pending and word.start() == end and name == charset
        if not joined:
            out += [decode(pending, charset), text[end : word.start()]]
            pending = b""
        pending, charset, end = pending + _word_bytes(word[2], word[3]), name, word.end()
    return "".join([*out, decode(pending, charset), text[end:]])


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return raw


def _plain(label: str) -> str:
    return label.strip(" \"'").lower()


def _western(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
