from email import message_from_bytes
from email.header import decode_header, make_header

import pytest

from binome.connectors.email.composing import compose, message_id
from binome.connectors.email.place import Place
from binome.sdk.errors import Rejected
from binome.sdk.types import Account, OutgoingMessage

PLACE = Place.of(Account({"address": "contact@asso.example", "from_name": "L’Établi"}, {"password": "x"}))
MESSAGE = OutgoingMessage(
    "k1", "a@x.example", "À 9 h.\n.\nBonne journée", in_reply_to="b@x.example", subject="Horaires d’été",
    recipient="Anaïs <anais@example.org>", references=("a@x.example",),
)  # fmt: skip


def changed(**what: object) -> OutgoingMessage:
    return OutgoingMessage(**{**vars(MESSAGE), **what})


def test_a_reply_is_a_mail_in_its_thread() -> None:
    mail = message_from_bytes(compose(MESSAGE, PLACE))
    assert str(make_header(decode_header(mail["Subject"]))) == "Re: Horaires d’été"
    assert mail["To"] == "anais@example.org"
    assert mail["In-Reply-To"] == "<b@x.example>"
    assert mail["References"].split() == ["<a@x.example>", "<b@x.example>"]
    assert mail["Message-ID"] == f"<{message_id('k1', 'contact@asso.example')}>"
    assert mail.get_payload(decode=True) == "À 9 h.\r\n.\r\nBonne journée".encode()


def test_only_what_a_machine_wrote_says_so() -> None:
    assert message_from_bytes(compose(MESSAGE, PLACE))["Auto-Submitted"] is None
    by_machine = message_from_bytes(compose(changed(by_machine=True), PLACE))
    assert by_machine["Auto-Submitted"] == "auto-replied"
    assert by_machine["X-Auto-Response-Suppress"] == "All"


def test_the_identifier_follows_the_key() -> None:
    assert message_id("k1", "a@b.example") == message_id("k1", "c@b.example")
    assert message_id("k1", "a@b.example") != message_id("k2", "a@b.example")
    assert message_id("k1", "a@été.example").endswith("@xn--t-9fab.example")


@pytest.mark.parametrize("subject", ["Re: Horaires", "RE : Horaires", "re:Horaires"])
def test_a_subject_is_answered_once(subject: str) -> None:
    assert message_from_bytes(compose(changed(subject=subject), PLACE))["Subject"] == subject


@pytest.mark.parametrize("recipient", ["", "nobody", "a@b@c", "a b@c.example", "é@example.org", "<script>"])
def test_an_impossible_address_is_refused(recipient: str) -> None:
    with pytest.raises(Rejected):
        compose(changed(recipient=recipient), PLACE)


@pytest.mark.parametrize("name", ["subject", "recipient", "in_reply_to"])
def test_nobody_writes_headers_into_our_mail(name: str) -> None:
    evil = "a@example.org\r\nBcc: everybody@example.org\r\n\r\nHello"
    try:
        mail = message_from_bytes(compose(changed(**{name: evil}, references=(evil,)), PLACE))
    except Rejected:
        return
    assert mail["Bcc"] is None
    assert "Hello" not in str(mail.get_payload())


def test_a_long_thread_keeps_its_beginning_and_its_end() -> None:
    references = tuple(f"{number}@x.example" for number in range(300))
    kept = message_from_bytes(compose(changed(references=references), PLACE))["References"].split()
    assert (len(kept), kept[0], kept[-2], kept[-1]) == (20, "<0@x.example>", "<299@x.example>", "<b@x.example>")


def test_no_line_is_longer_than_mail_allows() -> None:
    raw = compose(changed(text="é" * 5_000, subject="é" * 299, references=("x" * 230 + "@x.example",) * 3), PLACE)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
