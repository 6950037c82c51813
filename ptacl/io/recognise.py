"""What a file seems to be, by its content: for the message when no reader takes it."""

import re

HEAD_BYTES = 4096
"""As much of a file as is looked at."""

_TEXT_BYTES = bytes([*range(9, 14), *range(32, 127), *range(128, 256)])
_XML = rb"\s*<(\?xml|!DOCTYPE|!--|[A-Za-z])"

LATER = (("an ISHNE Holter recording", rb"(ISHNE|ANN {2})1\.0"),)
"""Formats of medicine that no reader takes yet: (what, pattern)."""

FOREIGN = (
    ("a web page (HTML)", rb"(?i)\s*(<!doctype html|<html|<head)"),
    ("a PDF document", rb"%PDF"),
    ("a JPEG image", rb"\xff\xd8\xff"),
    ("a PNG image", rb"\x89PNG"),
    ("a GIF image", rb"GIF8"),
    ("a TIFF image", rb"II\*\x00|MM\x00\*"),
    ("a NIfTI image", rb"(?s).{344}(n\+1|ni1)\x00"),
    ("a DICOM file", rb"(?s).{128}DICM"),
    ("an SCP-ECG file", rb"(?s).{16}SCPECG"),
    ("a MATLAB file", rb"MATLAB 5|\x00{4}\x0c\x00{3}"),
    ("an HDF5 file", rb"\x89HDF"),
    ("a NumPy array", rb"\x93NUMPY"),
    ("a zip archive", rb"PK[\x03\x05]"),
    ("a gzip archive", rb"\x1f\x8b"),
    ("a Python pickle", rb"\x80[\x02-\x05]"),
)


def describe(content: bytes) -> str:
    """A noun for what a file seems to be: ``a PDF document``.

    Example:
        >>> describe(b"%PDF-1.7"), describe(b"")
        ('a PDF document', 'an empty file')
    """
    head = _head(content)
    if not head:
        return "an empty file"
    if not head.strip(b"\x00"):
        return "a file of zeros"
    for what, pattern in (*FOREIGN, *LATER):
        if _starts(pattern, head):
            return what
    if re.match(_XML, head):
        return "an XML file of no known kind"
    if looks_like_text(head):
        return "a text file without a table of leads"
    return "binary data of no known kind"


def is_later(content: bytes) -> bool:
    """Whether this is a format that is known by name and not read yet."""
    return describe(content) in {what for what, _ in LATER}


def looks_like_text(content: bytes) -> bool:
    """Whether the first bytes are text: no control characters."""
    head = content[:HEAD_BYTES]
    return bool(head) and not head.translate(None, _TEXT_BYTES)


def _head(content: bytes) -> bytes:
    # XML is also written as UTF-16, and with a byte order mark.
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content[:HEAD_BYTES].decode("utf-16", "replace").encode("utf-8", "replace")
    return content[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")


def _starts(pattern: bytes, head: bytes) -> bool:
    # The root element of an XML file may follow declarations and comments.
    return bool(re.match(pattern, head) or (pattern.startswith(b"<") and re.search(pattern, head)))
