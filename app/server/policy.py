"""What a browser may do with a page of the app: the content security policy and its like.

Whichever text of a file is on a page, the browser loads scripts, pictures and fonts
from this server alone and sends nothing elsewhere.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_security_policy(page: str) -> str:
    """Return the policy for Streamlit's page.

    Args:
        page: its HTML; inline scripts are allowed by their hashes.
    """
    hashes = " ".join(f"'sha256-{_sha256(text)}'" for text in _INLINE_SCRIPT.findall(page))
    directives = {
        "default-src": "'self'",
        # Streamlit imports the modules of components from objects that the page made (blob:).
        "script-src": f"'self' blob: {hashes}".strip(),
        # Streamlit and Plotly write styles into the page; a style fetches nothing but img and font.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "connect-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "frame-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


@cache
def security_headers() -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that every answer of the server carries."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    headers = {
        "content-security-policy": content_security_policy(page.read_text(encoding="utf-8")),
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


class SecurityHeaders:
    """Middleware that adds the headers to every answer.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def with_headers(message: Message) -> None:
            """Send a message, the first of an answer with the headers in place of others."""
            if message["type"] == "http.response.start":
                ours = {name for name, _ in security_headers()}
                others = [
                    pair for pair in message.get("headers", []) if pair[0].lower() not in ours
                ]
                message = {**message, "headers": [*others, *security_headers()]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
