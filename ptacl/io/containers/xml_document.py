"""Safe opening of XML in any encoding: limited size, no entities, no external files.

Attacks by XML files: Spraul and Klein (2021), documentation of `defusedxml`.
"""

import math
import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from ptacl.errors import BadInput

MOST_BYTES = 32 * 1024**2
"""A minute of 12 leads at 2000 Hz takes 9 MB as text, a full disclosure recording of
10 minutes of CardioSoft 18 MB, 10 s 0.1 to 0.5 MB."""
MOST_TAGS = 100_000
"""Real exports have 500 to 5,000."""
LONGEST_TAG = 64 * 1024

_HEAD_BYTES = 64 * 1024
_ENCODINGS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# Atomic groups prevent exponential backtracking in a prolog with many comments.
_PROLOG = r"(?>(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[<>]*+(?>\[.*?\]\s*+(?=>))?>)\s*+)*+"
_ROOT = re.compile(rf"\s*+{_PROLOG}<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)", re.DOTALL)
_FIRST_BYTES = {
    *(byte for byte in range(256) if chr(byte).isspace()),
    *(prefix[0] for prefix, _ in _ENCODINGS),
    ord("<"),
}
"""Bytes that XML may begin with. All others are rejected without decoding."""
_CUT_SHORT = {3, 5, 6, 20}
"""Codes of expat: no element found, unclosed token, partial character, unclosed CDATA."""


def root_name(content: bytes) -> str | None:
    """Return the name of the root element without namespace; None if content is not XML.

    It may follow declarations, comments, a document type and a byte order mark.

    Example:
        >>> root_name(b"<?xml version='1.0'?><!-- ECG --><a:RestingECG xmlns:a='x'>")
        'RestingECG'
    """
    if content and content[0] not in _FIRST_BYTES:
        return None
    encoding = next((name for prefix, name in _ENCODINGS if content.startswith(prefix)), "latin-1")
    match = _ROOT.match(content[:_HEAD_BYTES].decode(encoding, "replace"))
    return match[1] if match else None


def open_xml(where: str, content: bytes, longest_tag: int = LONGEST_TAG) -> Element:
    """Parse an XML file; namespaces are removed from the names of elements and attributes.

    A reference to a DTD is allowed and not followed. If the declared encoding contradicts the
    content, the encoding is detected from the content, because exports are sometimes re-encoded.

    Args:
        where: name of the file, for messages.
        content: the file.
        longest_tag: maximum length of a tag in bytes.

    Returns:
        The root element.

    Raises:
        BadInput: the file is too large, truncated or damaged, or declares entities.
    """
    _check_size(where, content, longest_tag)
    try:
        root = _parse(where, content, None)
    except (ParseError, ValueError, LookupError) as error:
        if getattr(error, "code", None) in _CUT_SHORT or content.startswith(_marks()):
            raise _damaged(where, error) from error
        root = _parse_detected_encoding(where, content)
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(name): value for name, value in element.attrib.items()}
    return root


def text_at(element: Element, path: str) -> str:
    """Return the text at a path below an element, stripped; empty if there is none."""
    return (element.findtext(path) or "").strip()


def number_at(element: Element, path: str) -> float | None:
    """Return the number at a path below an element; None if there is none."""
    return as_number(text_at(element, path))


def as_number(text: str | None) -> float | None:
    """Parse a finite number with decimal point or comma; None if the text is not a number.

    Example:
        >>> as_number(" 4,88 "), as_number("Failed"), as_number("nan")
        (4.88, None, None)
    """
    plain = (text or "").strip().replace(",", ".")
    if len(plain) > 40 or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


def _check_size(where: str, content: bytes, longest_tag: int) -> None:
    if len(content) > MOST_BYTES:
        message = (
            f"it holds {len(content) / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:,.0f} MB of XML"
        )
        raise BadInput(where, message, "export the usual 10 s", code="file.too_large")
    tags = content.count(b"<")
    if tags > MOST_TAGS:
        raise BadInput(
            where,
            f"it holds {tags:,} XML tags, more than any ECG",
            "export it again",
            code="file.too_large",
        )
    pieces = content.split(b"<")
    if any(len(piece) > longest_tag and piece.find(b">", 0, longest_tag) < 0 for piece in pieces):
        raise BadInput(
            where, "one of its XML tags has no end", "export it again", code="file.damaged"
        )


def _parse(where: str, content: bytes, encoding: str | None) -> Element:
    # The default builder of defusedxml is slow.
    parser = XMLParser(target=TreeBuilder(), encoding=encoding)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except DefusedXmlException as error:
        message = "it declares XML entities, which can expand without limit or refer to other files"
        raise BadInput(where, message, "export it without entities", code="xml.entities") from error
    return root


def _parse_detected_encoding(where: str, content: bytes) -> Element:
    try:
        content.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "iso-8859-1"
    try:
        return _parse(where, content, encoding)
    except (ParseError, ValueError) as error:
        raise _damaged(where, error) from error


def _damaged(where: str, error: Exception) -> BadInput:
    if getattr(error, "code", None) in _CUT_SHORT:
        return BadInput(
            where, "it is XML that is cut short", "copy or export it again", code="file.damaged"
        )
    location = f" in line {error.position[0]:,}" if isinstance(error, ParseError) else ""
    return BadInput(
        where,
        f"it is XML that is damaged{location}",
        "copy or export it again",
        code="file.damaged",
    )


def _marks() -> tuple[bytes, ...]:
    return tuple(mark for mark, _ in _ENCODINGS)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
