"""The door through which a web server calls Binôme."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.core.asgi import get_asgi_application

from binome.config.environment import environment

Scope = MutableMapping[str, Any]
Application = Callable[[Any, Any, Any], Awaitable[None]]


def behind_proxies(application: Application, count: int) -> Application:
    """The visitor's address as the outermost of our *count* proxies saw it; what visitors claim before it is ignored."""

    async def door(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and (seen := _forwarded(scope)[-count:]):
            scope["client"] = (seen[0], 0)
        await application(scope, receive, send)

    return door if count else application


def _forwarded(scope: Scope) -> list[str]:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return [address.strip() for address in ",".join(lines).split(",") if address.strip()]


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "binome.config.settings")
application = behind_proxies(get_asgi_application(), environment().proxies)
