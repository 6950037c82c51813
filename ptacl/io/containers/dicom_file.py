"""Safe opening of DICOM files as datasets."""

import io
import zlib
from collections.abc import Sequence

import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from ptacl.errors import BadInput
from ptacl.io.containers.dicom_preamble import with_preamble

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_SYNTAX = b"\x02\x00\x10\x00UI"
_DEFLATED_SYNTAX = _SYNTAX + b"\x16\x00" + _DEFLATED
_PLAIN_SYNTAX = _SYNTAX + b"\x14\x00" + b"1.2.840.10008.1.2.1\x00"
MOST_INFLATED_BYTES = 256 * 1024**2


def open_dicom(where: str, content: bytes, tags: Sequence[str] | None = None) -> Dataset:
    """Parse a DICOM file, with or without preamble.

    Args:
        where: name of the file, for messages.
        content: the file; with ``tags`` its first bytes suffice.
        tags: elements to read, without pixels; all by default.

    Raises:
        BadInput: a deflated file is damaged or inflates to more than 256 MB.
    """
    content = with_preamble(content)
    # pydicom would inflate without limit: deflated files are inflated here.
    stream = io.BytesIO(_inflated(where, content) if _DEFLATED in content else content)
    if tags is None:
        dataset = pydicom.dcmread(stream)
    else:
        dataset = pydicom.dcmread(stream, stop_before_pixels=True, specific_tags=list(tags))
    if "TransferSyntaxUID" not in dataset.file_meta:  # required for decoding pixels
        dataset.file_meta.TransferSyntaxUID = _transfer_syntax(dataset)
    return dataset


def _transfer_syntax(dataset: Dataset) -> UID:
    implicit, little = dataset.original_encoding
    plain = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else plain


def _inflated(where: str, content: bytes) -> bytes:
    """Inflate to explicit little endian (PS3.5 A.5: raw deflate after the meta group)."""
    end = 144 + int.from_bytes(content[140:144], "little")
    meta = content[132:end]
    known = content[132:140] == b"\x02\x00\x00\x00UL\x04\x00" and _DEFLATED_SYNTAX in meta
    try:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        plain = inflater.decompress(content[end:], MOST_INFLATED_BYTES) if known else b""
    except zlib.error as error:
        raise BadInput(
            where, "it is a damaged DICOM file", "copy it again", code="file.damaged"
        ) from error
    if not known or inflater.unconsumed_tail or not inflater.eof:
        raise BadInput(
            where,
            "it is a deflated DICOM file, damaged or too large",
            "export it uncompressed",
            code="file.damaged",
        )
    length = (end - 144 - 2).to_bytes(4, "little")  # the plain syntax is two characters shorter
    return content[:140] + length + meta[12:].replace(_DEFLATED_SYNTAX, _PLAIN_SYNTAX, 1) + plain
