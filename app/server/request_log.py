"""A line in the log for each request, without file names, identifiers or identity.

Streamlit's addresses hold ids of sessions and files, and those of pages what a person chose. The
line has the kind of the request instead: ``http upload 204 12 ms``.
"""

import os
import sys
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

VARIABLE = "PTACL_REQUEST_LOG"
"""Environment variable that switches the log on: ``1``."""
KINDS = {
    "/_stcore/health": "health",
    "/_stcore/stream": "session",
    "/_stcore/upload_file": "upload",
    "/_stcore/metrics": "metrics",
    "/_stcore": "core",
    "/media": "media",
    "/static": "static",
    "/component": "component",
    "/oauth2callback": "login",
    "/auth": "login",
}
"""Part of an address → what it asks for; everything else is a page."""


def kind_of(path: str) -> str:
    """Return what a request asks for, without anything that identifies.

    Args:
        path: of the address, below any base path.

    Example:
        >>> kind_of("/ecg/_stcore/upload_file/3f2a/77"), kind_of("/cohort")
        ('upload', 'page')
    """
    return next((kind for part, kind in KINDS.items() if f"{part}/" in f"{path}/"), "page")


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class RequestLog:
    """Middleware that writes the log if `VARIABLE` is ``1``.

    Args:
        app: what answers.
        write: called with each line.
    """

    def __init__(self, app: ASGIApp, write: Callable[[str], None] = _to_stderr) -> None:
        self._app = app
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and log it at its end."""
        if scope["type"] not in ("http", "websocket") or os.environ.get(VARIABLE) != "1":
            await self._app(scope, receive, send)
            return
        began_s, status = time.monotonic(), [0]

        async def noting_status(message: Message) -> None:
            """Send a message and note the status that it states."""
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            elif message["type"] == "websocket.accept":
                status[0] = 101
            elif message["type"] == "websocket.close" and not status[0]:
                status[0] = 403
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        finally:
            duration_ms = 1000 * (time.monotonic() - began_s)
            kind = kind_of(scope["path"])
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            self._write(f"{at} {scope['type']} {kind} {status[0] or 500} {duration_ms:.0f} ms")
