"""Reads what a component sends to the browser once: its HTML, CSS and JavaScript.

There is no build step. A component's script is its files under ``browser/`` joined in the order
given; they share one module scope, and the last one holds the ``export default``.
"""

from collections.abc import Sequence
from pathlib import Path

BROWSER = Path(__file__).parent / "browser"
SHARED_SCRIPTS = ("shared/unpack.js", "shared/canvas.js", "shared/lifecycle.js")
PLAYER_SCRIPTS = (
    *SHARED_SCRIPTS,
    "shared/clock.js",
    "shared/transport.js",
    "shared/upsample.js",
    "shared/cine_view.js",
)


def read_asset(name: str) -> str:
    """Return the text of one file under ``browser/``."""
    return (BROWSER / name).read_text(encoding="utf-8")


def join_assets(names: Sequence[str]) -> str:
    """Return several files as one text, each announced by its name."""
    return "\n".join(f"/* {name} */\n{read_asset(name)}" for name in names)


def read_player_page(name: str) -> str:
    """Return a player's HTML with the transport bar that all players share."""
    return read_asset(name).replace("<!-- transport -->", read_asset("shared/transport.html"))
