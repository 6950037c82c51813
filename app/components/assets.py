"""HTML, CSS and JavaScript that a component sends to the browser once.

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
    "shared/windowing.js",
)
PLAYER_STYLES = ("shared/base.css", "shared/transport.css")


def read_asset(name: str) -> str:
    """Return the text of one file under ``browser/``."""
    return (BROWSER / name).read_text(encoding="utf-8")


def join_assets(names: Sequence[str]) -> str:
    """Return several files as one text, each after a comment with its name."""
    return "\n".join(f"/* {name} */\n{read_asset(name)}" for name in names)


def read_player_page(name: str) -> str:
    """Return a player's HTML with the parts that all players share: transport, window, level."""
    page = read_asset(name)
    for part in ("transport", "windowing"):
        page = page.replace(f"<!-- {part} -->", read_asset(f"shared/{part}.html"))
    return page
