"""Host names that the server answers to: a page of another name must not reach it.

A foreign page with a name that is made to resolve to this computer (DNS rebinding) would otherwise
read the app as its own. Such a page always has a *name*: addresses of numbers are harmless.
"""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

ANY = "*"
REFUSAL = (
    "This server does not answer to this host name. Its administrator can allow the name: "
    "ptacl app --allowed-hosts NAME, or server.allowedHosts in .streamlit/config.toml.\n"
)


def allowed_hosts() -> tuple[str, ...]:
    """Return the names of ``server.allowedHosts``; without any those of this computer."""
    chosen = tuple(
        name.strip().lower().rstrip(".") for name in config.get_option("server.allowedHosts")
    )
    if chosen:
        return chosen
    known = (
        "localhost",
        "*.localhost",
        socket.gethostname(),
        config.get_option("browser.serverAddress"),
    )
    return tuple(dict.fromkeys(name.lower() for name in known if name))


def is_allowed(host: str, allowed: Sequence[str]) -> bool:
    """Return whether a request's host is an address or one of the allowed names.

    Args:
        host: the header, with or without a port.
        allowed: lower-case names; ``*.clinic.org`` is every name below ``clinic.org``, ``*`` any.

    Example:
        >>> is_allowed("127.0.0.1:8501", ()), is_allowed("a.clinic.org", ("*.clinic.org",))
        (True, True)
        >>> is_allowed("elsewhere.test:8501", ("localhost",))
        False
    """
    try:
        parts = urlsplit(f"//{host}")
        name = (parts.hostname or "").rstrip(".")
        unlike_a_host = parts.username or parts.path or parts.query or parts.fragment or not name
        unlike_a_host = unlike_a_host or parts.port == 0
    except ValueError:
        return False
    if unlike_a_host:
        return False
    return (
        ANY in allowed or _is_address(name) or any(_matches(name, pattern) for pattern in allowed)
    )


class HostNames:
    """Middleware that refuses requests, also of websockets, with another host name.

    Args:
        app: what answers the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._allowed = allowed_hosts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket") or is_allowed(_host_of(scope), self._allowed):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 421, "headers": headers})
            await send({"type": "http.response.body", "body": REFUSAL.encode()})


def _host_of(scope: Scope) -> str:
    return next(
        (value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), ""
    )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _matches(name: str, allowed: str) -> bool:
    return name.endswith(allowed[1:]) if allowed.startswith("*.") else name == allowed
