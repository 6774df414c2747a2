"""Mail that a machine wrote, and that no machine may answer (RFC 3834): absences, bounces, lists, notices."""

import re
import unicodedata
from collections.abc import Callable

from binome.connectors.email.charsets import decode_header

Header = Callable[[str], str]
"""From a header's name to its value, "" when it is absent."""

TELLING = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply", "x-vacation",
    "x-loop", "x-auto-response-suppress", "x-fc-machinegenerated", "x-failed-recipients",
    "list-id", "list-unsubscribe", "list-post", "mailing-list", "feedback-id",
)  # fmt: skip
PRECEDENCE = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
MACHINES = re.compile(
    r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|ne[-_.]?pas[-_.]?repondre|nepasrepondre|sans[-_.]?reponse"
    r"|mailer-daemon|postmaster|bounces?|auto-?(?:reply|mailer|responder))(?:[-_.+].*)?"
)
SUBJECTS = re.compile(
    r"(?:\[?auto(?:matic(?:ally)?)?[ -]?(?:reply|response|generated)?\]? ?:|automatic reply|auto ?reply|autoreply"
    r"|out of (?:the )?office|away from (?:the )?office|on (?:vacation|leave)\b|vacation (?:reply|response)"
    r"|absen(?:ce|te?s?) du bureau|reponse (?:automatique|d'absence)"
    r"|(?:message|avis|notification) d'absence"
    r"|(?:je suis )?(?:actuellement )?(?:absente?|en conges?)\b.{0,40}(?:jusqu|du |bureau)"
    r"|delivery status notification|undeliver|mail delivery (?:failed|failure|subsystem|system)|returned mail"
    r"|failure notice|delivery (?:failure|has failed)|echec de (?:la )?(?:remise|distribution|livraison)|non remis"
    r"|message non (?:distribue|delivre)|avis de non[- ]remise|courrier non distribue"
    r"|accuse de (?:lecture|reception)|read: |lu ?: )"
)


def is_automatic(header: Header, content_type: str, address: str) -> bool:
    """Whether any sign says that no person wrote this to us alone."""
    local = address.partition("@")[0].lower()
    submitted = header("auto-submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or header("precedence").strip().lower() in PRECEDENCE
        or header("return-path").strip() == "<>"
        or content_type in ("multipart/report", "message/delivery-status", "message/disposition-notification")
        or any(header(name) for name in TELLING)
        or MACHINES.fullmatch(local) is not None
        or SUBJECTS.match(_plain(decode_header(header("subject")))) is not None
    )


def _plain(text: str) -> str:
    """Lower case, without accents or unusual spaces and apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())
