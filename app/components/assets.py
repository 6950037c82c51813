"""HTML, CSS and JavaScript that a component sends to the browser once.

There is no build step. A component's script is an ES module under ``browser/``; Streamlit takes one
text, so the modules that it imports are put before it and share its scope.
"""

import re
from collections.abc import Sequence
from pathlib import Path

BROWSER = Path(__file__).parent / "browser"
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.M)
_EXPORT = re.compile(r"^export (?!default)", re.M)
PLAYER_STYLES = ("shared/base.css", "shared/transport.css", "shared/contours.css")


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


def link_modules(entry: str) -> str:
    """Return a module and all that it imports as one text, each after what it needs.

    Their names must differ, for they share one scope: a test runs Node.js's parser over the result.

    Args:
        entry: the module with the ``export default``, under ``browser/``.

    Raises:
        ValueError: two modules import each other.
    """
    texts: dict[str, str] = {}
    _link(Path(entry), texts, ())
    return "\n".join(f"/* {name} */\n{text}" for name, text in texts.items())


def _link(module: Path, texts: dict[str, str], importers: tuple[Path, ...]) -> None:
    """Add a module to the texts, after the modules that it imports."""
    if str(module) in texts:
        return
    if module in importers:
        raise ValueError(f"{module} imports itself by way of {importers[-1]}")
    source = read_asset(str(module))
    for imported in _IMPORT.findall(source):
        path = (BROWSER / module.parent / imported).resolve().relative_to(BROWSER.resolve())
        _link(path, texts, (*importers, module))
    text = _IMPORT.sub("", source)
    texts[str(module)] = text if not importers else _EXPORT.sub("", text)
