"""The e-mail connector and servers that nobody here wrote."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from imapclient import IMAPClient

from binome.connectors.email.connector import Connector
from binome.connectors.email.place import Place
from binome.connectors.email.submission import submit
from binome.sdk.errors import AccessRevoked, Rejected, Unavailable
from binome.sdk.types import Account, IncomingMessage, OutgoingMessage
from tests.servers.mail import spare
from tests.servers.mail.servers import PASSWORD, PASSWORD_WITH_ACCENTS, Servers, missing, running

pytestmark = pytest.mark.servers
US, ANAIS = "contact@asso.example", "anais@example.org"
TEXT = "Bonjour ! L’atelier ouvre-t-il à 9 h ? Ça coûte 20 € où l’œuvre est exposée ?"


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    if missing():
        pytest.fail(f"not installed: {', '.join(missing())} (tests/servers/mail/install.sh)")
    with running() as found:
        yield found


@pytest.fixture(scope="module", params=["dovecot", "pymap"])
def anywhere(request: pytest.FixtureRequest) -> Iterator[Servers | spare.SpareServers]:
    """The real servers, then those made of Python packages alone."""
    if request.param == "dovecot":
        yield request.getfixturevalue("servers")
    else:
        with spare.running() as found:
            yield found


def account(servers: Servers | spare.SpareServers, address: str, **changes: str) -> Account:
    name = "L’Établi" if address == US else "Anaïs Le Goff"
    return Account({**servers.settings(address), "from_name": name, **changes}, {"password": PASSWORD})


def read_on(connector: Connector, cursor: str) -> tuple[IncomingMessage, str]:
    """The next message that arrives after *cursor*, and the cursor after it."""
    for _ in range(200):
        batch = connector.read(cursor)
        if batch.payloads:
            [message] = connector.parse(batch.payloads[0])
            assert isinstance(message, IncomingMessage)
            return message, batch.cursor
        time.sleep(0.05)
    raise AssertionError("nothing arrived")


def send(servers: Servers | spare.SpareServers, mail: EmailMessage) -> None:
    mail["From"], mail["To"] = f"Anaïs Le Goff <{ANAIS}>", US
    submit(Place.of(account(servers, ANAIS)), US, mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))


def test_a_question_is_read_answered_and_answered_again_in_one_thread(anywhere: Servers | spare.SpareServers) -> None:
    us, anais = Connector(account(anywhere, US)), Connector(account(anywhere, ANAIS))
    our_cursor, her_cursor = us.read("").cursor, anais.read("").cursor
    question = EmailMessage()
    question["Subject"], question["Message-ID"] = "Horaires d’été", make_msgid(domain="example.org")
    question.set_content(TEXT)
    question.add_attachment(b"%PDF-1.4 \x00\xff", maintype="application", subtype="pdf", filename="reçu n°1.pdf")
    send(anywhere, question)

    read, our_cursor = read_on(us, our_cursor)
    assert (read.text, read.subject, read.author.name) == (TEXT, "Horaires d’été", "Anaïs Le Goff")
    assert [(one.name, one.content) for one in read.attachments] == [("reçu n°1.pdf", b"%PDF-1.4 \x00\xff")]
    assert not read.automatic

    reply = OutgoingMessage(
        "k1", read.thread_id, "Oui, dès 9 h.\n.\n.. et c’est gratuit", read.external_id, read.subject,
        read.author.email, (read.external_id,), by_machine=True,
    )  # fmt: skip
    sent = us.reply(reply)
    if isinstance(anywhere, Servers):  # pymap has no folder of sent mail
        assert us.find(reply) == sent
    received, her_cursor = read_on(anais, her_cursor)
    assert received.text == "Oui, dès 9 h.\n.\n.. et c’est gratuit"
    assert (received.external_id, received.subject) == (sent.external_id, "Re: Horaires d’été")
    assert (received.thread_id, received.in_reply_to) == (read.external_id, read.external_id)
    assert (received.author.name, received.automatic) == ("L’Établi", True)

    thanks = OutgoingMessage(
        "k2", received.thread_id, "Merci !", received.external_id, received.subject, US, received.references
    )
    anais.reply(thanks)
    answer, _ = read_on(us, our_cursor)
    assert (answer.text, answer.thread_id, answer.in_reply_to) == ("Merci !", read.external_id, sent.external_id)


def test_a_vacation_reply_is_known_as_automatic(anywhere: Servers | spare.SpareServers) -> None:
    us = Connector(account(anywhere, US))
    cursor = us.read("").cursor
    absent = EmailMessage()
    absent["Subject"], absent["Auto-Submitted"] = "Absence du bureau", "auto-replied (vacation)"
    absent.set_content("Je suis absente : l'œuvre est à 20 €.", charset="iso-8859-15", cte="quoted-printable")
    send(anywhere, absent)
    read, _ = read_on(us, cursor)
    assert (read.automatic, read.text) == (True, "Je suis absente : l'œuvre est à 20 €.")


def test_the_same_reply_sent_twice_has_one_identifier(anywhere: Servers | spare.SpareServers) -> None:
    us, anais = Connector(account(anywhere, US)), Connector(account(anywhere, ANAIS))
    cursor = anais.read("").cursor
    reply = OutgoingMessage("k3", "t", "Une fois", recipient=ANAIS, subject="Deux fois")
    assert us.reply(reply) == us.reply(reply)
    keys = []
    while len(keys) < 2:
        read_on(anais, cursor)
        batch = anais.read(cursor)
        cursor = batch.cursor
        keys += [payload.key for payload in batch.payloads]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_each_encryption_lets_us_in(servers: Servers, security: str) -> None:
    port = servers.imaps if security == "tls" else servers.imap
    changes = {"imap_security": security, "imap_port": str(port)}
    if security == "none":
        changes["smtp_security"] = "none"
    Connector(account(servers, US, **changes)).check()


def test_a_password_with_accents_lets_us_in(servers: Servers) -> None:
    settings = account(servers, "accents@example.org").settings
    Connector(Account(settings, {"password": PASSWORD_WITH_ACCENTS})).check()
    with pytest.raises(AccessRevoked):
        Connector(Account(settings, {"password": "été"})).check()


def test_a_wrong_password_is_told_apart(anywhere: Servers | spare.SpareServers) -> None:
    us = Connector(Account(account(anywhere, US).settings, {"password": "another"}))
    with pytest.raises(AccessRevoked):
        us.read("")
    with pytest.raises(AccessRevoked):
        us.reply(OutgoingMessage("k4", "t", "Bonjour", recipient=ANAIS))


def test_a_certificate_of_unknown_authority_is_refused(servers: Servers) -> None:
    us = Connector(account(servers, US, ca_file=""))
    with pytest.raises(Unavailable, match="certificate"):
        us.read("")
    with pytest.raises(Unavailable, match="certificate"):
        us.reply(OutgoingMessage("k5", "t", "Bonjour", recipient=ANAIS))


def test_a_server_that_does_not_speak_tls_yet_is_no_success(servers: Servers) -> None:
    with pytest.raises((Unavailable, Rejected)):
        Connector(account(servers, US, imap_port=str(servers.imap))).read("")


def test_a_folder_made_anew_is_read_again_from_the_same_day(servers: Servers) -> None:
    us = Connector(account(servers, US, folder="Support", since_days="3"))
    with _client(servers) as client:
        client.create_folder("Support")
        client.append("Support", b"Message-ID: <1@x.example>\r\nFrom: a@x.example\r\n\r\nUn")
        first = us.read("")
        client.delete_folder("Support")
        time.sleep(1.1)  # Dovecot numbers a new folder by the second
        client.create_folder("Support")
        for number in (1, 2):
            client.append("Support", b"Message-ID: <%d@x.example>\r\nFrom: a@x.example\r\n\r\nUn" % number)
    second = us.read(first.cursor)
    assert [payload.key for payload in first.payloads] == ["1@x.example"]
    assert [payload.key for payload in second.payloads] == ["1@x.example", "2@x.example"]
    assert us.read(second.cursor).payloads == ()


def test_a_folder_of_old_mail_alone_is_not_read(servers: Servers) -> None:
    us = Connector(account(servers, US, folder="Archives", since_days="7"))
    with _client(servers) as client:
        client.create_folder("Archives")
        for number, days in enumerate((400, 40)):
            raw = b"Message-ID: <old%d@x.example>\r\nFrom: a@x.example\r\n\r\nUn" % number
            client.append("Archives", raw, msg_time=datetime.now(UTC) - timedelta(days=days))
        first = us.read("")
        second = us.read(first.cursor)
        client.append("Archives", b"Message-ID: <new@x.example>\r\nFrom: a@x.example\r\n\r\nUn")
    assert (first.payloads, second.payloads) == ((), ())
    assert [payload.key for payload in us.read(second.cursor).payloads] == ["new@x.example"]


def _client(servers: Servers) -> IMAPClient:
    client = IMAPClient("127.0.0.1", servers.imap, ssl=False)
    client.login(US, PASSWORD)
    return client
