"""The token that keeps strangers of the network from taking a new installation: only who reads the console has it."""

import os
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe

from django.conf import settings

from binome.accounts.selectors import anybody


class WrongToken(PermissionError):
    """This link is not the one that Binôme printed when it started."""


class AlreadySetUp(PermissionError):
    """This installation already has an owner: sign in, or ask for an invitation."""


def token() -> str | None:
    """The token to print with the first address, made once; None when somebody can sign in already."""
    if anybody():
        return None
    if not _path().exists():
        _write(token_urlsafe(18))
    return _path().read_text().strip()


def check(given: str) -> None:
    """`AlreadySetUp` or `WrongToken` unless the first run is open to who holds *given*."""
    if anybody():
        raise AlreadySetUp(AlreadySetUp.__doc__)
    expected = token() or ""
    if not compare_digest(given.encode(), expected.encode()):
        raise WrongToken(WrongToken.__doc__)


def close() -> None:
    """Throw the token away."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.HOME) / "first-run-token"


def _write(content: str) -> None:
    """Readable by the owner of the process alone, from the first byte; whoever came first wins."""
    _path().parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(content)
