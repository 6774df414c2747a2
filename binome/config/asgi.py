"""The door through which a web server calls Binôme."""

import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from django.core.asgi import get_asgi_application

from binome.config.environment import environment

MEGABYTE = 2**20
LARGEST = {
    "/in/": 6 * MEGABYTE,
    "/widget/": MEGABYTE,
    "/account/": MEGABYTE,
    "/api/": 12 * MEGABYTE,
    "/": 64 * MEGABYTE,
}
"""Bytes of a request's body, by the beginning of its address; files of entries may take 60 MB."""

Scope = MutableMapping[str, Any]
Application = Callable[[Any, Any, Any], Awaitable[None]]


def behind_proxies(application: Application, count: int) -> Application:
    """The visitor's address as the outermost of our *count* proxies saw it; what visitors claim before it is ignored."""

    async def door(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and (seen := _forwarded(scope)[-count:]):
            scope["client"] = (seen[0], 0)
        await application(scope, receive, send)

    return door if count else application


def no_larger(application: Application, limits: Mapping[str, int]) -> Application:
    """A request whose body is larger than its address may take is answered 413, and read no further.

    Django keeps a body whole, on disk, before anything looks at it: without this, anybody could fill the disk.
    """

    async def door(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        left = next(limit for start, limit in limits.items() if scope["path"].startswith(start))
        refused = False

        async def counted() -> Any:
            nonlocal left, refused
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0 and not refused:
                refused = True
                await _answer(send, 413, b"too large")
            return {"type": "http.disconnect"} if refused else message

        async def unless_refused(message: Any) -> None:
            if not refused:
                await send(message)

        await application(scope, counted, unless_refused)

    return door


async def _answer(send: Any, status: int, text: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _forwarded(scope: Scope) -> list[str]:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [address.strip() for address in ",".join(lines).split(",") if address.strip()]


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "binome.config.settings")
application = behind_proxies(no_larger(get_asgi_application(), LARGEST), environment().proxies)
