"""Reader of the JSON files that describe stores, checkpoints and galleries."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ptacl.errors import PtaclError

COPY_AGAIN = "Copy the checkpoint again."


def check_format(
    values: Mapping[str, Any],
    format_and_version: tuple[str, int],
    folder: Path | str,
    do: str,
    *,
    code: str,
) -> None:
    """Refuse a record of another format or format version.

    Args:
        values: the record, with ``format`` and ``format_version``.
        format_and_version: what this version of ptacl reads.
        folder: that the record describes.
        do: what a person can do then, as a sentence.
        code: of the error.

    Raises:
        PtaclError: it is another one.
    """
    stored = values.get("format", "something else"), values.get("format_version")
    if stored != format_and_version:
        name, version = format_and_version
        raise PtaclError(
            f"{folder} is {stored[0]} version {stored[1]}; this version of ptacl reads {name} "
            f"version {version}. {do}",
            code=code,
        )


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
