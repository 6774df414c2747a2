"""Secrets at rest, and keys for what must not be forged: all derived from the installation's own key."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKey(ValueError):
    """These credentials were sealed with another secret key."""


def seal(secrets: Mapping[str, Any], *, key: str) -> str:
    """The secrets as one opaque, authenticated text (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _box(key).encrypt(json.dumps(dict(secrets)).encode()).decode()


def unseal(sealed: str, *, key: str) -> dict[str, Any]:
    """What was sealed; `WrongKey` when the key is not the one used."""
    if not sealed:
        return {}
    try:
        opened: dict[str, Any] = json.loads(_box(key).decrypt(sealed.encode()))
    except InvalidToken as error:
        raise WrongKey(WrongKey.__doc__) from error
    return opened


def derived(key: str, purpose: str) -> bytes:
    """32 bytes for this purpose alone: knowing them tells nothing of the key nor of other purposes' (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"binome", info=purpose.encode()).derive(key.encode())


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(key, "credentials")))
