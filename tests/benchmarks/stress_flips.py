"""One flipped byte in every file of a store, a model and its gallery."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from ptacl.checkpoint.shipped import shipped_checkpoints
from ptacl.errors import PtaclError
from ptacl.workflow.verify import verify_folder

HARMLESS = ("README.md", "progress.json")
"""No command reads numbers from them."""


def flips(base: Path) -> Iterator[tuple[str, ...]]:
    """Flip a byte at a random place of each file, and verify the folder."""
    shipped = [shipped_checkpoints() / name for name in ("demo", "segmenter", "restorer")]
    for folder in (base / "few", base / "model", *shipped):
        copy = base / "flipped"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        files = [path for path in sorted(copy.rglob("*")) if path.is_file()]
        named = [path for path in files if is_named(copy, path)]
        rest = [path.name for path in files if path not in named]
        silent = [name for name in rest if name not in HARMLESS]
        seen = f"{len(named)} named, {len(rest) - len(silent)} harmless"
        seen += f", SILENT: {', '.join(silent)}" if silent else ""
        yield f"one flipped byte in each file of {folder.name}", str(len(files)), seen


def is_named(folder: Path, path: Path) -> bool:
    """Return whether verification names a file with a flipped byte; it is mended afterwards."""
    content = path.read_bytes()
    rng = random.Random(path.name)
    place = rng.randrange(len(content))
    path.write_bytes(
        content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]
    )
    try:
        found = "; ".join(verify_folder(folder).damage)
    except PtaclError as error:
        found = str(error)
    path.write_bytes(content)
    return path.name in found
