"""XML opened with care: no entities, nothing fetched, bounded in size, whatever its encoding.

What an XML file can do to its reader: Spraul and Klein (2021), documentation of `defusedxml`.
"""

import math
import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from ptacl.errors import BadInput

MOST_BYTES = 32 * 1024**2
"""A minute of 12 leads at 2000 Hz takes 9 MB as text, the whole recording of 10 minutes that
CardioSoft keeps beside its strip 18 MB; the usual 10 s take 0.1 to 0.5 MB."""
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
# Atomic groups: a prolog of a thousand comments must not be tried in a thousand ways.
_PROLOG = r"(?>(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[<>]*+(?>\[.*?\]\s*+(?=>))?>)\s*+)*+"
_ROOT = re.compile(rf"\s*+{_PROLOG}<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)", re.DOTALL)
_CUT_SHORT = {3, 5, 6, 20}
"""Codes of expat: no element found, unclosed token, partial character, unclosed CDATA."""


def root_name(content: bytes) -> str | None:
    """Name of the root element without its namespace; None where content is no XML.

    Declarations, comments, a document type and a byte order mark may come first.

    Example:
        >>> root_name(b"<?xml version='1.0'?><!-- ECG --><a:RestingECG xmlns:a='x'>")
        'RestingECG'
    """
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "latin-1")
    found = _ROOT.match(content[:_HEAD_BYTES].decode(encoding, "replace"))
    return found[1] if found else None


def open_xml(where: str, content: bytes, longest_tag: int = LONGEST_TAG) -> Element:
    """The root element; namespaces are taken off the names of elements and attributes.

    A document type that refers to a DTD is allowed, and the DTD is not fetched. Where the
    bytes contradict the declared encoding, the bytes are believed: exports get re-encoded.

    Raises:
        BadInput: entities, too large, cut short or damaged.
    """
    _check_size(where, content, longest_tag)
    try:
        root = _parse(where, content, None)
    except (ParseError, ValueError, LookupError) as error:
        if getattr(error, "code", None) in _CUT_SHORT or content.startswith(_marks()):
            raise _damaged(where, error) from error
        root = _parse_as_bytes_say(where, content)
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(name): value for name, value in element.attrib.items()}
    return root


def text_at(element: Element, path: str) -> str:
    """The text at a path below an element, without space around it; empty where there is none."""
    return (element.findtext(path) or "").strip()


def number_at(element: Element, path: str) -> float | None:
    """The number at a path below an element; None where there is none."""
    return as_number(text_at(element, path))


def as_number(text: str | None) -> float | None:
    """A finite number as text, with a point or a comma; None where it is none.

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
        found = (
            f"it holds {len(content) / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:,.0f} MB of XML"
        )
        raise BadInput(where, found, "export the usual 10 s", code="file.too_large")
    tags = content.count(b"<")
    if tags > MOST_TAGS:
        raise BadInput(
            where,
            f"it holds {tags:,} XML tags, as no ECG does",
            "export it again",
            code="file.too_large",
        )
    pieces = content.split(b"<")
    if any(len(piece) > longest_tag and piece.find(b">", 0, longest_tag) < 0 for piece in pieces):
        raise BadInput(
            where, "one of its XML tags has no end", "export it again", code="file.damaged"
        )


def _parse(where: str, content: bytes, encoding: str | None) -> Element:
    # The builder is given, because the one that defusedxml would take is slow.
    parser = XMLParser(target=TreeBuilder(), encoding=encoding)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except DefusedXmlException as error:
        found = "it declares XML entities, which can unfold without limit or reach other files"
        raise BadInput(where, found, "export it without entities", code="xml.entities") from error
    return root


def _parse_as_bytes_say(where: str, content: bytes) -> Element:
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
    place = f" in line {error.position[0]:,}" if isinstance(error, ParseError) else ""
    return BadInput(
        where, f"it is XML that is damaged{place}", "copy or export it again", code="file.damaged"
    )


def _marks() -> tuple[bytes, ...]:
    return tuple(mark for mark, _ in _ENCODINGS)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
