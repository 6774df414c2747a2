"""Any program: signed requests in, signed requests out (Standard Webhooks)."""

import hashlib

from pydantic import BaseModel

from binome.connectors.webhook import payloads
from binome.sdk.errors import OutcomeUnknown, Rejected
from binome.sdk.http import Answer, Http
from binome.sdk.manifest import host_of
from binome.sdk.network import safe_addresses
from binome.sdk.signing import sign, verify
from binome.sdk.types import Account, Incoming, Moderation, OutgoingMessage, Payload, Sent, WebhookRequest


class Connector:
    """One program of the operator's."""

    def __init__(self, account: Account) -> None:
        self._secret, self._url = account.secret("signing_secret"), account.text("reply_url")
        self._private = account.flag("private_networks")
        self._http = Http([host_of(self._url)], secrets=[self._secret], private_networks=self._private)

    def accept(self, request: WebhookRequest) -> list[Payload]:
        """One event; sent again, it has the same key."""
        event_id = verify(self._secret, request.headers, request.body)
        return [Payload(request.body, _key(event_id))]

    def parse(self, payload: Payload) -> list[Incoming]:
        """One message, edit or deletion."""
        return [payloads.read(payload.body).to_incoming()]

    def reply(self, message: OutgoingMessage) -> Sent:
        """Post it once, signed, with its key for the program to know a repeat by."""
        return _sent(self._post(payloads.Reply.of(message), message.key), message)

    def moderate(self, wanted: Moderation) -> None:
        """Post what is wanted, signed; whatever the program says with a 2xx is a yes."""
        self._post(payloads.Moderated.of(wanted), wanted.key)

    def check(self) -> None:
        """The secret signs, the address is one that may be spoken to; nothing is sent."""
        sign(self._secret, message_id="check", body=b"")
        host = host_of(self._url)
        if not host or not self._url.startswith("https://" if not self._private else ("https://", "http://")):
            raise Rejected("the address for replies must begin with https://")
        safe_addresses(host, 443, private_networks=self._private)

    def _post(self, what: BaseModel, key: str) -> Answer:
        body = what.model_dump_json().encode()
        signed = sign(self._secret, message_id=key, body=body)
        headers = {"content-type": "application/json", "idempotency-key": key, **signed}
        return self._http.post(self._url, body, headers=headers)


def _sent(answer: Answer, message: OutgoingMessage) -> Sent:
    """What the program calls it, if it says; a program may as well answer nothing."""
    if not (answer.is_json and answer.body):
        return Sent(message.key)
    said = answer.json()
    if not isinstance(said, dict):
        raise OutcomeUnknown("unreadable answer")
    return Sent(str(said.get("id") or message.key)[:200], url=str(said.get("url") or "")[:2_000])


def _key(event_id: str) -> str:
    """The event's own identifier, shortened if it is longer than the ledger keeps."""
    if len(event_id) <= 200:
        return event_id
    return hashlib.sha256(event_id.encode("utf-8", "replace")).hexdigest()
