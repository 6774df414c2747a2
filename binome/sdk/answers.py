"""What an HTTP answer means, decided once for all connectors."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from binome.kit.clock import now
from binome.sdk.errors import (
    AccessExpired,
    AccessRevoked,
    ConnectorError,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)

A_DAY = 86_400.0


def raise_for(status: int, headers: Mapping[str, str], *, reason: str = "", write: bool) -> None:
    """Return for a 2xx, raise what any other status means. *headers* have names in lower case."""
    if not 200 <= status < 300:
        raise failure(status, headers, reason=reason, write=write)


def failure(status: int, headers: Mapping[str, str], *, reason: str = "", write: bool) -> ConnectorError:
    """The error that a status other than 2xx stands for.

    On a write, 409 (already there, or being done) and 5xx leave the outcome open. 408 and 425 say that nothing was
    done. 403 on a read shuts us out; on a write it refuses this one thing. Redirects are refused: the address of a
    channel is what the operator entered.
    """
    said = f"{status} {reason}".strip()
    if status == 429:
        return RateLimited(said, after=_wait(headers))
    if status == 401:
        return AccessExpired(said)
    if status == 403 and not write:
        return AccessRevoked(said)
    if status >= 500 or status < 200 or (status == 409 and write):
        return lost(said, write=write)
    return Unavailable(said) if status in (408, 425) else Rejected(said)


def lost(said: str, *, write: bool) -> ConnectorError:
    """No clear answer: on a write it may have been done, on a read nothing was."""
    return OutcomeUnknown(said) if write else Unavailable(said)


def unreadable(*, write: bool) -> ConnectorError:
    """A success whose body cannot be read."""
    return OutcomeUnknown("unreadable answer") if write else Malformed("unreadable answer")


def _wait(headers: Mapping[str, str]) -> float:
    """Seconds to wait, by Retry-After (RFC 9110 §10.2.3: a number or a date); a minute when it does not say."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), A_DAY)
    try:
        instant = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return 60.0
    return max(1.0, min((_zoned(instant) - now()).total_seconds(), A_DAY))


def _zoned(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
