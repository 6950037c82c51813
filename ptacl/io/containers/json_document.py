"""JSON opened with care: bounded in size, nothing twice under one key."""

import json
import re

from ptacl.errors import BadInput

MOST_BYTES = 16 * 1024**2
"""A minute of 12 leads at 1000 Hz takes 6 MB as text; numbers take ten times as much in memory."""

_HEAD_BYTES = 64 * 1024
# Words without a quote after the brace are no JSON: ``{ICS`` and other texts begin so.
_BEGINNING = re.compile(r'\s*(\{\s*"|\[\s*[\[{\d-])')


def json_head(content: bytes) -> str | None:
    """The beginning of a JSON file as text; None where content is something else."""
    head = _decoded(content[:_HEAD_BYTES])
    return head if _BEGINNING.match(head) else None


def open_json(where: str, content: bytes) -> object:
    """The document; where a file holds one JSON a line (NDJSON) a list of them.

    Raises:
        BadInput: too large, cut short or damaged, or a key is there twice.
    """
    if len(content) > MOST_BYTES:
        found = f"it holds {len(content) / 1e6:,.0f} MB of JSON, more than {MOST_BYTES / 1e6:,.0f}"
        raise BadInput(where, found, "export the usual 10 s", code="file.too_large")
    text = _decoded(content)
    try:
        return _parse(where, text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise _damaged(where) from error
    try:
        return [_parse(where, line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise _damaged(where) from error


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def _parse(where: str, text: str) -> object:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise BadInput(
                where,
                "a key is there twice in its JSON",
                "write each key once",
                code="file.damaged",
            )
        return found

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=lambda _: float("nan"))
    except RecursionError as error:
        raise _damaged(where) from error


def _damaged(where: str) -> BadInput:
    return BadInput(
        where, "it is JSON that is cut short or damaged", "export it again", code="file.damaged"
    )
