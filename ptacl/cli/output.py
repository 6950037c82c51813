"""Output of commands: results to standard output; progress is `ptacl.display.progress`."""

import json
from pathlib import Path
from typing import Annotated, Any

from tyro.conf import Positional, arg

Folder = Positional[Path]
AsJson = Annotated[bool, arg(name="json")]


def finish(as_json: bool, result: dict[str, Any]) -> int:
    """Print a result as JSON or as lines of text and return the exit status 0.

    Args:
        as_json: print one JSON object.
        result: plain JSON values.
    """
    if as_json:
        print(json.dumps(result))
        return 0
    for key, value in result.items():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            text = ", ".join(map(str, row.values())) if isinstance(row, dict) else row
            print(f"{key}: {text}")
    return 0
