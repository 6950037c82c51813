"""Requests to middleware without a server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Answer = list[dict[str, Any]]


async def answer_ok(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer every request with 200, and accept every websocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(b"X-Frame-Options", b"ALLOWALL"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


def ask(app: Any, kind: str = "http", host: str = "localhost:8501", path: str = "/") -> Answer:
    """Send one request and return the messages of the answer."""
    sent: Answer = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    headers = [(b"host", host.encode("latin-1"))]
    scope = {"type": kind, "headers": headers, "path": path, "method": "GET"}
    # In a thread of its own: a browser of another test may have a loop running in this one.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, app(scope, receive, send)).result()
    return sent
