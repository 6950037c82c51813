"""A DICOM file as a dataset, opened with care."""

import io
from collections.abc import Sequence

import pydicom
from pydicom.dataset import Dataset

from ptacl.errors import BadInput

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_META_BYTES = 1024


def is_dicom(content: bytes) -> bool:
    """Whether content is a DICOM file: ``DICM`` after 128 bytes."""
    return content[128:132] == b"DICM"


def open_dicom(where: str, content: bytes, tags: Sequence[str] | None = None) -> Dataset:
    """The dataset; with ``tags`` these alone, and no pixels.

    Raises:
        BadInput: a deflated file, which would unpack without limit.
    """
    if _DEFLATED in content[:_META_BYTES]:
        raise BadInput(where, "it is a deflated DICOM file", "export it uncompressed")
    stream = io.BytesIO(content)
    if tags is None:
        return pydicom.dcmread(stream)
    return pydicom.dcmread(stream, stop_before_pixels=True, specific_tags=list(tags))
