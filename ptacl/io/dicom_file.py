"""A DICOM file as a dataset, opened with care."""

import io
import re
import zlib
from collections.abc import Sequence

import pydicom
from pydicom.dataset import Dataset

from ptacl.errors import BadInput

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_SYNTAX = b"\x02\x00\x10\x00UI"
_DEFLATED_SYNTAX = _SYNTAX + b"\x16\x00" + _DEFLATED
_PLAIN_SYNTAX = _SYNTAX + b"\x14\x00" + b"1.2.840.10008.1.2.1\x00"
MOST_INFLATED_BYTES = 256 * 1024**2


_PREAMBLE = bytes(128) + b"DICM"
_HEAD_BYTES = 2048
_ROOT_UID = b"1.2.840.10008."
"""Begins every class and syntax of the standard."""
_FIRST_TAGS = re.compile(
    rb"\x02\x00[\x00-\x02]\x00(UL|OB|UI)"  # the meta group
    rb"|\x08\x00[\x00\x01\x05\x06\x08\x12-\x18]\x00([A-Z]{2}|[\x02-\x60]\x00\x00\x00)"
    rb"|\x00\x08\x00[\x00\x01\x05\x06\x08\x12-\x18][A-Z]{2}"  # big endian
)
"""How a dataset begins, with its value representations or without."""


def is_dicom(content: bytes) -> bool:
    """Whether content is a DICOM file: ``DICM`` after 128 bytes, or a dataset without these.

    Devices and archives also store the bare dataset, as it goes over a network.
    """
    return content[128:132] == _PREAMBLE[128:] or _is_bare(content)


def _is_bare(content: bytes) -> bool:
    head = content[:_HEAD_BYTES].removeprefix(_PREAMBLE[128:])
    return bool(_FIRST_TAGS.match(head)) and _ROOT_UID in head


def open_dicom(where: str, content: bytes, tags: Sequence[str] | None = None) -> Dataset:
    """The dataset; with ``tags`` these alone, and no pixels.

    Raises:
        BadInput: a deflated file that is damaged or unfolds to more than 256 MB.
    """
    content = _with_preamble(content)
    # pydicom would inflate without limit, so that such a file never reaches it as it is.
    stream = io.BytesIO(_inflated(where, content) if _DEFLATED in content else content)
    force = content[128:132] != _PREAMBLE[128:]  # without meta group pydicom has to be asked to
    if tags is None:
        return pydicom.dcmread(stream, force=force)
    return pydicom.dcmread(stream, force=force, stop_before_pixels=True, specific_tags=list(tags))


def _with_preamble(content: bytes) -> bytes:
    """The same with the 128 bytes and ``DICM`` before a meta group that lacks them."""
    if not _is_bare(content):
        return content
    bare = content.removeprefix(_PREAMBLE[128:])
    return _PREAMBLE + bare if bare[:2] == b"\x02\x00" else bare


def _inflated(where: str, content: bytes) -> bytes:
    """The same file in explicit little endian (PS3.5 A.5: raw deflate after the meta group)."""
    end = 144 + int.from_bytes(content[140:144], "little")
    meta = content[132:end]
    known = content[132:140] == b"\x02\x00\x00\x00UL\x04\x00" and _DEFLATED_SYNTAX in meta
    try:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        plain = inflater.decompress(content[end:], MOST_INFLATED_BYTES) if known else b""
    except zlib.error as error:
        raise BadInput(where, "it is a damaged DICOM file", "copy it again") from error
    if not known or inflater.unconsumed_tail or not inflater.eof:
        raise BadInput(
            where, "it is a deflated DICOM file, damaged or too large", "export it uncompressed"
        )
    length = (end - 144 - 2).to_bytes(4, "little")  # the plain syntax is two characters shorter
    return content[:140] + length + meta[12:].replace(_DEFLATED_SYNTAX, _PLAIN_SYNTAX, 1) + plain
