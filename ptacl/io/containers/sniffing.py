"""What a file seems to be, by its content: for the message when no reader takes it."""

import re

from ptacl.io.containers.unsupported import UNREAD, Unread

HEAD_BYTES = 4096
"""As much of a file as is looked at."""

_TEXT_BYTES = bytes([*range(9, 14), *range(32, 127), *range(128, 256)])
_XML = rb"\s*<(\?xml|!DOCTYPE|!--|[A-Za-z])"

FOREIGN = (
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
    if kind := unread(content):
        return kind.what
    for what, pattern in FOREIGN:
        if _starts(pattern, head):
            return what
    if re.match(_XML, head):
        return "an XML file of no known kind"
    if looks_like_text(head):
        return "a text file without a table of leads"
    return "binary data of no known kind"


def unread(content: bytes) -> Unread | None:
    """The kind of a file that is known and that no reader takes, and what to give in its place.

    Example:
        >>> unread(b"%PDF-1.7").remedy
        "export the cart's own file: a print or a picture of an ECG is not read"
    """
    head = _head(content)
    return next((kind for kind in UNREAD if _starts(kind.pattern, head)), None)


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
