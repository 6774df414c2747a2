"""Mails built at random, and bytes that are no mail at all."""

import base64
import quopri

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from binome.connectors.email.connector import Connector
from binome.connectors.email.payloads import key
from binome.sdk.errors import Malformed
from binome.sdk.types import Account, IncomingMessage, Payload

CONNECTOR = Connector(Account({"address": "contact@asso.example"}, {"password": "x"}))
CHARSETS = [
    "utf-8",
    "iso-8859-1",
    "windows-1252",
    "us-ascii",
    "utf-16",
    "gb2312",
    "iso-2022-jp",
    "utf-7",
    "nonsense",
    "",
]
CODINGS = ["", "7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "binary", "nonsense"]
TYPES = ["text/plain", "text/html", "text/calendar", "image/png", "message/rfc822", "message/delivery-status", "x", ""]
NAMES = [
    "From", "To", "Reply-To", "Sender", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Received",
    "Return-Path", "Auto-Submitted", "List-Id", "Content-Language", "Content-Type", "MIME-Version",
]  # fmt: skip
VALUES = [
    b"", b"<>", b"<a@example.org>", b"a@example.org, b@example.org", b'"x <y" <a@example.org>', b"=?utf-8?b?w?=", b"\xff\xfe",
    b"=?utf-8?q?=E9?= =?x?b?////?=", b"Sat, 7 Mar 2026 09:15:00 +0100", b"Sat, 99 Mar 2026 99:99", b"1 Jan 0001 00:00 +9999",
    b"x; Mon, 7 Mar 2026 09:15 -0000", b"multipart/mixed; boundary=", b"multipart/mixed; boundary=\"a", b"text/plain; charset*=x'y'%ff",
    b"@", b"<" * 50, b"(" * 50, b"a@b" + b"@" * 30, b"\0", b"RE: RE: =?utf-8?Q?",
]  # fmt: skip

headers = st.lists(
    st.tuples(st.sampled_from(NAMES), st.one_of(st.sampled_from(VALUES), st.binary(max_size=60))), max_size=12
)
bodies = st.one_of(
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"<div><blockquote type=cite>x",
            b"begin 644 a\nxx",
            b"> x\nLe 7 mars 2026, a a \xc3\xa9crit :\n",
            b"--b\n--b--",
        ]
    ),
)


@st.composite
def parts(draw: st.DrawFn, depth: int = 0) -> bytes:
    """A MIME part, perhaps of parts; anything in it may be wrong."""
    if depth < 4 and draw(st.booleans()):
        boundary = draw(st.sampled_from([b"b", b"bb", b"=_x", b" "]))
        kind = draw(st.sampled_from([b"mixed", b"alternative", b"related", b"report", b"signed", b"nonsense"]))
        inner = draw(st.lists(parts(depth + 1), max_size=3))
        closing = b"--" if draw(st.booleans()) else b""
        head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n'
        return head + b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in inner) + b"--" + boundary + closing
    charset, coding, kind_ = (
        draw(st.sampled_from(CHARSETS)),
        draw(st.sampled_from(CODINGS)),
        draw(st.sampled_from(TYPES)),
    )
    body = draw(bodies)
    if coding == "base64" and draw(st.booleans()):
        body = base64.encodebytes(body)[: draw(st.integers(0, 60))]
    elif coding == "quoted-printable":
        body = quopri.encodestring(body)
    label = f"Content-Type: {kind_}; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n"
    if draw(st.booleans()):
        label += 'Content-Disposition: attachment; filename="a/b.txt"\r\n'
    return label.encode() + b"\r\n" + body


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    head = b"".join(name.encode() + b": " + value.replace(b"\n", b" ") + b"\r\n" for name, value in draw(headers))
    return head + draw(parts())


def _is_sound(raw: bytes) -> None:
    assert 0 < len(key(raw)) <= 255
    try:
        [message] = CONNECTOR.parse(Payload(raw, key(raw)))
    except Malformed:
        return
    assert isinstance(message, IncomingMessage)
    assert message.sent_at.utcoffset() is not None
    assert message.external_id == key(raw)
    assert 0 < len(message.thread_id) <= 255
    assert 0 < len(message.author.external_id) <= 240
    ids = [key(raw), message.external_id, message.thread_id, message.in_reply_to, *message.references]
    for text in (
        *ids,
        message.author.external_id,
        message.author.language,
        message.text,
        message.subject,
        message.html,
        message.author.name,
        message.author.email,
    ):
        text.encode("utf-8")
        assert "\0" not in text
    assert "\n" not in message.subject


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mails())
def test_no_mail_breaks_the_reader(raw: bytes) -> None:
    _is_sound(raw)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    _is_sound(raw)


def test_parts_nested_without_end_are_malformed_or_read() -> None:
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3_000))
    _is_sound(deep)
    _is_sound(b"Content-Type: message/rfc822\r\n\r\n" * 3_000)
