"""The JSON files that stores, checkpoints and galleries describe themselves in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ptacl.errors import PtaclError

COPY_AGAIN = "Copy the checkpoint again."


def check_format(
    values: Mapping[str, Any], format_and_version: tuple[str, int], folder: Path | str, do: str
) -> None:
    """Refuse a record of another format or format version.

    Args:
        values: the record, with ``format`` and ``format_version``.
        format_and_version: what this version of ptacl reads.
        folder: that the record describes.
        do: what a person can do then, as a sentence.

    Raises:
        PtaclError: it is another one.
    """
    stored = values.get("format", "something else"), values.get("format_version")
    if stored != format_and_version:
        name, version = format_and_version
        raise PtaclError(
            f"{folder} is {stored[0]} version {stored[1]}; this version of ptacl reads {name} "
            f"version {version}. {do}"
        )


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
        raise PtaclError(f"{place} is damaged ({error}). {do}") from error
    if not isinstance(values, dict):
        raise PtaclError(f"{place} is damaged (it holds no JSON object). {do}")
    return values
