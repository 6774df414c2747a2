"""Signed requests as the Standard Webhooks specification has them: identifier, instant and body under HMAC-SHA256."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from binome.kit.clock import now
from binome.sdk.errors import Forged

PREFIX = "whsec_"
TOLERANCE = 300
"""Seconds by which the sender's clock may differ from ours."""


def sign(secret: str, *, message_id: str, body: bytes) -> dict[str, str]:
    """The three headers that prove where *body* comes from."""
    timestamp = str(int(now().timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + _signature(secret, message_id, timestamp, body),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """The message's identifier, the same when it is sent again; `Forged` without a fresh and right signature.

    *headers* have names in lower case. Several signatures may be given (keys being changed): one right one is enough.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not _fresh(timestamp):
        raise Forged("no identifier, or an instant too far from ours")
    expected = f"v1,{_signature(secret, message_id, timestamp, body)}".encode()
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split()
    if not any(hmac.compare_digest(expected, one) for one in given):
        raise Forged("no right signature")
    return message_id


def _fresh(timestamp: str) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15):
        return False
    return abs(int(timestamp) - now().timestamp()) <= TOLERANCE


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "replace") + body
    return base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    """The bytes that a secret stands for; `Forged` for an empty one, under which anybody could sign."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX) + "==")
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < 16:
        raise Forged("this channel has no signing secret")
    return key
