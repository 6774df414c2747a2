"""One request to a model's server, through the guarded http that connectors use; its failures in this package's words."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from binome.llm.errors import Busy, KeyRefused, NoAnswer, NotReached, Refused
from binome.sdk.errors import (
    AccessExpired,
    AccessRevoked,
    Malformed,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from binome.sdk.http import Http

LARGEST = 1_000_000
"""Bytes of an answer."""


def post(
    url: str, body: Mapping[str, Any], headers: Mapping[str, str], *, key: str, private_networks: bool, seconds: float
) -> Mapping[str, Any]:
    """The JSON that the server answers; what it says in an error is told only where it is a public one, without the key."""
    host = urlsplit(url).hostname or ""
    http = Http([host], secrets=[key], private_networks=private_networks, seconds=seconds, max_bytes=LARGEST)
    sent = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    try:
        answer = http.post(url, sent, headers={"content-type": "application/json", **headers}).json()
    except (AccessExpired, AccessRevoked):
        raise KeyRefused(KeyRefused.__doc__) from None
    except RateLimited:
        raise Busy(Busy.__doc__) from None
    except Rejected as error:
        raise Refused(Refused.__doc__ if private_networks else f"{Refused.__doc__} ({error})") from None
    except Unavailable:
        raise NotReached(NotReached.__doc__) from None
    except (OutcomeUnknown, Malformed):
        raise NoAnswer(NoAnswer.__doc__) from None
    if not isinstance(answer, dict):
        raise NoAnswer(NoAnswer.__doc__)
    return answer


def number(value: object) -> int:
    """A count of tokens as a server tells it; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0
