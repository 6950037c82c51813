"""The JSON files that stores, checkpoints and galleries describe themselves in."""

import json
from pathlib import Path
from typing import Any

from ptacl.errors import PtaclError

COPY_AGAIN = "Copy the checkpoint again."


def read_record(place: Path, do: str) -> dict[str, Any]:
    """What a JSON object in a file says; empty where there is no file.

    Args:
        place: the file.
        do: what a person can do where it is damaged, as a sentence.

    Raises:
        PtaclError: it holds no JSON object.
    """
    if not place.is_file():
        return {}
    try:
        values = json.loads(place.read_text(encoding="utf-8"))
    except ValueError as error:  # cut off, or no text at all
        raise PtaclError(f"{place} is damaged ({error}). {do}", code="record.damaged") from error
    if not isinstance(values, dict):
        raise PtaclError(
            f"{place} is damaged (it holds no JSON object). {do}", code="record.damaged"
        )
    return values
