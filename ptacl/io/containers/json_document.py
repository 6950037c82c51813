"""Safe opening of JSON: limited size, no duplicate keys."""

import json
import re

from ptacl.errors import BadInput

MOST_BYTES = 16 * 1024**2
"""A minute of 12 leads at 1000 Hz takes 6 MB as text; numbers take ten times as much memory."""

_HEAD_BYTES = 64 * 1024
# A word without quotes after the brace is not JSON: other texts begin with ``{ICS``, for example.
_BEGINNING = re.compile(r'\s*(\{\s*"|\[\s*[\[{\d-])')


def json_head(content: bytes) -> str | None:
    """Return the beginning of a JSON file as text; None if content is not JSON."""
    head = _decoded(content[:_HEAD_BYTES])
    return head if _BEGINNING.match(head) else None


def open_json(where: str, content: bytes) -> object:
    """Parse a JSON document.

    Args:
        where: name of the file, for messages.
        content: the file.

    Returns:
        The document; a list of documents for a file with one per line (NDJSON).

    Raises:
        BadInput: the file is too large, truncated or damaged, or has a duplicate key.
    """
    if len(content) > MOST_BYTES:
        message = (
            f"it holds {len(content) / 1e6:,.0f} MB of JSON, more than {MOST_BYTES / 1e6:,.0f}"
        )
        raise BadInput(where, message, "export the usual 10 s", code="file.too_large")
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
    def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Make the object of these pairs, as `dict` does; refuse one with a key twice."""
        document = dict(pairs)
        if len(document) < len(pairs):
            raise BadInput(
                where,
                "a key is there twice in its JSON",
                "write each key once",
                code="file.damaged",
            )
        return document

    try:
        return json.loads(
            text, object_pairs_hook=unique_keys, parse_constant=lambda _: float("nan")
        )
    except RecursionError as error:
        raise _damaged(where) from error


def _damaged(where: str) -> BadInput:
    return BadInput(
        where, "it is JSON that is cut short or damaged", "export it again", code="file.damaged"
    )
