"""The web server's processes: several, for Python computes in one thread of each; the system shares visitors among them."""

import gc
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

import uvicorn

from binome.console.ports import host_and_port

USUAL = min(2, os.cpu_count() or 1)
"""How many serve pages where nobody says: one for each core, two at most."""


def processes(bind: str, number: int) -> Mapping[str, Callable[[], None]]:
    """The server's processes by their names, to be run side by side."""
    return {f"web {rank}" if rank > 1 else "web": partial(serve, bind) for rank in range(1, number + 1)}


def serve(bind: str) -> None:
    """Serve pages until told to stop; open event streams are given two seconds to end."""
    config = uvicorn.Config(
        "binome.config.asgi:application", lifespan="off", proxy_headers=False, server_header=False, log_config=None,
        access_log=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    gc.freeze()  # what is loaded lives as long as the process: the collector need not look at it again and again
    with suppress(KeyboardInterrupt), _listening(*host_and_port(bind)) as here:
        uvicorn.Server(config).run(sockets=[here])


def _listening(host: str, port: int) -> socket.socket:
    """A socket of this process's own on an address that others of ours listen on too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    here = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named: only then does asyncio send at once
    here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    here.bind((host, port))
    return here
