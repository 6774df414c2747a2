"""Sending by SMTP: what each answer means, above all when it is lost."""

import base64
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

from binome.connectors.email.place import SECONDS, Place, look_before, refuse_cleartext
from binome.sdk.errors import (
    AccessRevoked,
    ConnectorError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)

TIRED = re.compile(rb"(?i)4\.7\.\d|4\.2\.1|\brate\b|too many|too fast|quota|limit|gr[ea]y-?list|try again later")
SIGN_IN_REFUSED = {530, 534, 535, 538}


def submit(place: Place, recipient: str, raw: bytes) -> None:
    """Hand the message over, once; return only when the server has said that it took it."""
    with _signed_in(place) as server:
        _expect(server.mail(place.address), place)
        _expect(server.rcpt(parseaddr(recipient)[1]), place)
        _expect(server.docmd("DATA"), place, success=3)
        _expect(_hand_over(server, raw), place, handed_over=True)


def try_access(place: Place) -> None:
    """Sign in and leave."""
    with _signed_in(place) as server:
        _expect(server.noop(), place)


def _hand_over(server: smtplib.SMTP, raw: bytes) -> tuple[int, bytes]:
    """From the first byte of the message on, silence means that it may have been taken."""
    body = re.sub(rb"(?m)^\.", b"..", raw)
    try:
        server.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        return server.getreply()
    except (smtplib.SMTPException, OSError):
        raise OutcomeUnknown("the connection was lost while the mail was handed over") from None


def _expect(answer: tuple[int, bytes], place: Place, *, success: int = 2, handed_over: bool = False) -> None:
    """Return if the first digit of the answer is *success*; raise what it means otherwise."""
    code, said = answer
    if code // 100 == success:
        return
    reason = f"{code} {_readable(said, place)}"
    if code in SIGN_IN_REFUSED and not handed_over:
        raise AccessRevoked(reason)
    if code // 100 == 5:
        raise Rejected(reason)
    if code // 100 == 4:
        raise RateLimited(reason, after=300) if TIRED.search(said) else Unavailable(reason)
    raise OutcomeUnknown("unreadable answer") if handed_over else Unavailable("unreadable answer")


def _readable(said: bytes, place: Place) -> str:
    text = " ".join(said.decode("utf-8", "replace").split())
    return (text.replace(place.password, "•••") if place.password else text)[:200]


@contextmanager
def _signed_in(place: Place) -> Iterator[smtplib.SMTP]:
    """A connection, its failures told in the sdk's words; none of them can have sent anything."""
    refuse_cleartext(place.smtp)
    server: smtplib.SMTP | None = None
    try:
        look_before(place.smtp)
        server = _connect(place, place.context(place.smtp))
        _sign_in(server, place)
        yield server
    except ConnectorError:
        raise
    except smtplib.SMTPAuthenticationError as error:
        tired = error.smtp_code // 100 == 4
        raise (Unavailable if tired else AccessRevoked)(f"{error.smtp_code}: signing in was refused") from None
    except smtplib.SMTPNotSupportedError:
        raise Rejected(f"{place.smtp.host} does not offer what is asked: encryption, or signing in") from None
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(f"{place.smtp.host}: certificate refused ({error.verify_message})") from None
    except smtplib.SMTPResponseException as error:
        tired = bool(TIRED.search(_bytes(error.smtp_error)))
        raise (RateLimited(after=300) if tired else Unavailable(f"{error.smtp_code}")) from None
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise Unavailable(f"{place.smtp.host}: {type(error).__name__}") from None
    finally:
        if server is not None:
            _leave(server)


def _connect(place: Place, context: ssl.SSLContext | None) -> smtplib.SMTP:
    host, port, domain = place.smtp.host, place.smtp.port, _greeting(place)
    if place.smtp.security == "tls":
        return smtplib.SMTP_SSL(host, port, local_hostname=domain, timeout=SECONDS, context=context)
    server = smtplib.SMTP(host, port, local_hostname=domain, timeout=SECONDS)
    try:
        if place.smtp.security == "starttls":
            server.starttls(context=context)
    except (smtplib.SMTPException, OSError):
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, place: Place) -> None:
    """The library's way carries ASCII alone; what has accents goes by AUTH PLAIN, in UTF-8."""
    if (place.username + place.password).isascii():
        server.login(place.username, place.password)
        return
    server.ehlo_or_helo_if_needed()
    proof = base64.b64encode(f"\0{place.username}\0{place.password}".encode()).decode()
    code, said = server.docmd("AUTH", f"PLAIN {proof}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _greeting(place: Place) -> str:
    """What we call ourselves: the domain of the address, never this machine's name."""
    domain = place.address.rpartition("@")[2]
    return domain if domain.isascii() and domain else "localhost"


def _leave(server: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        server.docmd("QUIT")
    server.close()


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")
