import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from binome.connectors.email.connector import Connector
from binome.connectors.email.payloads import key
from binome.sdk.clock import stopped_at
from binome.sdk.types import Account, IncomingMessage, Payload

RECORDINGS = Path(__file__).parent.parent / "recordings"
ACCOUNT = Account({"address": "Contact@asso.example"}, {"password": "x"})
PLAIN = "From: a@example.org\nMessage-ID: <1@example.org>\nDate: Sat, 7 Mar 2026 09:15:00 +0100\n"


def parse(raw: str | bytes) -> IncomingMessage:
    body = raw if isinstance(raw, bytes) else raw.encode()
    [message] = Connector(ACCOUNT).parse(Payload(body))
    assert isinstance(message, IncomingMessage)
    return message


def recording(name: str) -> IncomingMessage:
    return parse((RECORDINGS / f"{name}.eml").read_bytes())


def test_a_reply_of_gmail_is_taken_apart() -> None:
    message = recording("gmail_fr_reply")
    assert message.text == "Merci ! Et le dimanche, c’est ouvert aussi ?\n\nAnaïs"
    assert message.author.name == "Anaïs Le Goff"
    assert message.subject == "Re: Horaires de l’atelier"
    assert message.thread_id == "q1@example.org"
    assert message.in_reply_to == "binome.0123456789abcdef0123456789abcdef@asso.example"
    assert message.references == ("q1@example.org", message.in_reply_to)
    assert message.sent_at == datetime(2026, 3, 7, 8, 15, tzinfo=UTC)
    assert "gmail_quote" in message.html
    assert not message.automatic


def test_html_alone_gives_the_text_of_what_is_new() -> None:
    message = recording("outlook_fr_html_only")
    assert message.text == "Bonjour,\n\nLa salle coûte 50€ – est-ce toujours le cas ?"
    assert message.author.language == "fr"
    assert "<script>" in message.html


def test_attachments_keep_their_names_and_texts_around_them_are_joined() -> None:
    message = recording("apple_en_attachment")
    assert message.text == "The handle broke on the first day, see the picture.\n\nCan you replace it?"
    [picture] = message.attachments
    assert (picture.name, picture.content_type, picture.content[:4]) == ("poignée.png", "image/png", b"\x89PNG")


def test_a_form_on_our_own_site_speaks_for_whoever_filled_it_in() -> None:
    author = recording("form_on_our_site").author
    assert (author.external_id, author.email, author.name, author.is_us) == (
        "nour@example.net",
        "nour@example.net",
        "Nour",
        False,
    )


def test_bytes_without_a_label_are_read_as_windows_writes_them() -> None:
    message = recording("windows_bytes_without_label")
    assert (message.author.name, message.subject) == ("Zoé", "Réparation d’un vélo")
    assert message.text == "C’est 20 € ou 25 € ?"


@pytest.mark.parametrize("name", ["bounce", "vacation_fr", "newsletter_list"])
def test_what_a_machine_wrote_is_known(name: str) -> None:
    assert recording(name).automatic


def test_what_we_sent_is_ours() -> None:
    assert parse("From: =?utf-8?q?L=C3=A9a?= <CONTACT@asso.example>\n\nBonjour").author.is_us


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "Auto-Submitted: auto-generated; x=y",
        "Precedence: Bulk",
        "X-Auto-Response-Suppress: OOF",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "X-Loop: here",
        "List-Unsubscribe: <mailto:a@example.org>",
        "List-Id: <x.example.org>",
        "Subject: Absence du bureau : Re: Horaires",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique=C2=A0=3A_Horaires?=",
        "Subject: Automatic reply: Hours",
        "Subject: Out of Office: Re: Hours",
        "Subject: Je suis en congés jusqu’au 20 mars",
        "Subject: Undelivered Mail Returned to Sender",
        "Subject: Échec de la remise",
    ],
)
def test_any_sign_of_a_machine_is_enough(header: str) -> None:
    assert parse(f"{header}\n{PLAIN}\nBonjour").automatic


@pytest.mark.parametrize(
    "local", ["no-reply", "noreply", "ne-pas-repondre", "mailer-daemon", "postmaster", "bounces+12"]
)
def test_nobody_reads_at_an_address_of_a_machine(local: str) -> None:
    assert parse(f"From: {local}@example.org\n\nBonjour").automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Precedence: first-class",
        "Subject: Re: Absence du bureau",
        "Subject: Question sur vos absences",
        "Subject: Autour du vélo",
        "Subject: Lu dans le journal",
        "Return-Path: <a@example.org>",
    ],
)
def test_a_person_is_not_taken_for_a_machine(header: str) -> None:
    assert not parse(f"{header}\n{PLAIN}\nBonjour").automatic


@pytest.mark.parametrize(
    ("label", "encoded", "meant"),
    [
        ("iso-8859-1", "é".encode("latin-1"), "é"),
        ("iso-8859-1", "€ ’".encode("cp1252"), "€ ’"),
        ("iso-8859-1", "déjà".encode(), "déjà"),
        ("us-ascii", "déjà".encode(), "déjà"),
        ("utf-8", "déjà".encode("cp1252"), "déjà"),
        ("utf-8", b"a\xc3", "aÃ"),
        ("iso-8859-15", "œ €".encode("iso-8859-15"), "œ €"),
        ("windows-1250", "ž".encode("cp1250"), "ž"),
        ("koi8-r", "да".encode("koi8-r"), "да"),
        ("gb2312", "镕".encode("gb18030"), "镕"),
        ("iso-2022-jp", "日本".encode("iso-2022-jp"), "日本"),
        ("x-unknown-1", "déjà".encode(), "déjà"),
        ("hex", b"zz", "zz"),
        ("unicode_escape", rb"\u00e9", r"\u00e9"),
        ('"utf-8"', "é".encode(), "é"),
    ],
)
def test_a_charset_is_read_for_what_it_is(label: str, encoded: bytes, meant: str) -> None:
    content = base64.encodebytes(encoded)
    head = f"{PLAIN}Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: base64\n\n"
    assert parse(head.encode() + content).text == meant


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("=?utf-8?B?w6k=?= =?utf-8?B?w6g=?=", "éè"),
        ("=?utf-8?B?w?= =?utf-8?B?6k=?=", "=?utf-8?B?w?= =?utf-8?B?6k=?="),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A9t=C3=A9?=", "été"),
        ("=?ISO-8859-1?Q?D=E9j=E0_vu?= x", "Déjà vu x"),
        ("a =?utf-8*fr?Q?=C3=A9?= b", "a é b"),
        ("=?nonsense?Q?=E9?=", "é"),
        ("Déjà", "Déjà"),
        ("a\n b", "a b"),
    ],
)
def test_a_subject_is_read_as_a_person_would(raw: str, meant: str) -> None:
    if raw.startswith("=?utf-8?B?w?="):
        assert parse(f"Subject: {raw}\n{PLAIN}\n").subject != ""
    else:
        assert parse(f"Subject: {raw}\n{PLAIN}\n").subject == meant


def test_an_answer_without_any_identifier_is_gathered_by_person_and_subject() -> None:
    answer = "From: {0}\nSubject: {1}\nMessage-ID: <{2}>\n\nOui"
    first = parse(answer.format("a@example.org", "Re: Horaires", "1@example.org")).thread_id
    assert parse(answer.format("A@example.org", "RE: Re : horaires ", "2@example.org")).thread_id == first
    assert parse(answer.format("b@example.org", "Re: Horaires", "3@example.org")).thread_id != first
    assert parse(answer.format("a@example.org", "Horaires", "4@example.org")).thread_id == "4@example.org"


def test_the_one_answered_comes_last_among_the_references() -> None:
    message = parse(f"References: <a@x.example> <b@x.example> <a@x.example>\nIn-Reply-To: <a@x.example>\n{PLAIN}\n")
    assert (message.references, message.in_reply_to) == (("b@x.example", "a@x.example"), "a@x.example")


def test_the_date_is_that_of_the_sender_unless_their_clock_runs_ahead() -> None:
    received = "Received: from a by b; Sat, 7 Mar 2026 10:00:00 +0100\n"
    behind, ahead = "Date: Fri, 6 Mar 2026 09:00:00 -0500\n\n", "Date: Sat, 7 Mar 2099 09:00:00 +0100\n\n"
    assert parse(received + behind).sent_at == datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
    assert parse(received + ahead).sent_at == datetime(2026, 3, 7, 9, 0, tzinfo=UTC)


def test_a_mail_without_any_date_came_now() -> None:
    with stopped_at(datetime(2026, 3, 7, tzinfo=UTC)):
        assert parse("From: a@example.org\n\nBonjour").sent_at == datetime(2026, 3, 7, tzinfo=UTC)


def test_a_mail_without_identifier_has_one_of_its_own() -> None:
    raw = b"From: a@example.org\n\nBonjour"
    assert key(raw) == parse(raw).external_id
    assert key(raw).startswith("sha256:")
    assert key(raw) != key(raw + b"!")


def test_the_name_of_a_file_leads_nowhere() -> None:
    head = f"{PLAIN}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/x; name=y\n"
    raw = head + 'Content-Disposition: attachment; filename="../../etc/pass\\\\wd"\n\nx\n--b--\n'
    assert [one.name for one in parse(raw).attachments] == ["wd"]


def test_a_mail_within_a_mail_is_attached() -> None:
    [status, original] = recording("bounce").attachments
    assert b"Status: 5.1.1" in status.content
    assert b"Subject: Re: Horaires" in original.content


def test_flowing_lines_are_joined() -> None:
    raw = f"{PLAIN}Content-Type: text/plain; format=flowed\n\nUne phrase \nqui continue.\nUne autre.\n"
    assert parse(raw).text == "Une phrase qui continue.\nUne autre."
