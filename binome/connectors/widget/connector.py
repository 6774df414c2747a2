"""The chat on a web site: what our own page passes on, from the sites that the operator allows."""

from urllib.parse import urlsplit

from binome.connectors.widget import payloads
from binome.sdk.errors import Forged, Rejected
from binome.sdk.types import Account, Incoming, OutgoingMessage, Payload, Sent, WebhookRequest


class Connector:
    """One widget, on the pages of one organisation."""

    def __init__(self, account: Account) -> None:
        sites = account.text("origins").replace(",", " ").split()
        self._origins = [_origin(site) for site in sites]

    def accept(self, request: WebhookRequest) -> list[Payload]:
        """One message, if the page that sent it is ours or of an allowed site (browsers always say which).

        Anybody may write here: what is no part of a message is not kept.
        """
        page = _origin(request.headers.get("origin", ""))
        own = request.headers.get("host", "").lower()
        if not page or (page not in self._origins and page.partition("//")[2] != own):
            raise Forged("not a site that this widget may be shown on")
        chat = payloads.read(request.body)
        return [Payload(chat.model_dump_json().encode(), chat.key)]

    def parse(self, payload: Payload) -> list[Incoming]:
        """One message."""
        return [payloads.read(payload.body).to_incoming()]

    def reply(self, message: OutgoingMessage) -> Sent:
        """Nothing to carry: the visitor's page shows what is stored."""
        return Sent(message.key)

    def check(self) -> None:
        """`Rejected` if a site allowed is not written as browsers name it."""
        if not all(self._origins):
            raise Rejected("a site must be written https://www.example.org")


def _origin(address: str) -> str:
    """Scheme, host and port as browsers write them, or "" for anything else."""
    try:
        parts = urlsplit(address.strip().lower())
        usual = {"http": ":80", "https": ":443"}.get(parts.scheme)
    except ValueError:
        return ""
    if not usual or not parts.hostname or "@" in parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"
