"""A gallery and a checkpoint whose free texts hold marks of Markdown and HTML, and what shows them.

The texts are harmless: the addresses are of a reserved domain that nobody can own.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from google.protobuf.message import Message

from ptacl.types import Impression, ModelInfo, Statement
from tests.app.fake_gallery import Example, FakeGallery

FOREIGN = (
    "![x](http://pictures.invalid/p.png) [y](http://pictures.invalid/q) "
    "<img src='http://pictures.invalid/r.png'><b>z</b> www.pictures.invalid a@pictures.invalid "
)
LIVE = re.compile(r"!\[x\]\(|\[y\]\(|https?://pictures|(?<!\\)<(?:img|b)\b|www\.pict|a@pict")
"""Marks of the text that are still marks."""
TAG = re.compile(r"<img src='http|<b>z|<a\b[^>]*pictures")
PLAIN = {
    "options", "value", "default", "data", "code_text", "id", "form_id", "data_frame", "alt",
    "raw_value", "raw_values", "set_value", "url", "query_string", "element_id", "columns",
    "json", "name",
}  # fmt: skip
"""Fields that a browser shows as text, whatever they hold."""
MARKED = {("radio", "options"), ("button_group", "options")}
"""Those that hold Markdown all the same."""
NAMED = {"title", "store", "table", "name", "figure_title", "model", "unit"}


def foreign_gallery(checkpoint: Path) -> FakeGallery:
    """A gallery all of whose names are foreign, on a checkpoint."""
    gallery = FakeGallery(prefix=FOREIGN)
    gallery.name = gallery.store_name = gallery.checkpoint_name = FOREIGN
    gallery.examples = tuple(
        Example(f"key-{number}", f"{FOREIGN}{number}", subject)
        for number, subject in enumerate(gallery.table.index[:4])
    )
    gallery.model_info = ModelInfo(FOREIGN, FOREIGN, synthetic=True, measures=True)
    gallery.table[f"truth_{FOREIGN}"] = gallery.table["truth_lbbb"]
    gallery.checkpoint_path = checkpoint
    gallery.manifest = SimpleNamespace(
        recipe=gallery.manifest.recipe, weights_fingerprint=FOREIGN, ptacl_version=FOREIGN
    )
    return gallery


def foreign_checkpoint(shipped: Path, folder: Path) -> Path:
    """A copy of a checkpoint without its weights, with foreign names in card and reports."""
    folder.mkdir()
    card = (shipped / "README.md").read_text(encoding="utf-8")
    (folder / "README.md").write_text(
        f"# {FOREIGN}\n\n{FOREIGN}\n\n{card}\n## Limits\n\n{FOREIGN}\n"
    )
    metrics = json.loads((shipped / "metrics.json").read_text(encoding="utf-8"))
    (folder / "metrics.json").write_text(json.dumps(_renamed(metrics)))
    config = json.loads((shipped / "config.json").read_text(encoding="utf-8"))
    config["name"] = config["data"]["store"] = FOREIGN
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def foreign_impression() -> Impression:
    """Statements of neighbours, whose labels come from a cohort."""
    return Impression((Statement("x", FOREIGN, FOREIGN, "neighbours", "possible"),))


def _renamed(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _renamed(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part) for part in value]
    return f"{FOREIGN}{value}" if key in NAMED and isinstance(value, str) else value


def live_texts(root: Any) -> Iterator[str]:
    """Yield each text of a drawn page whose marks are not escaped, with where it stands."""
    for place, text in _texts(root):
        kind = place.split(".")[0]
        pattern = TAG if kind in {"html", "plotly_chart"} else LIVE
        if found := pattern.search(text):
            begin = max(0, found.start() - 40)
            yield f"{place}: …{text[begin : found.end() + 40]}"


def _texts(block: Any) -> Iterator[tuple[str, str]]:
    for child in block.children.values():
        if (proto := getattr(child, "proto", None)) is not None:
            yield from _fields(proto, child.type)
        if hasattr(child, "children"):
            yield from _texts(child)


def _fields(message: Message, place: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if field.name in PLAIN and (place, field.name) not in MARKED:
            continue
        parts = value if field.is_repeated else [value]
        for part in parts.values() if isinstance(parts, dict) else parts:
            if isinstance(part, Message):
                yield from _fields(part, f"{place}.{field.name}")
            elif isinstance(part, str):
                yield f"{place}.{field.name}", part
