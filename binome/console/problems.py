"""What can go wrong before the eyes of the person at the terminal: one sentence, and what to do about it."""

import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING

from binome.console.words import _

if TYPE_CHECKING:
    from pydantic import ValidationError


class Problem(Exception):
    """Something that the person can put right. *what* happened, then the *remedy*, both ready to be read."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what, self.remedy = what, remedy


def problem_in(error: BaseException) -> Problem | None:
    """The problem that this error is a sign of; None when it is a defect of Binôme."""
    found = (_known(one) for one in _with_causes(error))
    return next(filter(None, found), None)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _known(error: BaseException) -> Problem | None:
    """Recognised by name: loading the libraries that define them would slow every command down."""
    if isinstance(error, Problem):
        return error
    match type(error).__name__, error:
        case "DiskFull", _any:
            return disk_full()
        case (("OperationalError" | "PoolTimeout"), _any):
            return no_database(str(error))
        case "WrongKey", _any:
            return wrong_key()
        case "ValidationError", _any if getattr(error, "title", "") == "Environment":
            return _wrong_variable(error)  # type: ignore[arg-type]
        case _name, OSError():
            return _trouble_with_file(error)
    return None


def disk_full() -> Problem:
    return Problem(_("The disk is full."), _("Free some space, then start again."))


def no_database(said: str) -> Problem:
    if "No space left on device" in said:
        return disk_full()
    reason = said.strip().splitlines()[0] if said.strip() else "?"
    return Problem(
        _("The database does not answer: {reason}").format(reason=reason),
        _("Check that PostgreSQL runs and that DATABASE_URL is right; `binome doctor` says more."),
    )


def wrong_key() -> Problem:
    return Problem(
        _("The channels’ credentials were sealed with another secret key."),
        _(
            "Put back the secret key of this installation (BINOME_SECRET_KEY or HOME/secret-key). "
            "If it is lost: binome doctor --forget-lost-key"
        ),
    )


def _wrong_variable(error: "ValidationError") -> Problem:
    first = error.errors()[0]
    name = str(first["loc"][0])
    name = name if name.isupper() else f"BINOME_{name.upper()}"
    reason = first["msg"].removeprefix("Value error, ")
    return Problem(
        _("The variable {name} is wrong: {reason}.").format(name=name, reason=_(reason)),
        _("Put it right in the environment or in the file .env, then start again."),
    )


def _trouble_with_file(error: OSError) -> Problem | None:
    if error.errno == errno.ENOSPC:
        return disk_full()
    sentences = {
        errno.EACCES: _("The file {file} may not be read or written by this account."),
        errno.EPERM: _("The file {file} may not be read or written by this account."),
        errno.EROFS: _("The file {file} is on a disk that cannot be written."),
        errno.ENOENT: _("There is no file {file}."),
        errno.ENOTDIR: _("{file} is a file, not a folder."),
        errno.EEXIST: _("{file} is a file, not a folder."),
        errno.EISDIR: _("{file} is a folder, not a file."),
    }
    if error.filename is None or error.errno not in sentences:
        return None
    return Problem(sentences[error.errno].format(file=error.filename), _("Check its path and who owns it."))
