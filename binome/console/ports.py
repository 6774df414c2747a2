"""Addresses on which a server listens."""

import errno
import socket

from binome.console.problems import Problem
from binome.console.words import _


def host_and_port(bind: str) -> tuple[str, int]:
    """`127.0.0.1:8000` in two; `[::1]:8000` too."""
    host, _colon, port = bind.rpartition(":")
    if not port.isdecimal() or not host or int(port) > 65535:
        raise Problem(
            _("“{bind}” is not an address to listen on.").format(bind=bind),
            _("Write BINOME_BIND as host:port, for example 127.0.0.1:8000."),
        )
    return host.strip("[]"), int(port)


def check_free(host: str, port: int) -> None:
    """Nothing else listens there, and this account may."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise _refused(host, port, error) from error


def within(host: str) -> str:
    """The host under which this machine itself reaches a server bound to *host*."""
    inside = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"[{inside}]" if ":" in inside and not inside.startswith("[") else inside


def _refused(host: str, port: int, error: OSError) -> Problem:
    choose = _("Choose another with BINOME_BIND, for example 127.0.0.1:{port}.").format(
        port=port + 1 if port < 65535 else 8000
    )
    if error.errno == errno.EADDRINUSE:
        return Problem(_("Port {port} is taken by another program.").format(port=port), choose)
    if error.errno == errno.EACCES:
        return Problem(_("This account may not listen on port {port}.").format(port=port), choose)
    return Problem(_("Binôme cannot listen on {host}:{port}.").format(host=host, port=port), choose)
