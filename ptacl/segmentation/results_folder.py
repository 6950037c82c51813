"""Folder of the results of one study, as ``ptacl segment`` and ``ptacl motion`` write it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ptacl.errors import PtaclError


def check_results_folder(folder: Path, is_result: Callable[[str], bool]) -> None:
    """Check that results can be written into a folder.

    Args:
        folder: absent, empty, or with earlier results, which are replaced.
        is_result: whether a file of this name is such a result.

    Raises:
        PtaclError: it is a file, or holds other files.
    """
    if folder.is_dir():
        if not all(is_result(path.name) for path in folder.iterdir()):
            raise PtaclError(
                f"{folder} holds other files. Give another folder.", code="output.exists"
            )
    elif folder.exists():
        raise PtaclError(f"{folder} is a file. Give a folder.", code="output.exists")


def write_record(record: dict[str, Any], path: Path) -> None:
    """Write a record as indented JSON.

    Args:
        record: plain JSON values, all finite.
        path: the file.
    """
    text = json.dumps(record, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
