"""Recognition of unsupported files by their content, for error messages."""

import re

from ptacl.io.containers.unsupported import UNSUPPORTED, UnsupportedFormat

HEAD_BYTES = 4096
"""Number of bytes that are examined."""

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
    """Describe the probable kind of a file as a noun, such as ``a PDF document``.

    Example:
        >>> describe(b"%PDF-1.7"), describe(b"")
        ('a PDF document', 'an empty file')
    """
    head = _head(content)
    if not head:
        return "an empty file"
    if not head.strip(b"\x00"):
        return "a file of zeros"
    if kind := unsupported_format(content):
        return kind.title
    for title, pattern in FOREIGN:
        if _starts(pattern, head):
            return title
    if re.match(_XML, head):
        return "an XML file of no known kind"
    if looks_like_text(head):
        return "a text file without a table of leads"
    return "binary data of no known kind"


def unsupported_format(content: bytes) -> UnsupportedFormat | None:
    """Return the unsupported format of a file; None if it is not a known one.

    Example:
        >>> unsupported_format(b"%PDF-1.7").remedy
        'export the original file of the ECG cart: images of an ECG are not supported'
    """
    head = _head(content)
    return next((kind for kind in UNSUPPORTED if _starts(kind.pattern, head)), None)


def looks_like_text(content: bytes) -> bool:
    """Return whether the first bytes are text, without control characters."""
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
