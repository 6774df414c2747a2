"""A mailbox: read by IMAP, answered by SMTP."""

import logging

from binome.connectors.email import payloads
from binome.connectors.email.composing import compose, message_id
from binome.connectors.email.mailbox import Mailbox
from binome.connectors.email.place import Place
from binome.connectors.email.submission import submit, try_access
from binome.sdk.errors import ConnectorError, Malformed, OutcomeUnknown
from binome.sdk.types import Account, Batch, Incoming, OutgoingMessage, Payload, Sent

log = logging.getLogger(__name__)


class Connector:
    """One mailbox."""

    def __init__(self, account: Account) -> None:
        self._place = Place.of(account)
        self._mailbox = Mailbox(self._place)

    def read(self, cursor: str) -> Batch:
        """The next page of the folder, as raw messages."""
        found = self._mailbox.page(cursor)
        payloads_ = [Payload(raw, payloads.key(raw), "message/rfc822") for raw in found.messages]
        return Batch(tuple(payloads_), found.cursor)

    def parse(self, payload: Payload) -> list[Incoming]:
        """One mail, one message; only parts, or comments, nested beyond all use are `Malformed`."""
        try:
            return [payloads.Mail.read(payload.body).to_incoming(self._place.address)]
        except RecursionError:
            raise Malformed("nested without end") from None

    def reply(self, message: OutgoingMessage) -> Sent:
        """Send once, then put a copy with the mail sent; a copy that fails undoes nothing."""
        raw = compose(message, self._place)
        submit(self._place, message.recipient, raw)
        sent_id = message_id(message.key, self._place.address)
        try:
            self._mailbox.keep(raw, sent_id)
        except ConnectorError as error:
            log.warning("a mail left, but no copy of it could be kept: %s", type(error).__name__)
        return Sent(sent_id)

    def find(self, message: OutgoingMessage) -> Sent | None:
        """Proof that it left: our copy of it, or an answer to it. SMTP gives no proof that it did not."""
        sent_id = message_id(message.key, self._place.address)
        if self._mailbox.knows(sent_id):
            return Sent(sent_id)
        raise OutcomeUnknown("no trace of this mail, but a mail leaves traces only if the server keeps copies")

    def check(self) -> None:
        """Sign in at both servers; nothing is read or sent."""
        self._mailbox.try_access()
        try_access(self._place)
