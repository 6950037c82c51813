"""Reader of the JSON files that describe stores, checkpoints and galleries."""

import json
from pathlib import Path
from typing import Any

from ptacl.errors import PtaclError

COPY_AGAIN = "Copy the checkpoint again."


def read_record(path: Path, do: str) -> dict[str, Any]:
    """Read a JSON object from a file; return an empty one if there is no file.

    Args:
        path: the file.
        do: advice for the case that it is damaged, a sentence.

    Raises:
        PtaclError: the file holds no JSON object.
    """
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # truncated, or not text
        raise PtaclError(f"{path} is damaged ({error}). {do}", code="record.damaged") from error
    if not isinstance(values, dict):
        raise PtaclError(
            f"{path} is damaged (it holds no JSON object). {do}", code="record.damaged"
        )
    return values
